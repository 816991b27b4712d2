"""Reads what a page sent: names to lists of strings, as an HTML form submits them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo

from engine.forms.dates import NotADate, date_of_parts, date_of_text, local, moment_of_text, time_of_text
from engine.forms.readings import Readings, Unreadable
from engine.forms.schema import Field, Form, field_name, part_name, walk
from engine.forms.sentences import must
from engine.forms.values import boolean, choice, choices, files, line, number, words

Raw = Mapping[str, Sequence[str]]
_PARTS = ("day", "month", "year")


def read_page(form: Form, raw: Raw, zone: tzinfo) -> Readings:
    """Every answer on the page; empty rows of lists are dropped."""
    readings = Readings()
    lists = [each for each in form.walk() if each.type == "dynamiclist"]
    for each in lists:
        readings.keep_rows(each, _rows(each, raw))
    inside = {id(inner): each for each in lists for inner in walk(each.fields)}
    for each in form.walk():
        if each.is_asked:
            of = inside.get(id(each))
            for row in readings.rows[of.name] if of else (None,):
                name = field_name(each, row)
                readings.read(name, _reader(each, name, raw, zone))
    return readings


def _reader(each: Field, name: str, raw: Raw, zone: tzinfo) -> Callable[[], object]:
    read = _READ[each.type]
    return lambda: read(each, name, raw, zone)


def _rows(each: Field, raw: Raw) -> tuple[int, ...]:
    """The numbers of the rows in which something was entered, in order."""
    pattern = re.compile(re.escape(each.name) + r"\.(\d{1,4})\.", re.ASCII)
    filled = {int(m[1]) for name, given in raw.items() if (m := pattern.match(name)) and any(v.strip() for v in given)}
    return tuple(sorted(filled))


def _one(each: Field, raw: Raw, name: str) -> str:
    """The one text sent under a name; of two that differ, nobody can say which was meant."""
    given = raw.get(name) or [""]
    if len(set(given)) > 1 and each.type != "checkbox":
        raise Unreadable(must(each, "must be answered once"))
    return given[0]


def _date(each: Field, name: str, raw: Raw, _zone: tzinfo) -> object:
    parts = [_one(each, raw, part_name(name, part)) for part in _PARTS]
    whole = _one(each, raw, name)
    try:
        if any(part.strip() for part in parts):
            return date_of_parts(*parts)
        return date_of_text(whole) if whole.strip() else None
    except NotADate as error:
        raise Unreadable(must(each, error.problem)) from None


def _time(each: Field, name: str, raw: Raw, _zone: tzinfo) -> object:
    typed = _one(each, raw, name)
    try:
        return time_of_text(typed) if typed.strip() else None
    except NotADate as error:
        raise Unreadable(must(each, error.problem)) from None


def _moment(each: Field, name: str, raw: Raw, zone: tzinfo) -> object:
    """A date in three boxes and a time in a fourth, or ISO 8601 under the name itself."""
    typed, whole = _one(each, raw, part_name(name, "time")), _one(each, raw, name)
    day = _date(each, name, raw, zone) if not whole.strip() else None
    try:
        if whole.strip():
            return moment_of_text(whole, zone)
        if day is None and not typed.strip():
            return None
        if day is None or not typed.strip():
            raise NotADate("must include both a date and a time")
        return local(date_of_text(str(day)), time_of_text(typed), zone)
    except NotADate as error:
        raise Unreadable(must(each, error.problem)) from None


_READ: dict[str, Callable[[Field, str, Raw, tzinfo], object]] = {
    "textfield": lambda each, name, raw, _: line(each, _one(each, raw, name)),
    "textarea": lambda each, name, raw, _: words(each, _one(each, raw, name)),
    "number": lambda each, name, raw, _: number(each, _one(each, raw, name)),
    "checkbox": lambda each, name, raw, _: boolean(each, _one(each, raw, name)),
    "radio": lambda each, name, raw, _: choice(each, _one(each, raw, name)),
    "select": lambda each, name, raw, _: choice(each, _one(each, raw, name)),
    "checklist": lambda each, name, raw, _: choices(each, raw.get(name) or ()),
    "filepicker": lambda each, name, raw, _: files(each, raw.get(name) or ()),
    "date": _date,
    "time": _time,
    "datetime": _moment,
}
