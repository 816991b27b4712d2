"""What many cases add up to: how much was in time, what was answered, how far they came, how they flow. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.feel import Expression, FeelError
from engine.simulation.data import Measure, Node, SimulationData
from engine.simulation.told import Told


@dataclass
class Count:
    """One measure counted: `counts` by word, in_time, late, overdue, reached and so on, or an answer."""

    measure: Measure
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Of how many."""
        return sum(self.counts.values())

    def share(self, word: str) -> float | None:
        """Per cent, None of nothing."""
        return 100 * self.counts[word] / self.total if self.total else None


@dataclass
class Flow:
    """How cases move between the stages of the picture: (from, to) -> cases, and cases by stage."""

    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    nodes: Counter[str] = field(default_factory=Counter)


@dataclass
class Sums:
    """All cases of a simulation, added up."""

    cases: int = 0
    entries: int = 0
    letters: int = 0
    departures: int = 0
    completions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    counts: list[Count] = field(default_factory=list)
    flow: Flow = field(default_factory=Flow)


def add_up(data: SimulationData, cases: Iterable[Told], until: date) -> Sums:
    """Every case counted by every measure of the data file; `until` is the last day that was lived."""
    sums = Sums(counts=[Count(measure) for measure in data.measures])
    for case in cases:
        sums.cases += 1
        sums.entries += case.entries
        sums.letters += case.letters
        sums.departures += case.departures
        sums.completions += len(case.done)
        sums.outcomes[case.outcome or case.status] += 1
        sums.tasks.update(each.element for each in case.done)
        for count in sums.counts:
            count.counts.update(_COUNTED[count.measure.kind](count.measure, case, until))
        _flow(data.layers, case, sums.flow)
    return sums


def _task(measure: Measure, case: Told, until: date) -> Iterable[str]:
    """A word for each task of the element with a date; open ones count once they are overdue."""
    for each in case.done:
        if each.element == measure.element and each.due is not None and _wanted(measure, each.nth):
            yield "late" if each.is_late else "in_time"
    for element, nth, due in case.undone:
        if element == measure.element and due < until and _wanted(measure, nth):
            yield "overdue"


def _wanted(measure: Measure, nth: int) -> bool:
    return measure.which == "all" or (nth == 1) == (measure.which == "first")


def _timer(measure: Measure, case: Told, _until: date) -> Iterable[str]:
    """A word for each timer of the element that has fired or is no longer needed."""
    yield from ("breached" for element in case.fired if element == measure.element)
    yield from ("in_time" for element in case.cleared if element == measure.element)


def _answer(measure: Measure, case: Told, _until: date) -> Iterable[str]:
    """Each answer to a question at the tasks of an element."""
    for each in case.done:
        value = each.answers.get(measure.answer) if each.element == measure.element else None
        if value is not None:
            yield str(value)


def _reach(measure: Measure, case: Told, _until: date) -> Iterable[str]:
    """Whether a case that did one task came to do another."""
    if case.times(measure.of):
        yield "reached" if case.times(measure.element) else "not_reached"


_COUNTED = {"task": _task, "timer": _timer, "answer": _answer, "reach": _reach}


def _flow(layers: Sequence[Sequence[Node]], case: Told, flow: Flow) -> None:
    """The stages that a case stands in, one a layer at most, and the links between them."""
    names, before = case.names, ""
    for layer in layers:
        here = next((node.id for node in layer if node.when is None or _holds(node.when, names)), "")
        if not here:
            continue
        flow.nodes[here] += 1
        if before:
            flow.links[before, here] += 1
        before = here


def _holds(when: Expression, names: Mapping[str, object]) -> bool:
    try:
        return when.evaluate(names) is True
    except FeelError:
        return False
