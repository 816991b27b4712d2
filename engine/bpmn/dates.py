"""Moments and durations in London: wall-clock days, clipped months, ISO 8601 literals."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{1,6})/(?P<interval>P.+)")


class NotATime(ValueError):
    """A text or value that says no moment, duration or cycle; its words say why."""


@dataclass(frozen=True)
class Span:
    """A duration: calendar months, calendar days, then exact seconds."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __bool__(self) -> bool:
        """Whether it lasts at all."""
        return bool(self.months or self.days or self.seconds)


@dataclass(frozen=True)
class Cycle:
    """A repeat: `times` intervals."""

    times: int
    interval: Span


def parse_span(text: str) -> Span:
    """An ISO 8601 duration such as P6W, P3M or PT36H; raises NotATime."""
    found = _DURATION.fullmatch(text.strip())
    parts = {k: int(v) for k, v in found.groupdict().items() if k != "sign" and v} if found else {}
    if found is None or not parts or text.rstrip().endswith("T") or any(v > 10**7 for v in parts.values()):
        raise NotATime(f'"{text}" is not a duration such as P14D, P3M or PT12H')
    if found["sign"]:
        raise NotATime(f'"{text}" lies in the past')
    return Span(
        parts.get("years", 0) * 12 + parts.get("months", 0),
        parts.get("weeks", 0) * 7 + parts.get("days", 0),
        parts.get("hours", 0) * 3600 + parts.get("minutes", 0) * 60 + parts.get("seconds", 0),
    )


def parse_cycle(text: str) -> Cycle:
    """An ISO 8601 repeat with a stated number and an interval of at least a minute; raises NotATime."""
    found = _CYCLE.fullmatch(text.strip())
    if found is None:
        raise NotATime(f'"{text}" is not a repeat such as R3/P1D, with the number of times stated')
    interval = parse_span(found["interval"])
    if not int(found["times"]):
        raise NotATime(f'"{text}" repeats no times')
    if not interval.months and interval.days * 86_400 + interval.seconds < 60:
        raise NotATime(f'"{text}" repeats more often than once a minute')
    return Cycle(int(found["times"]), interval)


def parse_moment(text: str) -> datetime | date:
    """An ISO 8601 date, or date and time with its zone; raises NotATime."""
    stripped = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", stripped):
            return date.fromisoformat(stripped)
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", stripped):
            return aware(datetime.fromisoformat(stripped))
    except NotATime:
        raise
    except ValueError:
        pass
    raise NotATime(f'"{text}" is not a date such as 2026-03-31 or a time such as 2026-03-31T09:00:00Z')


def aware(moment: datetime) -> datetime:
    """The moment in UTC; raises NotATime when it has no time zone."""
    if moment.utcoffset() is None:
        raise NotATime(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of a day in London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last second of a day in London, in UTC."""
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The day in London on which a moment falls."""
    return moment.astimezone(LONDON).date()


def add_months(day: date, months: int) -> date:
    """The same day that many months on, or the month's last day (31 January + 1 month = 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise NotATime("the date is beyond the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """The day that many days on; raises NotATime beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise NotATime("the date is beyond the calendar") from None


def add_span(moment: datetime, span: Span) -> datetime:
    """A moment plus a duration, in UTC: months and days keep London's wall clock, hours are exact."""
    local = moment.astimezone(LONDON)
    if span.months or span.days:
        day = add_days(add_months(local.date(), span.months), span.days)
        local = datetime.combine(day, local.timetz())
    try:
        return local.astimezone(UTC) + timedelta(seconds=span.seconds)
    except OverflowError:
        raise NotATime("the time is beyond the calendar") from None
