"""The diagrams of a version as the audit room needs them: what stands where and which flow leads where."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine import queries
from engine.audit.chart import Chart, ChartFlow, ChartNode
from engine.bpmn.gate import read_diagram
from engine.bpmn.gate.diagram import Diagram, text_of
from engine.model.bundle import Bundle
from engine.web.shell import shell


def chart_of(digest: str, process_id: str) -> Chart:
    """One process of a version; an empty chart where the version has no such diagram."""
    return _of(digest).get(process_id) or Chart(process_id)


@lru_cache(maxsize=8)
def _of(digest: str) -> Mapping[str, Chart]:
    """Every chart of a version; read once, since a digest names its content for ever."""
    return charts_in(queries.policy_files(shell().uow, digest=digest))


def charts_in(bundle: Bundle) -> Mapping[str, Chart]:
    """Process id -> chart of a bundle's diagrams."""
    read = (read_diagram(path, data) for path, data in bundle.files.items() if path.endswith(".bpmn"))
    return {diagram.id: _chart(diagram) for diagram in read if diagram is not None}


def _chart(diagram: Diagram) -> Chart:
    nodes = {
        node.id: ChartNode(node.id, " ".join(node.name.split()), node.tag, _cited(node.properties), node.host)
        for node in diagram.nodes.values()
    }
    flows = {
        flow.id: ChartFlow(
            flow.id,
            flow.source,
            flow.target,
            " ".join(str(flow.xml.get("name") or "").split()),
            text_of(flow.condition).removeprefix("=").strip(),
        )
        for flow in diagram.flows.values()
    }
    return Chart(diagram.id, nodes, flows)


def _cited(properties: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(each.strip() for each in properties.get("guidance", "").split(",") if each.strip())
