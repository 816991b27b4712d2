"""Numbers: decimals of 34 digits, as DMN asks (IEEE 754 decimal128)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

CTX = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ZERO = Decimal(0)
ONE = Decimal(1)


def whole(value: object) -> int | None:
    """The number as a Python int when it is whole and of sane size, else None."""
    if type(value) is not Decimal or value.adjusted() > 40 or value != value.to_integral_value(context=CTX):
        return None
    return int(value)


def truncated(value: object) -> int | None:
    """The number's whole part when it is a number of sane size, else None."""
    return int(value) if type(value) is Decimal and value.adjusted() <= 40 else None


def number_text(value: Decimal) -> str:
    """Plain digits, never an exponent."""
    text = format(value, "f")
    return "0" if text == "-0" else text


def is_number_text(text: str) -> bool:
    """Whether the characters are those of a FEEL numeric literal, so that Decimal may read it."""
    return bool(text) and all(c in "0123456789.eE+-" for c in text)
