"""Texts (DMN 1.5, table 76). Lengths and places count characters, not code units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins import patterns
from engine.feel.builtins.define import Declared, as_list, refuse, texts
from engine.feel.numbers import truncated


def substring(run: Run, text: Any, start: Any, *length: Any) -> Any:
    """From a place on (from the end when negative), for a length."""
    place = truncated(start)
    size = truncated(length[0]) if length and length[0] is not None else None
    bad_length = bool(length) and length[0] is not None and size is None
    if not texts(text) or place is None or bad_length:
        return refuse(run, "substring", text, start, *length)
    if place == 0 or abs(place) > len(text) or (size is not None and size < 0):
        return run.warn("`substring` begins or ends outside the text: the result is null.")
    begin = place - 1 if place > 0 else len(text) + place
    return text[begin:] if size is None else text[begin : begin + size]


def string_length(run: Run, text: Any) -> Any:
    """How many characters."""
    return Decimal(len(text)) if texts(text) else refuse(run, "string length", text)


def upper_case(run: Run, text: Any) -> Any:
    """In capitals."""
    if not texts(text):
        return refuse(run, "upper case", text)
    run.string(len(text))
    return text.upper()


def lower_case(run: Run, text: Any) -> Any:
    """In small letters."""
    if not texts(text):
        return refuse(run, "lower case", text)
    run.string(len(text))
    return text.lower()


def substring_before(run: Run, text: Any, match: Any) -> Any:
    """What stands before the match; an empty text when there is none."""
    if not texts(text, match):
        return refuse(run, "substring before", text, match)
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


def substring_after(run: Run, text: Any, match: Any) -> Any:
    """What stands after the match; an empty text when there is none."""
    if not texts(text, match):
        return refuse(run, "substring after", text, match)
    return text.partition(match)[2] if match else text


def contains(run: Run, text: Any, match: Any) -> Any:
    """Whether the match occurs."""
    return match in text if texts(text, match) else refuse(run, "contains", text, match)


def starts_with(run: Run, text: Any, match: Any) -> Any:
    """Whether the text begins so."""
    return text.startswith(match) if texts(text, match) else refuse(run, "starts with", text, match)


def ends_with(run: Run, text: Any, match: Any) -> Any:
    """Whether the text ends so."""
    return text.endswith(match) if texts(text, match) else refuse(run, "ends with", text, match)


def _flagged(run: Run, name: str, *values: Any) -> bool:
    *needed, flags = values
    if texts(*needed) and (flags is None or texts(flags)):
        return True
    refuse(run, name, *values)
    return False


def matches(run: Run, text: Any, pattern: Any, flags: Any = None) -> Any:
    """Whether the pattern (XPath regular expression) occurs in the text."""
    if not _flagged(run, "matches", text, pattern, flags):
        return None
    compiled = patterns.compile_pattern(run, pattern, flags or "")
    return None if compiled is None else patterns.search(run, compiled, text)


def replace(run: Run, text: Any, pattern: Any, replacement: Any, flags: Any = None) -> Any:
    """Every occurrence of the pattern replaced; `$1` stands for the first group."""
    if not _flagged(run, "replace", text, pattern, replacement, flags):
        return None
    compiled = patterns.compile_pattern(run, pattern, flags or "")
    return None if compiled is None else patterns.replace(run, compiled, text, replacement, flags or "")


def split(run: Run, text: Any, delimiter: Any) -> Any:
    """The parts between occurrences of the delimiter, which is a pattern."""
    if not texts(text, delimiter):
        return refuse(run, "split", text, delimiter)
    compiled = patterns.compile_pattern(run, delimiter, "")
    return None if compiled is None else patterns.split(run, compiled, text)


def string_join(run: Run, items: Any, delimiter: Any = None) -> Any:
    """The texts of a list one after another; nulls are left out."""
    found = as_list(items)
    kept = [item for item in found or () if item is not None]
    if found is None or not texts(*kept) or not (delimiter is None or texts(delimiter)):
        return refuse(run, "string join", items, delimiter)
    run.string(sum(map(len, kept)) + len(delimiter or "") * len(kept))
    return (delimiter or "").join(kept)


FUNCTIONS: Declared = {
    "substring": ("string, start position, length?", substring),
    "string length": ("string", string_length),
    "upper case": ("string", upper_case),
    "lower case": ("string", lower_case),
    "substring before": ("string, match", substring_before),
    "substring after": ("string, match", substring_after),
    "contains": ("string, match", contains),
    "starts with": ("string, match", starts_with),
    "ends with": ("string, match", ends_with),
    "matches": ("input, pattern, flags?", matches),
    "replace": ("input, pattern, replacement, flags?", replace),
    "split": ("string, delimiter", split),
    "string join": ("list, delimiter?", string_join),
}
