"""Why a task was there, or why a table advised what it did: the chain back to answers and the people who gave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.chart import Chart, Charts
from engine.audit.scopes import outwards, parent
from engine.audit.timeline import Advised, Moment, OpenTask, Value
from engine.audit.way import Stop, path_of, way_to
from engine.feel import FeelSyntaxError, parse_expression
from engine.model.journal import Entry

_GATEWAYS = ("exclusiveGateway", "inclusiveGateway")


@dataclass(frozen=True)
class Turn:
    """A choice on the way: question, answer taken, its condition ("" for "otherwise"), and the values that it read."""

    question: str
    answer: str
    condition: str
    instead_of: tuple[str, ...]
    read: tuple[Value, ...]


@dataclass(frozen=True)
class Reasoned:
    """A table's advice on the way, with the values it read and who had given them."""

    advised: Advised
    read: tuple[Value, ...]


@dataclass(frozen=True)
class Cause:
    """One link: the entry that led to `what`, how, and what was said in it; `joined` are the entries it waited for."""

    what: str
    kind: str
    entry: Entry
    passed: tuple[str, ...]
    turns: tuple[Turn, ...]
    advice: tuple[Reasoned, ...]
    given: tuple[Value, ...]
    guidance: tuple[str, ...] = ()
    joined: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class _Sought:
    """Something whose cause is asked: where it stands, and the entry that brought it."""

    what: str
    kind: str
    element_id: str
    process_id: str
    where: str
    moment: Moment
    guidance: tuple[str, ...] = ()


def why_task(moments: Sequence[Moment], charts: Charts, task_id: str) -> tuple[Cause, ...]:
    """The chain behind a task, by its local id, nearest link first; empty when the case never had it."""
    return tuple(_chain(moments, charts, _task(moments, task_id)))


def why_advice(moments: Sequence[Moment], charts: Charts, seq: int, variable: str) -> tuple[Cause, ...]:
    """The chain behind what a table put into `variable` in entry `seq`; empty when it put nothing there."""
    for moment in moments:
        for made in moment.made_advice if moment.entry.seq == seq else ():
            if made.variable == variable:
                name = str(made.trace.get("decision_name") or made.decision_id)
                return tuple(
                    _chain(
                        moments, charts, _Sought(name, "advice", made.element_id, made.process_id, made.where, moment)
                    )
                )
    return ()


def task_of(moments: Sequence[Moment], task_id: str) -> OpenTask | None:
    """A task that the case has or had, by its local id, as it was when it opened."""
    return next((moment.tasks[task_id] for moment in moments if task_id in moment.tasks), None)


def _task(moments: Sequence[Moment], task_id: str) -> _Sought | None:
    for moment in moments:
        task = moment.tasks.get(task_id)
        if task is not None:
            cited = tuple(filter(None, task.properties.get("guidance", "").replace(" ", "").split(",")))
            return _Sought(task.name, "task", task.element_id, task.process_id, task.where, moment, cited)
    return None


def _chain(moments: Sequence[Moment], charts: Charts, sought: _Sought | None) -> Iterator[Cause]:
    while sought is not None:
        before = [moment for moment in moments if moment.entry.seq < sought.moment.entry.seq]
        yield _cause(before, charts, sought)
        sought = _trigger(moments, before, sought.moment.entry)


def _cause(before: Sequence[Moment], charts: Charts, sought: _Sought) -> Cause:
    entry = sought.moment.entry
    stops = _way(entry, charts, sought)
    known = _Known(before[-1] if before else None, sought.moment)
    drawn = [(stop, charts(entry.policy_digest, stop.process_id)) for stop in stops]
    names = (chart.nodes[stop.element_id].name for stop, chart in drawn if stop.element_id in chart.nodes)
    on_the_way = {(stop.element_id, stop.where) for stop in stops}
    return Cause(
        what=sought.what,
        kind=sought.kind,
        entry=entry,
        passed=tuple(dict.fromkeys(filter(None, names))),
        turns=tuple(turn for stop, chart in drawn for turn in _turns(stop, chart, known)),
        advice=tuple(
            Reasoned(made, known.read(made.where, _inputs(made)))
            for made in sought.moment.made_advice
            if (made.element_id, made.where) in on_the_way
        ),
        given=tuple(value for value in sought.moment.touched.values() if value.was_given),
        guidance=sought.guidance,
        joined=tuple(each for stop, chart in drawn for each in _joined(before, stop, chart)),
    )


def _way(entry: Entry, charts: Charts, sought: _Sought) -> tuple[Stop, ...]:
    """The way to what is sought; to what it watches over when it is an event that only listened then."""
    stops = way_to(entry, charts, sought.element_id, sought.where)
    node = charts(entry.policy_digest, sought.process_id).nodes.get(sought.element_id)
    if not stops and node and node.host:
        stops = way_to(entry, charts, node.host, sought.where)
    return stops or way_to(entry, charts, *parent(sought.where))


@dataclass(frozen=True)
class _Known:
    """What could be read during one entry."""

    before: Moment | None
    moment: Moment

    def read(self, where: str, names: Iterator[str] | Sequence[str]) -> tuple[Value, ...]:
        """Each name's nearest value seen from a place; a name without one is left out."""
        found = (self._value(where, name) for name in names)
        return tuple(value for value in found if value is not None)

    def _value(self, where: str, name: str) -> Value | None:
        held: Mapping[tuple[str, str], Value] = self.before.values if self.before else {}
        for scope in outwards(where):
            value = self.moment.touched.get((scope, name)) or held.get((scope, name))
            if value is not None:
                return value
        return None


def _turns(stop: Stop, chart: Chart, known: _Known) -> Iterator[Turn]:
    """The choice by which the way went on to this stop, if there was one."""
    flow = stop.flow
    source = chart.nodes.get(flow.source) if flow else None
    if flow is None or source is None or source.kind not in _GATEWAYS:
        return
    others = [each for each in chart.out_of(source.id) if each.id != flow.id]
    if others:
        texts = [flow.condition] if flow.condition else [each.condition for each in others]
        names = dict.fromkeys(name for text in texts for name in _names(text))
        instead = tuple(each.name or each.id for each in others)
        yield Turn(source.name, flow.name, flow.condition, instead, known.read(stop.where, list(names)))


def _names(text: str) -> tuple[str, ...]:
    """The variables of a FEEL text, in order of the alphabet."""
    try:
        return tuple(sorted(parse_expression(text.strip().removeprefix("=")).names)) if text.strip() else ()
    except FeelSyntaxError:
        return ()


def _inputs(made: Advised) -> tuple[str, ...]:
    """The variables that a table's inputs read."""
    texts = [str(each.get("expression", "")) for each in _traced(made.trace)]
    return tuple(dict.fromkeys(name for text in texts for name in _names(text)))


def _traced(trace: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The inputs of a decision, those of the decisions it needed first."""
    for needed in trace.get("required", ()):
        yield from _traced(needed)
    yield from trace.get("inputs", ())


def _joined(before: Sequence[Moment], stop: Stop, chart: Chart) -> Iterator[Entry]:
    """The latest entries that brought the other branches to a join on the way."""
    node = chart.nodes.get(stop.element_id)
    if node is None or node.kind != "parallelGateway" or stop.flow is None:
        return
    for flow in chart.into(node.id):
        if flow.id == stop.flow.id:
            continue
        for moment in reversed(before):
            if any(
                p.kind == "flow" and p.element_id == flow.id and p.where == stop.where for p in path_of(moment.entry)
            ):
                yield moment.entry
                break


def _trigger(moments: Sequence[Moment], before: Sequence[Moment], entry: Entry) -> _Sought | None:
    """What the event closed: a task, job or timer; None where a person's message or the start began it."""
    body: Any = entry.body
    event: Mapping[str, Any] = body.get("event", {})
    if "task_id" in event:
        return _task(moments, event["task_id"])
    for part, name in (("jobs", "job_id"), ("timers", "timer_id")):
        if name in event:
            return _opened(before, part, name, event[name])
    return None


def _opened(before: Sequence[Moment], part: str, name: str, wanted: str) -> _Sought | None:
    """The latest entry that asked for this job, or armed this timer."""
    for moment in reversed(before):
        body: Any = moment.entry.body
        for each in body.get("outcome", {}).get(part, ()):
            if each[name] == wanted:
                what = each["name"] or each["element_id"]
                place = (each["element_id"], each["process_id"], each["where"])
                return _Sought(what, part.removesuffix("s"), *place, moment)
    return None
