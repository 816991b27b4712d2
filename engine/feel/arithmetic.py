"""The operators `+ - * / **` on every pair of kinds they are defined for (DMN 1.5, 10.3.2.9.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException, DivisionByZero, Overflow
from typing import Any

from engine.feel.budget import Run
from engine.feel.numbers import CTX
from engine.feel.types import name_of
from engine.feel.values import DAY, YEAR_LIMIT, Date, DateTime, DaysTime, Time, YearsMonths
from engine.feel.zones import date_of, day_number, instant, make_date, month_length, time_line

Operation = Callable[[Any, Any, Run], Any]
_DURATION_LIMIT = (YEAR_LIMIT + 1) * 2 * 366 * DAY


def add_months(value: Date, months: int) -> Date | None:
    """The same day that many months on, or the month's last day where there is no such day."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if abs(year) > YEAR_LIMIT:
        return None
    return make_date(year, month + 1, min(value.day, month_length(year, month + 1)))


def _shift(value: DateTime, nanos: int) -> DateTime | None:
    days, rest = divmod(day_number(value.date) * DAY + value.time.nanos + nanos, DAY)
    day = date_of(days)
    return DateTime(day, Time(rest, value.time.zone)) if day else None


def _days(nanos: int) -> DaysTime | None:
    return DaysTime(nanos) if abs(nanos) <= _DURATION_LIMIT else None


def _months(months: int) -> YearsMonths | None:
    return YearsMonths(months) if abs(months) <= (YEAR_LIMIT + 1) * 24 else None


def _string(a: str, b: str, run: Run) -> str:
    run.string(len(a) + len(b))
    return a + b


def _date_days(a: Date, nanos: int) -> Date | None:
    return date_of((day_number(a) * DAY + nanos) // DAY)


def _moved(a: DateTime, months: int) -> DateTime | None:
    day = add_months(a.date, months)
    return DateTime(day, a.time) if day else None


def _between(a: Any, b: Any) -> DaysTime | None:
    (a_zoned, left), (b_zoned, right) = (time_line(x) if type(x) is Time else instant(x) for x in (a, b))
    return _days(left - right) if a_zoned == b_zoned else None


def _midnight(value: Date) -> DateTime:
    return DateTime(value, Time(0, 0))


_ADD: dict[tuple[type, type], Operation] = {
    (str, str): _string,
    (Date, YearsMonths): lambda a, b, _: add_months(a, b.months),
    (Date, DaysTime): lambda a, b, _: _date_days(a, b.nanos),
    (DateTime, YearsMonths): lambda a, b, _: _moved(a, b.months),
    (DateTime, DaysTime): lambda a, b, _: _shift(a, b.nanos),
    (Time, DaysTime): lambda a, b, _: Time((a.nanos + b.nanos) % DAY, a.zone),
    (YearsMonths, YearsMonths): lambda a, b, _: _months(a.months + b.months),
    (DaysTime, DaysTime): lambda a, b, _: _days(a.nanos + b.nanos),
}
_ADD |= {
    (YearsMonths, Date): lambda a, b, _: add_months(b, a.months),
    (DaysTime, Date): lambda a, b, _: _date_days(b, a.nanos),
    (YearsMonths, DateTime): lambda a, b, _: _moved(b, a.months),
    (DaysTime, DateTime): lambda a, b, _: _shift(b, a.nanos),
    (DaysTime, Time): lambda a, b, _: Time((a.nanos + b.nanos) % DAY, b.zone),
}
_SUBTRACT: dict[tuple[type, type], Operation] = {
    (Date, YearsMonths): lambda a, b, _: add_months(a, -b.months),
    (Date, DaysTime): lambda a, b, _: _date_days(a, -b.nanos),
    (DateTime, YearsMonths): lambda a, b, _: _moved(a, -b.months),
    (DateTime, DaysTime): lambda a, b, _: _shift(a, -b.nanos),
    (Time, DaysTime): lambda a, b, _: Time((a.nanos - b.nanos) % DAY, a.zone),
    (YearsMonths, YearsMonths): lambda a, b, _: _months(a.months - b.months),
    (DaysTime, DaysTime): lambda a, b, _: _days(a.nanos - b.nanos),
    (Date, Date): lambda a, b, _: _days((day_number(a) - day_number(b)) * DAY),
    (Time, Time): lambda a, b, _: _between(a, b),
    (DateTime, DateTime): lambda a, b, _: _between(a, b),
    (DateTime, Date): lambda a, b, _: _between(a, _midnight(b)),
    (Date, DateTime): lambda a, b, _: _between(_midnight(a), b),
}


def _scaled(kind: Any, amount: int, factor: Decimal, divide: bool) -> Any:
    if divide and not factor:
        return None
    ratio = CTX.divide(Decimal(amount), factor) if divide else CTX.multiply(Decimal(amount), factor)
    if ratio.adjusted() > 40:
        return None
    return _months(int(ratio)) if kind is YearsMonths else _days(int(ratio))


def _ratio(a: int, b: int) -> Decimal | None:
    return CTX.divide(Decimal(a), Decimal(b)) if b else None


_MULTIPLY: dict[tuple[type, type], Operation] = {
    (YearsMonths, Decimal): lambda a, b, _: _scaled(YearsMonths, a.months, b, False),
    (Decimal, YearsMonths): lambda a, b, _: _scaled(YearsMonths, b.months, a, False),
    (DaysTime, Decimal): lambda a, b, _: _scaled(DaysTime, a.nanos, b, False),
    (Decimal, DaysTime): lambda a, b, _: _scaled(DaysTime, b.nanos, a, False),
}
_DIVIDE: dict[tuple[type, type], Operation] = {
    (YearsMonths, Decimal): lambda a, b, _: _scaled(YearsMonths, a.months, b, True),
    (DaysTime, Decimal): lambda a, b, _: _scaled(DaysTime, a.nanos, b, True),
    (YearsMonths, YearsMonths): lambda a, b, _: _ratio(a.months, b.months),
    (DaysTime, DaysTime): lambda a, b, _: _ratio(a.nanos, b.nanos),
}


def _undefined(op: str, a: Any, b: Any, run: Run) -> None:
    run.warn(f"`{op}` is not defined for a {name_of(a)} and a {name_of(b)}: the result is null.")


def _other(op: str, table: dict[tuple[type, type], Operation], a: Any, b: Any, run: Run) -> Any:
    operation = table.get((type(a), type(b)))
    if operation is None:
        return _undefined(op, a, b, run)
    try:
        result = operation(a, b, run)
    except DecimalException:
        result = None
    if result is None:
        run.warn(f"`{op}` goes beyond what can be counted: the result is null.")
    return result


def _overflow(run: Run) -> None:
    run.warn("A number grew beyond 34 digits and an exponent of 6144: the result is null.")


def add(a: Any, b: Any, run: Run) -> Any:
    """`a + b`."""
    if type(a) is Decimal and type(b) is Decimal:
        try:
            return CTX.add(a, b)
        except DecimalException:
            return _overflow(run)
    return _other("+", _ADD, a, b, run)


def subtract(a: Any, b: Any, run: Run) -> Any:
    """`a - b`."""
    if type(a) is Decimal and type(b) is Decimal:
        try:
            return CTX.subtract(a, b)
        except DecimalException:
            return _overflow(run)
    return _other("-", _SUBTRACT, a, b, run)


def multiply(a: Any, b: Any, run: Run) -> Any:
    """`a * b`."""
    if type(a) is Decimal and type(b) is Decimal:
        try:
            return CTX.multiply(a, b)
        except DecimalException:
            return _overflow(run)
    return _other("*", _MULTIPLY, a, b, run)


def divide(a: Any, b: Any, run: Run) -> Any:
    """`a / b`; by zero is null."""
    if type(a) is Decimal and type(b) is Decimal:
        try:
            return CTX.divide(a, b)
        except DivisionByZero:
            return run.warn("A number cannot be divided by zero: the result is null.")
        except Overflow:
            return _overflow(run)
        except DecimalException:
            return run.warn("Zero divided by zero is nothing: the result is null.")
    return _other("/", _DIVIDE, a, b, run)


def power(a: Any, b: Any, run: Run) -> Any:
    """`a ** b`."""
    if type(a) is not Decimal or type(b) is not Decimal:
        return _undefined("**", a, b, run)
    run.exponent(b)
    if not b:
        return Decimal(1)
    try:
        return CTX.power(a, b)
    except Overflow:
        return _overflow(run)
    except DecimalException:
        return run.warn("This power is not a number: the result is null.")


def negate(a: Any, run: Run) -> Any:
    """`-a`."""
    if type(a) is Decimal:
        return -a if a else a
    if type(a) is YearsMonths:
        return YearsMonths(-a.months)
    if type(a) is DaysTime:
        return DaysTime(-a.nanos)
    return run.warn(f"`-` is not defined for a {name_of(a)}: the result is null.")


OPERATORS: dict[str, Operation] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
