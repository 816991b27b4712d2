"""Numbers (DMN 1.5, table 79)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, numbers, refuse
from engine.feel.numbers import CTX, truncated
from engine.feel.values import DaysTime, YearsMonths


def rounded(number: Decimal, places: int, mode: str) -> Decimal:
    """The number with that many decimal places (negative: to tens, hundreds ...)."""
    exponent = number.as_tuple().exponent
    if places >= 0 and isinstance(exponent, int) and -exponent <= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=CTX.copy()) + 0


def _rounding(name: str, mode: str) -> Callable[..., Any]:
    def function(run: Run, n: Any, *scale: Any) -> Any:
        places = truncated(scale[0]) if scale else 0
        if not numbers(n) or places is None:
            return refuse(run, name, n, *scale)
        if not -6111 <= places <= 6176:
            return run.warn(f"`{name}` takes a scale from -6111 to 6176: the result is null.")
        try:
            return rounded(n, places, mode)
        except DecimalException:
            return n if places > 0 else Decimal(0)

    return function


def _unary(name: str, action: Callable[[Decimal], Decimal]) -> Callable[..., Any]:
    def function(run: Run, number: Any) -> Any:
        if not numbers(number):
            return refuse(run, name, number)
        try:
            found = action(number)
        except DecimalException:
            return run.warn(f"`{name}` has no result for {number}: it is null.")
        return found if found.is_finite() else run.warn(f"`{name}` has no result for {number}: it is null.")

    return function


def absolute(run: Run, n: Any) -> Any:
    """The number, or the duration, without its sign."""
    if type(n) is DaysTime:
        return DaysTime(abs(n.nanos))
    if type(n) is YearsMonths:
        return YearsMonths(abs(n.months))
    return abs(n) if numbers(n) else refuse(run, "abs", n)


def modulo(run: Run, dividend: Any, divisor: Any) -> Any:
    """What is left after whole division, with the sign of the divisor."""
    if not numbers(dividend, divisor):
        return refuse(run, "modulo", dividend, divisor)
    if not divisor:
        return run.warn("`modulo` by zero is null.")
    try:
        rest = CTX.remainder(dividend, divisor)
    except DecimalException:
        return run.warn("`modulo` goes beyond 34 digits: the result is null.")
    if not rest:
        return abs(rest)
    return CTX.add(rest, divisor) if (rest < 0) != (divisor < 0) else rest


def _parity(name: str, wanted: int) -> Callable[..., Any]:
    def function(run: Run, number: Any) -> Any:
        if not numbers(number):
            return refuse(run, name, number)
        if number.adjusted() > 33:
            return wanted == 0
        if number != number.to_integral_value():
            return run.warn(f"`{name}` takes a whole number: the result is null.")
        return int(number) % 2 == wanted

    return function


FUNCTIONS: Declared = {
    "decimal": ("n, scale", _rounding("decimal", ROUND_HALF_EVEN)),
    "floor": ("n, scale?", _rounding("floor", ROUND_FLOOR)),
    "ceiling": ("n, scale?", _rounding("ceiling", ROUND_CEILING)),
    "round up": ("n, scale", _rounding("round up", ROUND_UP)),
    "round down": ("n, scale", _rounding("round down", ROUND_DOWN)),
    "round half up": ("n, scale", _rounding("round half up", ROUND_HALF_UP)),
    "round half down": ("n, scale", _rounding("round half down", ROUND_HALF_DOWN)),
    "abs": ("n", absolute),
    "modulo": ("dividend, divisor", modulo),
    "sqrt": ("number", _unary("sqrt", CTX.sqrt)),
    "log": ("number", _unary("log", CTX.ln)),
    "exp": ("number", _unary("exp", CTX.exp)),
    "odd": ("number", _parity("odd", 1)),
    "even": ("number", _parity("even", 0)),
}
