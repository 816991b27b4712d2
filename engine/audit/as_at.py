"""The case as at a moment: what the record said then, and what had happened but was recorded only later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit.timeline import Moment
from engine.model.journal import Entry


@dataclass(frozen=True)
class AsAt:
    """`moment` is None before the case began; `later` had happened by then and was not yet in the record."""

    at: datetime
    moment: Moment | None
    later: tuple[Entry, ...]


def as_at(moments: Sequence[Moment], at: datetime) -> AsAt:
    """The last of a timeline's moments recorded by `at`, which is zone-aware and counts in."""
    recorded = [moment for moment in moments if moment.entry.recorded_at <= at]
    unknown = moments[len(recorded) :]
    later = tuple(moment.entry for moment in unknown if moment.entry.done_at <= at)
    return AsAt(at, recorded[-1] if recorded else None, later)
