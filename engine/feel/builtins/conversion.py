"""Values written as text and read from it (DMN 1.5, table 74)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import DecimalException
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, refuse, texts
from engine.feel.iso import date_text, date_time_text, days_text, months_text, time_text
from engine.feel.lexer import WORD
from engine.feel.numbers import CTX, is_number_text, number_text
from engine.feel.types import weigh
from engine.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths

_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_TEXT: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    Date: date_text,
    Time: time_text,
    DateTime: date_time_text,
    YearsMonths: months_text,
    DaysTime: days_text,
    Function: lambda _: "function",
}


def quoted(text: str) -> str:
    """The text as a FEEL literal."""
    return '"' + text.translate(_ESCAPES) + '"'


def pieces(value: Any, inner: bool = True) -> Iterator[str]:
    """The value's text, piece by piece; texts inside lists and contexts are quoted."""
    kind = type(value)
    if kind is str:
        yield quoted(value) if inner else value
    elif kind is list:
        yield from _list(value)
    elif kind is dict:
        yield from _context(value)
    elif kind is Range:
        yield from _range(value)
    else:
        yield _TEXT.get(kind, number_text)(value)


def _list(value: list[Any]) -> Iterator[str]:
    yield "["
    for place, item in enumerate(value):
        yield ", " if place else ""
        yield from pieces(item)
    yield "]"


def _context(value: dict[str, Any]) -> Iterator[str]:
    yield "{"
    for place, (key, item) in enumerate(value.items()):
        yield ", " if place else ""
        yield (key if WORD.fullmatch(key) else quoted(key)) + ": "
        yield from pieces(item)
    yield "}"


def _range(value: Range) -> Iterator[str]:
    if value.op:
        yield value.op + " "
        yield from pieces(value.high if value.op in ("<", "<=") else value.low)
        return
    yield "[" if value.low_closed else "("
    yield from pieces(value.low)
    yield ".."
    yield from pieces(value.high)
    yield "]" if value.high_closed else ")"


def string(run: Run, source: Any) -> Any:
    """The value as text; null stays null."""
    if source is None:
        return None
    weigh(source, run)
    made: list[str] = []
    size = 0
    for piece in pieces(source, inner=False):
        made.append(piece)
        size += len(piece)
        if size > run.budget.string:
            break
    run.string(size)
    return "".join(made)


def number(run: Run, source: Any, grouping: Any = None, decimal: Any = None) -> Any:
    """A number from a text, with the marks it uses for thousands and for decimals."""
    good = grouping in (None, " ", ",", ".") and decimal in (None, ",", ".")
    if not texts(source) or not good or (grouping is not None and grouping == decimal):
        return refuse(run, "number", source, grouping, decimal)
    plain = source.replace(grouping, "") if grouping else source
    plain = plain.replace(decimal, ".") if decimal and decimal != "." else plain
    try:
        made = CTX.create_decimal(plain) if is_number_text(plain) else None
    except DecimalException:
        made = None
    return run.warn(f"`{source}` is not a number: the result is null.") if made is None else made


FUNCTIONS: Declared = {
    "string": ("from", string),
    "number": ("from, grouping separator?, decimal separator?", number),
}
