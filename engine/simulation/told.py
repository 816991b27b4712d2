"""What one case's record says that is counted: tasks with their dates, timers, the way taken, the last values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.feel import decode
from engine.model.case import CaseHead
from engine.model.journal import Entry
from engine.model.task import Task
from engine.simulation.hours import LONDON


@dataclass(frozen=True)
class DoneTask:
    """A completed task: the nth of its element, when it was due and done (London days), what was answered."""

    element: str
    nth: int
    due: date | None
    done: date
    answers: Mapping[str, object]

    @property
    def is_late(self) -> bool:
        """Whether it was done after the day on which it was due."""
        return self.due is not None and self.done > self.due


@dataclass
class Told:
    """One case: `undone` are the days by which open tasks are due by element; timers by element, armed and fired."""

    status: str
    outcome: str
    done: list[DoneTask] = field(default_factory=list)
    undone: list[tuple[str, int, date]] = field(default_factory=list)
    armed: dict[str, str] = field(default_factory=dict)
    fired: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    values: dict[str, object] = field(default_factory=dict)
    entries: int = 0
    departures: int = 0
    letters: int = 0

    @property
    def names(self) -> dict[str, object]:
        """What the picture's conditions see: the case's last values, `passed`, `status` and `outcome`."""
        return {**self.values, "passed": sorted(self.passed), "status": self.status, "outcome": self.outcome}

    def times(self, element: str) -> int:
        """How often a task of that element was done."""
        return sum(1 for each in self.done if each.element == element)


def told(head: CaseHead, entries: Sequence[Entry], tasks: Iterable[Task]) -> Told:
    """A case from its row, its journal and its open tasks."""
    case = Told(head.status, head.outcome)
    for entry in entries:
        case.entries += 1
        body: Any = entry.body
        case.letters += entry.kind == "letter_made"
        case.departures += "departed_from_advice" in body
        if entry.kind == "task_completed":
            case.done.append(_done(case, entry, body))
        _step(case, entry, body.get("outcome") or {})
    for task in tasks:
        if task.due is not None:
            case.undone.append((task.element_id, case.times(task.element_id) + 1, _day(task.due)))
    return case


def _done(case: Told, entry: Entry, body: Mapping[str, Any]) -> DoneTask:
    element = str(body.get("element", ""))
    due = body.get("due")
    answers = {name: decode(value) for name, value in (body.get("event", {}).get("answers") or {}).items()}
    due_day = _day(datetime.fromisoformat(due)) if due else None
    return DoneTask(element, case.times(element) + 1, due_day, _day(entry.done_at), answers)


def _step(case: Told, entry: Entry, outcome: Mapping[str, Any]) -> None:
    """The way taken, the timers and the values of one step."""
    case.passed.update(str(each["element_id"]) for each in outcome.get("path", ()) if each["kind"] != "flow")
    for timer in outcome.get("timers", ()):
        case.armed[str(timer["timer_id"])] = str(timer["element_id"])
    if entry.kind == "timer_fired":
        body: Any = entry.body
        case.fired.append(str(body.get("element", "")))
    fired = str(entry.body.get("timer", "")).partition(".")[2]
    gone = [each for each in outcome.get("timers_cleared", ()) if each != fired]
    case.cleared += [case.armed[each] for each in gone if each in case.armed]
    for change in outcome.get("changes", ()):
        case.values[str(change["name"])] = decode(change.get("new"))


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
