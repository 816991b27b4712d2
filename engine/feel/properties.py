"""What stands after a dot: entries of contexts, parts of dates, times, durations and ranges (Table 65)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.types import name_of
from engine.feel.values import DAY, NANOS, Date, DateTime, DaysTime, Range, Time, YearsMonths
from engine.feel.zones import offset_of, weekday


def _clock(value: Time, day: Date | None = None) -> dict[str, Callable[[], Any]]:
    seconds = value.nanos // NANOS
    return {
        "hour": lambda: Decimal(seconds // 3600),
        "minute": lambda: Decimal(seconds // 60 % 60),
        "second": lambda: Decimal(seconds % 60),
        "time offset": lambda: _offset(value, day),
        "timezone": lambda: value.zone if isinstance(value.zone, str) else None,
    }


def _offset(value: Time, day: Date | None) -> DaysTime | None:
    seconds = offset_of(value.zone, day, value.nanos)
    return None if seconds is None else DaysTime(seconds * NANOS)


def _calendar(value: Date) -> dict[str, Callable[[], Any]]:
    return {
        "year": lambda: Decimal(value.year),
        "month": lambda: Decimal(value.month),
        "day": lambda: Decimal(value.day),
        "weekday": lambda: Decimal(weekday(value)),
    }


def _toward_zero(amount: int, unit: int, modulo: int | None = None) -> Decimal:
    whole = abs(amount) // unit % modulo if modulo else abs(amount) // unit
    return Decimal(-whole if amount < 0 and whole else whole)


def _days(value: DaysTime) -> dict[str, Callable[[], Any]]:
    return {
        "days": lambda: _toward_zero(value.nanos, DAY),
        "hours": lambda: _toward_zero(value.nanos, 3600 * NANOS, 24),
        "minutes": lambda: _toward_zero(value.nanos, 60 * NANOS, 60),
        "seconds": lambda: _toward_zero(value.nanos, NANOS, 60),
    }


def _months(value: YearsMonths) -> dict[str, Callable[[], Any]]:
    return {
        "years": lambda: _toward_zero(value.months, 12),
        "months": lambda: _toward_zero(value.months, 1, 12),
    }


def _range(value: Range) -> dict[str, Callable[[], Any]]:
    return {
        "start": lambda: value.low,
        "end": lambda: value.high,
        "start included": lambda: value.low_closed,
        "end included": lambda: value.high_closed,
    }


_PROPERTIES: dict[type, Callable[[Any], dict[str, Callable[[], Any]]]] = {
    Date: _calendar,
    Time: _clock,
    DateTime: lambda value: _calendar(value.date) | _clock(value.time, value.date),
    DaysTime: _days,
    YearsMonths: _months,
    Range: _range,
}


def member(value: Any, name: str, run: Run) -> Any:
    """`value.name`; over a list, the member of each item; null with a warning when there is none."""
    kind = type(value)
    if kind is dict:
        if name in value:
            return value[name]
        return run.warn(f"There is no `{name}` in the context: the result is null.")
    if kind is list:
        run.items(len(value))
        return [member(item, name, run) for item in value]
    properties = _PROPERTIES.get(kind)
    read = properties(value).get(name) if properties else None
    if read is None:
        return run.warn(f"A {name_of(value)} has no `{name}`: the result is null.")
    return read()
