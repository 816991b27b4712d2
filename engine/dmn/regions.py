"""The values an input can have, cut into regions on which no cell of its column changes its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from engine.feel.arithmetic import add, subtract
from engine.feel.budget import Run
from engine.feel.builtins.conversion import pieces
from engine.feel.compare import equal, less
from engine.feel.values import NANOS, Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.zones import date_of, day_number

_SECOND = DaysTime(NANOS)


@dataclass(frozen=True, slots=True)
class Region:
    """A set of values: what to call it, one value in it, and its two ends where it has an order."""

    text: str
    example: Any
    low: Any = None
    high: Any = None
    is_ordered: bool = False

    @property
    def is_point(self) -> bool:
        """Whether it is one value of an order."""
        return self.is_ordered and self.low is not None and self.low is self.high


def shown(value: Any) -> str:
    """A value as FEEL writes it."""
    text = "".join(pieces(value))
    temporal = isinstance(value, Date | Time | DateTime | DaysTime | YearsMonths)
    return f'@"{text}"' if temporal else text


def _number_between(low: Any, high: Any) -> Any:
    if low is None or high is None:
        return high - 1 if low is None else low + 1
    middle = (low + high) / 2
    whole = middle.to_integral_value()
    return whole if low < whole < high else middle


def _counted(number: Callable[[Any], int], value: Callable[[int], Any], unit: int) -> Callable[[Any, Any], Any]:
    """Values that are counted: the one after `low` when it is before `high`, else none."""

    def between(low: Any, high: Any) -> Any:
        if low is None:
            return value(number(high) - unit)
        after = number(low) + unit
        return value(after) if high is None or after < number(high) else None

    return between


def _moment_between(low: Any, high: Any) -> Any:
    """The moment a second before or after; none when the two are no more than a second apart."""
    if low is None:
        return subtract(high, _SECOND, Run())
    after = add(low, _SECOND, Run())
    return after if high is None or less(after, high) else None


def _days_between(low: Any, high: Any) -> Any:
    if low is None:
        return DaysTime(high.nanos - NANOS)
    tries = (DaysTime(low.nanos + NANOS), DaysTime(low.nanos + 1))
    return next((value for value in tries if high is None or value < high), None)


_BETWEEN: dict[type, Callable[[Any, Any], Any]] = {
    Decimal: _number_between,
    Date: _counted(day_number, date_of, 1),
    YearsMonths: _counted(lambda v: v.months, YearsMonths, 1),
    DaysTime: _days_between,
    DateTime: _moment_between,
}
_EXAMPLES: dict[type, Any] = {
    Decimal: Decimal(0),
    Date: Date(2000, 1, 1),
    YearsMonths: YearsMonths(0),
    DaysTime: DaysTime(0),
    DateTime: DateTime(Date(2000, 1, 1), Time(0)),
}
_KIND_OF_TYPE: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "years and months duration": YearsMonths,
    "days and time duration": DaysTime,
}


def regions(constants: Sequence[Any], type_name: str, strings_ordered: bool) -> list[Region] | None:
    """The regions of a column whose cells mention these constants; None when they cannot be told apart.

    `type_name` is the column's declared type, or empty. With no constants and no type there is one region.
    """
    has_null = any(value is None for value in constants)
    values = _distinct([value for value in constants if value is not None])
    kinds = {type(value) for value in values} | ({_KIND_OF_TYPE[type_name]} if type_name in _KIND_OF_TYPE else set())
    if len(kinds) > 1 or (str in kinds and strings_ordered):
        return None
    found = _of_kind(kinds.pop(), values) if kinds else [Region("any value", None)]
    if found is None:
        return None
    return found + ([Region("null", None)] if has_null else [])


def _distinct(values: Sequence[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(type(value) is type(other) and equal(value, other) for other in kept):
            kept.append(value)
    return kept


def _of_kind(kind: type, values: list[Any]) -> list[Region] | None:
    if kind is bool:
        return [Region("true", True), Region("false", False)]
    if kind is str:
        return [*(Region(shown(v), v) for v in values), Region("any other text", _other_text(values))]
    if kind is Time:
        return _times(values)
    return _ordered(kind, values) if kind in _BETWEEN else None


def _other_text(values: list[str]) -> str:
    name, number = "something else", 1
    while name in values:
        number += 1
        name = f"something else {number}"
    return name


def _sorted(values: list[Any]) -> list[Any] | None:
    """The values in order; None when two of them have none (with and without a zone)."""
    if any(less(a, b) is None for a in values[:1] for b in values[1:]):
        return None
    return sorted(values, key=cmp_to_key(lambda a, b: -1 if less(a, b) else 1))


def _ordered(kind: type, values: list[Any]) -> list[Region] | None:
    between = _BETWEEN[kind]
    ends = _sorted(values)
    if ends is None:
        return None
    if not ends:
        return [Region("any value", _EXAMPLES[kind])]
    found: list[Region] = []
    for low, high in zip([None, *ends], [*ends, None], strict=True):
        example = between(low, high)
        if example is not None:
            found.append(Region(_interval(low, high), example, low, high, True))
        if high is not None:
            found.append(Region(shown(high), high, high, high, True))
    return found


def _interval(low: Any, high: Any) -> str:
    if low is None:
        return f"< {shown(high)}"
    return f"> {shown(low)}" if high is None else f"({shown(low)}..{shown(high)})"


def _times(values: list[Any]) -> list[Region] | None:
    """Times of day without a zone, to the second: the day has a beginning and an end."""
    if any(value.zone is not None for value in values):
        return None
    ends = sorted({value.nanos // NANOS for value in values})
    marks = [-1, *ends, 86_400]
    found: list[Region] = []
    for low, high in pairwise(marks):
        first, last = Time(max(low, 0) * NANOS), Time(high * NANOS)
        if low + 1 < high:
            start, end = first if low >= 0 else None, last if high < 86_400 else None
            text = _interval(start, end) if ends else "any value"
            found.append(Region(text, Time((low + 1) * NANOS), start, end, bool(ends)))
        if high < 86_400:
            found.append(Region(shown(last), last, last, last, True))
    return found


def described(all_regions: Sequence[Region], places: Sequence[int]) -> str:
    """Some regions in words, neighbours in an order run together."""
    runs: list[list[int]] = []
    for place in places:
        joins = runs and runs[-1][-1] == place - 1 and all_regions[place].is_ordered
        if joins and all_regions[place - 1].is_ordered:
            runs[-1].append(place)
        else:
            runs.append([place])
    return ", ".join(_run_text(all_regions[run[0]], all_regions[run[-1]]) for run in runs)


def _run_text(first: Region, last: Region) -> str:
    if first is last:
        return first.text
    if first.low is None and last.high is None:
        return "any value"
    if first.low is None:
        return f"{'<=' if last.is_point else '<'} {shown(last.high)}"
    if last.high is None:
        return f"{'>=' if first.is_point else '>'} {shown(first.low)}"
    opening, closing = "[" if first.is_point else "(", "]" if last.is_point else ")"
    return f"{opening}{shown(first.low)}..{shown(last.high)}{closing}"
