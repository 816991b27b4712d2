"""Working days: extensions to FEEL, clearly named, over the non-working days that the host gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError

FUNCTION_NAMES = ("add working days", "working days between", "is working day")
MAX_DAYS = 10_000


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise FeelError("This is not a date between the years 1 and 9999.")


def _count(value: object) -> int:
    if not isinstance(value, Decimal) or value != value.to_integral_value() or abs(value) > MAX_DAYS:
        raise FeelError(f"The number of days must be whole, and no more than {MAX_DAYS}.")
    return int(value)


def _next(day: date, step: int) -> date:
    try:
        return day + timedelta(days=step)
    except OverflowError as error:
        raise FeelError("The calendar ends with the year 9999.") from error


def working_day_functions(holidays: frozenset[date]) -> dict[str, Callable[..., object]]:
    """`add working days(date, n)`, `working days between(from, to)` and `is working day(date)`.

    Saturdays, Sundays and `holidays` do not work. Adding counts working days after the date (before it, for
    a negative number); adding none gives the date itself. Between counts the working days after the first
    date up to and including the second, negative when the second is earlier, so that
    `working days between(d, add working days(d, n)) = n`. Raises FeelError for anything else.
    """

    def works(day: date) -> bool:
        return day.weekday() < 5 and day not in holidays

    def add_working_days(date: object, days: object) -> object:
        day, left = _day(date), _count(days)
        step = 1 if left > 0 else -1
        while left:
            day = _next(day, step)
            left -= step if works(day) else 0
        return day

    def working_days_between(start: object, end: object) -> object:
        first, last = _day(start), _day(end)
        if abs((last - first).days) > 2 * MAX_DAYS:
            raise FeelError(f"The dates are more than {2 * MAX_DAYS} days apart.")
        step = 1 if last > first else -1
        found = 0
        while first != last:
            first += timedelta(days=step)
            found += step if works(first) else 0
        return found

    def is_working_day(date: object) -> object:
        return works(_day(date))

    return {
        "add working days": add_working_days,
        "working days between": working_days_between,
        "is working day": is_working_day,
    }
