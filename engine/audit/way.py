"""The way that a token took to an element within one entry, found backwards along the recorded path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.chart import Chart, ChartFlow, Charts
from engine.audit.scopes import parent
from engine.model.journal import Entry
from engine.model.outcome import Passed


@dataclass(frozen=True)
class Stop:
    """An element on the way, with the flow by which it was reached (None where no flow led into it)."""

    element_id: str
    process_id: str
    where: str
    flow: ChartFlow | None


def path_of(entry: Entry) -> tuple[Passed, ...]:
    """What the token did in this entry, in order; nothing when the entry was not a step."""
    body: Any = entry.body
    did: Mapping[str, Any] = body.get("outcome", {})
    return tuple(Passed(**each) for each in did.get("path", ()))


def way_to(entry: Entry, charts: Charts, element_id: str, where: str) -> tuple[Stop, ...]:
    """The stops from where the entry began to the element, that one last; empty when it was not entered here."""
    path = path_of(entry)
    at = _entered(path, len(path), element_id, where, inside=True)
    stops: list[Stop] = []
    while at is not None:
        passed = path[at]
        chart = charts(entry.policy_digest, passed.process_id)
        came = _flow_into(path, at, chart)
        stops.append(
            Stop(
                passed.element_id,
                passed.process_id,
                passed.where,
                chart.flows[path[came].element_id] if came is not None else None,
            )
        )
        at = _through(path, came, chart) if came is not None else _around(path, at)
    return tuple(reversed(stops))


def _entered(path: Sequence[Passed], before: int, element: str, where: str, *, inside: bool = False) -> int | None:
    """The last time before that position at which the element was entered; `inside`: `where` may be its own scope."""
    for number in range(before - 1, -1, -1):
        passed = path[number]
        fits = passed.where == where or (inside and where.startswith(passed.where))
        if passed.kind == "entered" and passed.element_id == element and fits:
            return number
    return None


def _flow_into(path: Sequence[Passed], at: int, chart: Chart) -> int | None:
    """The flow that brought the token to the element entered at that position."""
    reached = path[at]
    for number in range(at - 1, -1, -1):
        passed = path[number]
        flow = chart.flows.get(passed.element_id) if passed.kind == "flow" else None
        if flow and passed.where == reached.where and flow.target == reached.element_id:
            return number
    return None


def _through(path: Sequence[Passed], came: int, chart: Chart) -> int | None:
    """The element that the flow left, or the last thing inside it; None where the entry began with it."""
    flow, where = chart.flows[path[came].element_id], path[came].where
    found = _entered(path, came, flow.source, where)
    if found is not None:
        return found
    own = f"{where}/{flow.source}" if where else flow.source
    for number in range(came - 1, -1, -1):
        passed = path[number]
        if passed.kind == "entered" and (
            passed.where == own or passed.where.startswith((f"{own}/", f"{own}#", f"{own}~"))
        ):
            return number
    return None


def _around(path: Sequence[Passed], at: int) -> int | None:
    """The call or subprocess that began with the element; None where it was begun earlier."""
    where = path[at].where
    if not where:
        return None
    element, outer = parent(where)
    return _entered(path, at, element, outer)
