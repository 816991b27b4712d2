"""What to say of the slips that people make most, beside where the text stopped making sense."""

from __future__ import annotations

import re

_CAPITALS = re.compile(r"\b(?:IF|THEN|ELSE|AND|OR|NOT|IN|BETWEEN|FOR|RETURN|SOME|EVERY|SATISFIES)\b")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_UNITS = {"day": "P{}D", "week": "P{}D", "month": "P{}M", "year": "P{}Y", "hour": "PT{}H", "minute": "PT{}M"}
_COUNTED = re.compile(r"([0-9]+)\s*$")
_BEFORE = re.compile(r"\b(not|is|less|more|greater|at)\s*$")
_AFTER = {
    "not": "`not` takes its condition in parentheses: `not(...)`.",
    "is": "Equality is written with `=`.",
    "less": "Less than is written `<`.",
    "more": "More than is written `>`.",
    "greater": "More than is written `>`.",
    "at": "At least is written `>=`, and at most `<=`.",
}
FOREIGN = {
    "==": "Equality is written with one `=`.",
    "&&": "Both conditions together are written with `and`.",
    "||": "One condition or the other is written with `or`.",
    "=!": "Not equal is written `!=`.",
    "=>": "At least is written `>=`.",
    "=<": "At most is written `<=`.",
}
"""Signs of other languages, and what is written here."""
SIGNS = {
    "≥": " At least is written `>=`.",
    "≤": " At most is written `<=`.",
    "≠": " Not equal is written `!=`.",
    "!": " Not is written `not(...)`, and not equal `!=`.",
    ";": " Values are separated by commas.",
    "%": " Numbers stand without a unit.",
    "£": " Numbers stand without a unit.",
}
"""Characters that have no meaning, and what stands for them."""


def hint(text: str, start: int, end: int) -> str:
    """A sentence about what stands at `start` and is not expected there, with a space before it; or nothing."""
    piece, before = text[start:end], text[:start]
    capitals = _CAPITALS.search(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), text[:end]))
    if capitals:
        return f" Write `{capitals[0].lower()}` in small letters."
    counted = _COUNTED.search(before)
    unit = piece.lower().removesuffix("s")
    if counted and unit in _UNITS:
        amount = int(counted[1][:6]) * (7 if unit == "week" else 1)
        return f' A length of time is written `duration("{_UNITS[unit].format(amount)}")`.'
    if piece == ".." or (piece == "to" and counted):
        return " A range is written with brackets: `[5..8]`."
    found = _BEFORE.search(before)
    word = found[1] if found else piece
    return f" {_AFTER[word]}" if word in _AFTER else ""
