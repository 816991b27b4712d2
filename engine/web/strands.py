"""The strands of a case as timelines: what comes next in each, soonest first, and what came last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.model.task import TaskRow
from engine.queries import HistoryLine, NextDate, Strand

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One thing ahead: a task with or without a date, or a date of the process."""

    at: datetime | None
    task: TaskRow | None = None
    date: NextDate | None = None


@dataclass(frozen=True)
class Timeline:
    """One strand; `ahead` is soonest first, what has no date last; `latest` newest first."""

    id: str
    name: str
    is_running: bool
    ahead: tuple[Step, ...]
    latest: tuple[HistoryLine, ...]

    @property
    def state(self) -> str:
        """Where the strand stands, in two words at most."""
        return "Running" if self.is_running else "Ended" if self.latest else "Not begun"


def timelines(strands: Iterable[Strand]) -> tuple[Timeline, ...]:
    """The strands that the policy names, and what belongs to none of them only while something waits in it."""
    made = [_timeline(strand) for strand in strands]
    return tuple(each for each in made if each.id != "other" or each.ahead)


def _timeline(strand: Strand) -> Timeline:
    """Tasks and dates of the process in one order; a task's own date is told with the task."""
    tasks = [Step(row.due, task=row) for row in strand.tasks]
    dates = [Step(date.at, date=date) for date in strand.next_dates if date.kind != "task"]
    ahead = tuple(sorted([*tasks, *dates], key=lambda step: step.at or _LAST))
    return Timeline(strand.id, strand.name, strand.is_running, ahead, strand.latest)
