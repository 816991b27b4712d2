"""The values FEEL has and Python lacks: wide dates, zoned times, two durations, ranges, functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NANOS = 1_000_000_000
DAY = 86_400 * NANOS
YEAR_LIMIT = 999_999_999

Zone = int | str | None
"""An offset from UTC in seconds, the name of a time zone, or none."""


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A date of the proleptic Gregorian calendar, any year to nine digits either side of zero."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: nanoseconds since midnight, and its zone."""

    nanos: int
    zone: Zone = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time of day on it."""

    date: Date
    time: Time


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months."""

    months: int


@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A days and time duration, in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of comparable values; `op` is set for `< x`, `<= x`, `> x`, `>= x`, `= x`, `!= x`."""

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    op: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function value: parameter names and types, and what to call with (run, positional values)."""

    name: str
    params: tuple[str, ...]
    call: Callable[..., Any]
    types: tuple[Any, ...] = ()
    result_type: Any = None
    required: int = -1
    variadic: bool = False
    signatures: tuple[tuple[str, ...], ...] = field(default=())
    singles: frozenset[str] = frozenset()


TEMPORAL = (Date, Time, DateTime)
DURATIONS = (YearsMonths, DaysTime)
