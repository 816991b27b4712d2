"""Typed text becomes a value of the question's type, or a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from engine.forms.readings import Unreadable
from engine.forms.schema import Field
from engine.forms.sentences import must, subject
from engine.forms.source import has_unwritable

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})\Z", re.ASCII)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(\D|\Z))", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}\Z", re.ASCII)
MAX_LINE = 1_000
MAX_WORDS = 50_000


def line(each: Field, typed: str) -> object:
    """One line of text; breaks become spaces."""
    return _text(each, re.sub(r"[\r\n\t]+", " ", typed).strip(), MAX_LINE)


def words(each: Field, typed: str) -> object:
    """Text of many lines, ends of lines as newlines."""
    return _text(each, typed.replace("\r\n", "\n").replace("\r", "\n").strip(), MAX_WORDS)


def number(each: Field, typed: str) -> object:
    """A whole number as int, any other as Decimal; 1,000 and £1,000 are understood."""
    text = _THOUSANDS.sub("", typed.strip().removeprefix("£").strip())
    if not text:
        return None
    if not _NUMBER.match(text):
        raise Unreadable(must(each, "must be a number" if len(text) < 16 else "must be an ordinary number"))
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Unreadable(must(each, "must be a number")) from None
    return int(value) if value == value.to_integral_value() else value


def boolean(_each: Field, typed: str) -> object:
    """Whether a box is ticked: any value but "", "false", "no" and "off"."""
    return typed.strip().lower() not in ("", "false", "no", "off")


def choice(each: Field, typed: str) -> object:
    """The token that was chosen; which value it stands for is settled once the options are known."""
    return _text(each, typed.strip(), MAX_LINE)


def choices(each: Field, typed: Sequence[str]) -> object:
    """The tokens that were chosen, each once, in the order given."""
    chosen = (_text(each, text.strip(), MAX_LINE) for text in typed)
    return list(dict.fromkeys(token for token in chosen if token is not None))


def files(each: Field, typed: Sequence[str]) -> object:
    """The ids of documents that the page has already stored."""
    found = [text.strip() for text in typed if text.strip()]
    if not all(_FILE.match(text) for text in found):
        raise Unreadable(f"{subject(each)} could not be read: choose the file again")
    if len(found) > (20 if each.multiple else 1):
        raise Unreadable(must(each, "must be at most 20 files" if each.multiple else "must be one file"))
    return found


def _text(each: Field, text: str, limit: int) -> str | None:
    if len(text) > limit:
        raise Unreadable(must(each, f"must be {limit:,} characters or fewer"))
    if has_unwritable(text):
        raise Unreadable(must(each, "must not include characters that cannot be printed"))
    return text or None
