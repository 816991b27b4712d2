"""Dates, times and durations made, taken apart and compared (DMN 1.5, tables 74, 80 and 82)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, refuse, texts
from engine.feel.convert import to_feel
from engine.feel.iso import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.numbers import truncated
from engine.feel.types import weigh
from engine.feel.values import NANOS, Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.zones import date_of, day_number, day_of_year, make_date, week_of_year, weekday, zone_info

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def _nothing(run: Run, name: str, source: Any) -> Any:
    return run.warn(f"`{source}` is not a {name}: the result is null.")


def date(run: Run, source: Any, *parts: Any) -> Any:
    """From a text, from a date and time, or from year, month and day."""
    if len(parts) == 2:
        year, month, day = (truncated(part) for part in (source, *parts))
        made = None if year is None or month is None or day is None else make_date(year, month, day)
        return made or refuse(run, "date", source, *parts)
    if parts or not isinstance(source, str | Date | DateTime):
        return refuse(run, "date", source, *parts)
    if isinstance(source, str):
        return parse_date(source) or _nothing(run, "date", source)
    return source if isinstance(source, Date) else source.date


def time(run: Run, source: Any, *parts: Any) -> Any:
    """From a text, from a date and time, or from hour, minute, second and offset."""
    if len(parts) >= 2:
        return _time_of_parts(source, *parts) or refuse(run, "time", source, *parts)
    if parts or not isinstance(source, str | Time | DateTime | Date):
        return refuse(run, "time", source, *parts)
    if isinstance(source, str):
        return parse_time(source) or _nothing(run, "time", source)
    if isinstance(source, Date):
        return Time(0, 0)
    return source if isinstance(source, Time) else source.time


def _time_of_parts(hour: Any, minute: Any, second: Any, offset: Any = None) -> Time | None:
    hours, minutes = truncated(hour), truncated(minute)
    if hours is None or minutes is None or type(second) is not Decimal:
        return None
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= second < 60):
        return None
    if offset is not None and (type(offset) is not DaysTime or abs(offset.nanos) > 18 * 3600 * NANOS):
        return None
    nanos = (hours * 3600 + minutes * 60) * NANOS + int(second * NANOS)
    return Time(nanos, None if offset is None else offset.nanos // NANOS)


def date_and_time(run: Run, source: Any, *parts: Any) -> Any:
    """From a text, from a date and a time, or from six numbers and an offset or time zone."""
    if len(parts) >= 5:
        return _moment_of_parts(source, *parts) or refuse(run, "date and time", source, *parts)
    if len(parts) == 1:
        day = source.date if isinstance(source, DateTime) else source
        if not isinstance(day, Date) or not isinstance(parts[0], Time):
            return refuse(run, "date and time", source, *parts)
        return DateTime(day, parts[0])
    if isinstance(source, DateTime) and not parts:
        return source
    if isinstance(source, Date) and not parts:
        return DateTime(source, Time(0, 0))
    if parts or not isinstance(source, str):
        return refuse(run, "date and time", source, *parts)
    return parse_date_time(source) or _nothing(run, "date and time", source)


def _moment_of_parts(
    year: Any, month: Any, day: Any, hour: Any, minute: Any, second: Any, zone: Any = None
) -> DateTime | None:
    y, m, d = (truncated(part) for part in (year, month, day))
    if y is None or m is None or d is None:
        return None
    made = make_date(y, m, d)
    named = isinstance(zone, str)
    clock = _time_of_parts(hour, minute, second, None if named else zone)
    if named and not zone_info(zone):
        return None
    if clock and named:
        clock = Time(clock.nanos, zone)
    return DateTime(made, clock) if made and clock else None


def duration(run: Run, source: Any) -> Any:
    """From a text such as `P1Y2M` or `P2DT3H`."""
    if isinstance(source, YearsMonths | DaysTime):
        return source
    if not texts(source):
        return refuse(run, "duration", source)
    return parse_duration(source) or _nothing(run, "duration", source)


def years_and_months_duration(run: Run, start: Any, stop: Any) -> Any:
    """Whole months from one date to another."""
    first = start.date if isinstance(start, DateTime) else start
    last = stop.date if isinstance(stop, DateTime) else stop
    if not isinstance(first, Date) or not isinstance(last, Date):
        return refuse(run, "years and months duration", start, stop)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    if months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


def now(run: Run) -> Any:
    """The moment of the evaluation, which the host gives."""
    return to_feel(run.now) if run.now else run.warn("No clock was given: `now()` is null.")


def today(run: Run) -> Any:
    """The date of the evaluation, which the host gives."""
    return to_feel(run.now.date()) if run.now else run.warn("No clock was given: `today()` is null.")


def _calendar(name: str, read: Callable[[Date], Any]) -> Callable[..., Any]:
    def function(run: Run, day: Any) -> Any:
        found = day.date if isinstance(day, DateTime) else day
        return read(found) if isinstance(found, Date) else refuse(run, name, day)

    return function


def is_(run: Run, value1: Any, value2: Any) -> Any:
    """Whether two values are the same in kind and in every part; no conversion between zones."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, dict | list):
        weigh(value1, run)
        weigh(value2, run)
        return repr(value1) == repr(value2)
    return bool(value1 == value2)


def last_day_of_month(day: Date) -> Decimal:
    """The number of days in the date's month (an extension that other products have)."""
    after = date_of(day_number(Date(day.year + day.month // 12, day.month % 12 + 1, 1)) - 1)
    return Decimal(after.day if after else 31)


FUNCTIONS: Declared = {
    "date": ("from | year, month, day", date),
    "time": ("from | hour, minute, second, offset?", time),
    "date and time": (
        "from | date, time | year, month, day, hour, minute, second, offset? "
        "| year, month, day, hour, minute, second, timezone?",
        date_and_time,
    ),
    "duration": ("from", duration),
    "years and months duration": ("from, to", years_and_months_duration),
    "now": ("", now),
    "today": ("", today),
    "day of year": ("date", _calendar("day of year", lambda d: Decimal(day_of_year(d)))),
    "day of week": ("date", _calendar("day of week", lambda d: DAYS[weekday(d) - 1])),
    "month of year": ("date", _calendar("month of year", lambda d: MONTHS[d.month - 1])),
    "week of year": ("date", _calendar("week of year", lambda d: Decimal(week_of_year(d)))),
    "last day of month": ("date", _calendar("last day of month", last_day_of_month)),
    "is": ("value1, value2", is_),
}
