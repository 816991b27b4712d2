"""What a person typed, as the browser sent it: names to lists of strings, kept from page to page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.forms import Form, part_name
from engine.forms.schema import ROW, Field, walk
from engine.web.words import london

#: Names to the texts sent under them.
Raw = dict[str, list[str]]

#: The page's own fields begin so; no question's name can.
_OWN = "_"
_ASKED = "_asked"
_ROWS = "_rows."
_SENT_BY_THE_PAGE = frozenset({"csrf_token", "key", "seen_version", "do", "act_as"})
MOST_ROWS = 100


def raw_of(form: MultiDict[str, str]) -> Raw:
    """All that was typed, and which rows and questions the page had; without the page's own machinery."""
    return {name: values for name, values in form.lists() if name not in _SENT_BY_THE_PAGE}


def seen_questions(raw: Mapping[str, Sequence[str]]) -> frozenset[str] | None:
    """The questions that were on the page that was sent; None when it does not say."""
    return frozenset(raw[_ASKED]) if _ASKED in raw else None


def rows_of(raw: Mapping[str, Sequence[str]], name: str) -> tuple[int, ...]:
    """The numbers of a list's rows on the page: those it showed, and any in which something was typed; at least one."""
    shown = {int(n) for n in raw.get(_ROWS + name, ()) if n.isascii() and n.isdigit() and len(n) < 5}
    pattern = re.compile(re.escape(name) + r"\.(\d{1,4})\.", re.ASCII)
    filled = {int(m[1]) for key, given in raw.items() if (m := pattern.match(key)) and any(v.strip() for v in given)}
    return tuple(sorted(shown | filled)[:MOST_ROWS]) or (0,)


def with_empty_rows(form: Form, raw: Raw) -> Raw:
    """The same with a mark in every row on the page, so that rows still empty count when questions come and go."""
    lists = [each.name for each in form.walk() if each.type == "dynamiclist"]
    return {**raw, **{f"{name}.{row}.{_OWN}": ["row"] for name in lists for row in rows_of(raw, name)}}


def add_row(raw: Raw, name: str) -> Raw:
    """One more empty row in a list."""
    rows = rows_of(raw, name)
    return {**raw, _ROWS + name: [str(row) for row in (*rows, rows[-1] + 1)]}


def remove_row(raw: Raw, name: str, row: int) -> Raw:
    """The same without one row of a list."""
    prefix = f"{name}.{row}."
    kept = {key: values for key, values in raw.items() if not key.startswith(prefix)}
    return {**kept, _ROWS + name: [str(each) for each in rows_of(raw, name) if each != row]}


def raw_of_values(values: Mapping[str, Any]) -> Raw:
    """Values by name on the page, as the page's boxes hold them."""
    found: Raw = {}
    for name, value in values.items():
        found |= _boxes(name, value)
    return found


def _boxes(name: str, value: Any) -> Raw:
    """One value in its boxes: dates in three, a date and time in four."""
    if isinstance(value, datetime):
        local = london(value) if value.tzinfo else value
        return {**_boxes(name, local.date()), part_name(name, "time"): [f"{local:%H:%M}"]}
    if isinstance(value, date):
        parts = {"day": value.day, "month": value.month, "year": value.year}
        return {part_name(name, part): [str(number)] for part, number in parts.items()}
    if isinstance(value, time):
        return {name: [f"{value:%H:%M}"]}
    items = value if isinstance(value, (list, tuple)) else [value]
    return {name: [_text(item) for item in items]}


def _text(value: Any) -> str:
    """A plain value as a page sends it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def labels(form: Form, raw: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name on the page -> label, also for the boxes of dates and the rows of lists."""
    known = {each.name: each for each in walk(form.fields) if each.name}
    return {name: label for name in raw if (label := _label(name, known))}


def _label(name: str, known: Mapping[str, Field]) -> str:
    """The label of the question that a name on the page belongs to; "" for a stranger."""
    plain = re.sub(r"\.\d{1,4}\.", f".{ROW}.", name, count=1)
    if plain in known:
        return known[plain].label
    question, _, part = plain.rpartition("-")
    return f"{known[question].label} ({part})" if question in known else ""


def changed(raw: Raw, do: str) -> Raw | None:
    """What a button other than "send" makes of the page: a row more or less, a file less; None for other buttons."""
    verb, _, rest = do.partition(":")
    name, _, what = rest.rpartition(":")
    if verb == "add":
        return add_row(raw, rest)
    if verb == "remove" and what.isascii() and what.isdigit():
        return remove_row(raw, name, int(what))
    if verb == "unfile":
        name, _, what = rest.partition(":")
        return {**raw, name: [reference for reference in raw.get(name, []) if reference != what]}
    return raw if verb == "refresh" else None


def to_keep(raw: Raw) -> Raw:
    """What a draft keeps: all that was typed and the rows, not which questions the page had."""
    return {name: values for name, values in raw.items() if name != _ASKED and any(values)}
