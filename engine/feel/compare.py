"""Equality, order and membership in three-valued logic: True, False or None (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.values import NANOS, Date, DateTime, DaysTime, Function, Range, Time, YearsMonths
from engine.feel.zones import instant, time_line

_LONG = 1000
_PLAIN = frozenset({bool, str, Decimal, Date, YearsMonths, DaysTime})
_ORDERED = frozenset({str, Decimal, Date, YearsMonths, DaysTime})


def _moment(value: Any) -> tuple[bool, int]:
    """A time or date-time on its line, to the whole second: FEEL compares no finer."""
    zoned, nanos = time_line(value) if type(value) is Time else instant(value)
    return zoned, nanos // NANOS


def equal(a: Any, b: Any, run: Run | None = None) -> bool | None:
    """Whether two values are equal; None when they are of different kinds. Long ones are charged to `run`."""
    kind = type(a)
    if a is None or b is None:
        return a is b
    if kind is not type(b):
        return None
    if kind in _PLAIN:
        if kind is str and run and len(a) > _LONG:
            run.charge(len(a) >> 8)
        return bool(a == b)
    if kind is Time and a.zone == b.zone:
        return bool(a.nanos // NANOS == b.nanos // NANOS)
    if kind is Time or kind is DateTime:
        return _moment(a) == _moment(b)
    if kind is list:
        return _equal_lists(a, b, run)
    if kind is dict:
        return _equal_contexts(a, b, run)
    return _equal_ranges(a, b) if kind is Range else a is b if kind is Function else None


def _equal_lists(a: list[Any], b: list[Any], run: Run | None) -> bool | None:
    if len(a) != len(b):
        return False
    if run:
        run.charge(len(a) >> 1)
    return every(equal(x, y, run) for x, y in zip(a, b, strict=True))


def _equal_contexts(a: dict[str, Any], b: dict[str, Any], run: Run | None) -> bool | None:
    if run:
        run.charge(1 + (len(a) >> 1))
    return every(equal(value, b[key], run) for key, value in a.items()) if a.keys() == b.keys() else False


def _equal_ranges(a: Range, b: Range) -> bool | None:
    if (a.op, a.low_closed, a.high_closed) != (b.op, b.low_closed, b.high_closed):
        return False
    return every((equal(a.low, b.low), equal(a.high, b.high)))


def every(results: Any) -> bool | None:
    """True when all are, False when one is, else None."""
    answer: bool | None = True
    for result in results:
        if result is False:
            return False
        if result is not True:
            answer = None
    return answer


def some(results: Any) -> bool | None:
    """True when one is, False when all are, else None."""
    answer: bool | None = False
    for result in results:
        if result is True:
            return True
        if result is not False:
            answer = None
    return answer


def less(a: Any, b: Any, run: Run | None = None) -> bool | None:
    """Whether `a` comes before `b`; None when they have no order."""
    kind = type(a)
    if kind is not type(b):
        return None
    if kind in _ORDERED:
        if kind is str and run and len(a) > _LONG:
            run.charge(len(a) >> 8)
        return bool(a < b)
    if kind is Time and a.zone == b.zone:
        return bool(a.nanos // NANOS < b.nanos // NANOS)
    if kind is Time or kind is DateTime:
        (a_zoned, left), (b_zoned, right) = _moment(a), _moment(b)
        return left < right if a_zoned == b_zoned else None
    return None


def less_equal(a: Any, b: Any, run: Run | None = None) -> bool | None:
    """Whether `a` comes before `b` or equals it; None when they have no order."""
    after = less(b, a, run)
    return None if after is None else not after


def contains(interval: Range, value: Any, run: Run | None = None) -> bool | None:
    """Whether the value lies in the range; None when that cannot be told."""
    if interval.op in ("=", "!="):
        same = equal(value, interval.low, run)
        return same if same is None or interval.op == "=" else not same
    if interval.op:
        return _beyond(interval, value)
    low = (less_equal if interval.low_closed else less)(interval.low, value)
    high = (less_equal if interval.high_closed else less)(value, interval.high)
    return None if low is None or high is None else low and high


def _beyond(interval: Range, value: Any) -> bool | None:
    if interval.op in ("<", "<="):
        return (less if interval.op == "<" else less_equal)(value, interval.high)
    return (less if interval.op == ">" else less_equal)(interval.low, value)


def is_in(value: Any, test: Any, run: Run | None = None) -> bool | None:
    """Whether the value satisfies one test: a range, a list of tests, or a value to equal."""
    if type(test) is Range:
        return contains(test, value, run)
    if type(test) is list:
        return _in_list(value, test, run)
    return equal(value, test, run)


def _in_list(value: Any, tests: list[Any], run: Run | None) -> bool | None:
    if run:
        run.charge(len(tests) >> 3)
    if type(value) is list and equal(value, tests, run):
        return True
    return any(
        (contains(test, value, run) if type(test) is Range else equal(value, test, run)) is True for test in tests
    )
