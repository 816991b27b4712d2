"""Timer events: when they are due. Our own definitions; the step's `now` is the only clock (DESIGN decision 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.bpmn.dates import (
    Cycle,
    NotATime,
    Span,
    add_span,
    aware,
    parse_cycle,
    parse_moment,
    parse_span,
    start_of,
)
from engine.bpmn.dialect.element import Trigger
from engine.feel.values import DaysTime, YearsMonths

_SECOND = 10**9


@dataclass(frozen=True)
class Due:
    """When a timer is due (UTC), and for a repeat how often it still fires after that."""

    at: datetime
    anchor: datetime
    round: int = 1
    rounds: int = 1

    def next(self, cycle: Cycle) -> Due | None:
        """The next round of a repeat, counted from where it began so that months do not drift; None after the last."""
        if self.round >= self.rounds:
            return None
        return Due(_times(self.anchor, cycle.interval, self.round + 1), self.anchor, self.round + 1, self.rounds)


def due_of(trigger: Trigger, value: object, now: datetime) -> Due:
    """When a timer armed now is due; `value` is what its expression gave. Raises NotATime in words."""
    if trigger.timer == "date":
        at = moment_of(value)
        return Due(at, at)
    if trigger.timer == "duration":
        at = add_span(now, span_of(value))
        return Due(at, now.astimezone(UTC))
    cycle = parse_cycle(str(value))
    return Due(add_span(now, cycle.interval), now.astimezone(UTC), 1, cycle.times)


def moment_of(value: object) -> datetime:
    """A date (its start in London), a zone-aware moment, an ISO text or a deadline context, as UTC."""
    found = parse_moment(value) if isinstance(value, str) else value
    if isinstance(found, Mapping):
        return moment_of(found.get("due"))
    if isinstance(found, datetime):
        return aware(found)
    if isinstance(found, date):
        return start_of(found)
    raise NotATime("it gives no date" if found is None else f"{found} is not a date or a moment of our calendar")


def span_of(value: object) -> Span:
    """A FEEL duration or an ISO text as a span: whole days on the wall clock, the rest exact."""
    if isinstance(value, str):
        return parse_span(value)
    if isinstance(value, YearsMonths) and 0 <= value.months <= 120_000:
        return Span(months=value.months)
    if isinstance(value, DaysTime) and 0 <= value.nanos <= 10**6 * 86_400 * _SECOND:
        days, rest = divmod(value.nanos // _SECOND, 86_400)
        return Span(days=days, seconds=rest)
    if isinstance(value, YearsMonths | DaysTime):
        raise NotATime("the duration lies in the past or beyond the calendar")
    raise NotATime("it gives no duration" if value is None else f"{value} is not a duration")


def _times(anchor: datetime, span: Span, times: int) -> datetime:
    """The anchor plus a span that many times over."""
    return add_span(anchor, Span(span.months * times, span.days * times, span.seconds * times))
