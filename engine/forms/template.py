"""Words shown in a form: Markdown with FEEL in double braces, never HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from engine.forms.expressions import World, compile_feel

_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z/!?]")
_SCHEME = re.compile(r"(?i)(?:javascript|vbscript)\s*:|\bdata:[\w/+.-]*[;,]|\bfile:/")
_IMAGE = re.compile(r"!\s*\[")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~])")


def template_fault(text: str) -> str:
    """Why these words may not be shown, as a sentence; "" when they may."""
    if len(text) > 20_000:
        return "Its text is longer than 20,000 characters."
    if text.startswith("="):
        return "Its text is all FEEL: write words, with FEEL in double braces."
    if _TAG.search(text):
        return "Its text holds HTML: use Markdown."
    if _SCHEME.search(text):
        return "Its text holds a link that runs code or opens a file."
    if _IMAGE.search(text):
        return "Its text holds an image, which no form shows: say it in words."
    return _hole_fault(text)


def _hole_fault(text: str) -> str:
    for hole in _HOLE.findall(text):
        if hole.lstrip().startswith(("#", "/", "@")):
            return "Loops and conditions in text are not supported: use two text components and hide one."
        try:
            compile_feel("=" + hole)
        except ValueError as error:
            return f"“{hole.strip()[:80]}” in its text {error}"
    return ""


def render_text(
    text: str,
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Mapping[str, Callable[..., object]] | None = None,
) -> str:
    """Markdown with each hole filled; values are escaped, so that what a person typed is never markup."""
    world = World(context, now, functions)

    def fill(hole: re.Match[str]) -> str:
        try:
            return _escape(in_words(world.value(compile_feel("=" + hole.group(1)), {})))
        except ValueError:
            return ""

    return _HOLE.sub(fill, text)


def in_words(value: object) -> str:
    """A value as people write it: 4 March 2026, 2:30pm, Yes, 3, a list with commas; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{in_words(value.date())} at {in_words(value.time())}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, time):
        return f"{value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(in_words(each) for each in value)
    return str(value)


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("\n", " ")
