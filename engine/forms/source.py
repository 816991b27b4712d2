"""Bytes to JSON, refusing what is too large, too deep, ambiguous or not text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from engine.forms.faults import FormError, FormFault

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd-\uffff]")


def refuse(sentence: str) -> FormError:
    """The error for a fault of the whole file."""
    return FormError([FormFault("", sentence)])


def read_json(source: bytes) -> object:
    """The JSON value of a file; raises FormError."""
    text = _text(source)
    if _depth(text) > MAX_DEPTH:
        raise refuse(f"The file is nested more than {MAX_DEPTH} levels deep.")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise refuse("The file is nested too deeply.") from None
    except ValueError as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise refuse(f"The file is not JSON{where}.") from None


def has_unwritable(text: str) -> bool:
    """Whether text holds what no page or letter can show: a control character, half a character, or one lost on its
    way (U+FFFD stands where bytes were no text)."""
    return bool(_UNWRITABLE.search(text))


def _text(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        raise refuse("The file is larger than 1 MB.")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("The file is not UTF-8 text.") from None


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings."""
    deepest = level = 0
    for bracket in _MARKS.finditer(text):
        if bracket.group() in "[{":
            level += 1
            deepest = max(deepest, level)
        elif bracket.group() in "]}":
            level -= 1
    return deepest


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """A JSON object; a name given twice is refused, because readers differ in which of the two they believe."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise refuse(f"The name “{key[:80]}” is given twice in the same place.")
        found[key] = value
    return found


def _no_constant(name: str) -> object:
    raise refuse(f"{name} is not a number that JSON has.")
