"""A drawn process as the record's readers need it: what stands where, and which flow leads where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ChartNode:
    """An element of a diagram: `kind` is its BPMN tag, `host` what it is attached to, `guidance` the sentences."""

    id: str
    name: str
    kind: str
    guidance: tuple[str, ...] = ()
    host: str = ""


@dataclass(frozen=True)
class ChartFlow:
    """A sequence flow: `condition` is its FEEL text, "" for none."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Chart:
    """One process of one version."""

    process_id: str
    nodes: Mapping[str, ChartNode] = field(default_factory=dict)
    flows: Mapping[str, ChartFlow] = field(default_factory=dict)

    def out_of(self, node: str) -> tuple[ChartFlow, ...]:
        """The flows that leave an element."""
        return tuple(flow for flow in self.flows.values() if flow.source == node)

    def into(self, node: str) -> tuple[ChartFlow, ...]:
        """The flows that reach an element."""
        return tuple(flow for flow in self.flows.values() if flow.target == node)


#: (digest of the version, process id) -> its chart, empty where there is none.
Charts = Callable[[str, str], Chart]
