"""Reads answers given as JSON or YAML: numbers, booleans, ISO dates, lists, rows as objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from engine.forms.dates import NotADate, date_of_text, local, moment_of_text, time_of_text
from engine.forms.readings import Readings, Unreadable
from engine.forms.schema import Field, Form, field_name
from engine.forms.sentences import must
from engine.forms.values import choice, choices, files, line, number, words


def read_document(form: Form, data: Mapping[str, object], zone: tzinfo) -> Readings:
    """Every answer of a document; a name that the form does not ask for is an error."""
    readings = Readings()
    _read(form.fields, data, None, readings, zone, "")
    return readings


def _read(
    fields: tuple[Field, ...],
    data: Mapping[str, object],
    row: int | None,
    readings: Readings,
    zone: tzinfo,
    inside: str,
) -> None:
    known = set(_names(fields))
    for name in data:
        if name not in known:
            shown = f"{inside}{name}"[:80]
            readings.errors[shown] = f"“{shown}” is not a question of this form"
    for each in fields:
        _one(each, data, row, readings, zone, inside)


def _names(fields: tuple[Field, ...]) -> list[str]:
    """The names expected at this level; a group without a path adds those of its members."""
    names: list[str] = []
    for each in fields:
        names += _names(each.fields) if each.type == "group" and not each.key else [each.key]
    return [name for name in names if name]


def _one(
    each: Field, data: Mapping[str, object], row: int | None, readings: Readings, zone: tzinfo, inside: str
) -> None:
    name = field_name(each, row)
    if each.type == "group" and not each.key:
        inner = {key: value for key, value in data.items() if key in _names(each.fields)}
        _read(each.fields, inner, row, readings, zone, inside)
    elif each.type == "group":
        group = _mapping(data.get(each.key), readings, name, each)
        _read(each.fields, group, row, readings, zone, f"{name}.")
    elif each.type == "dynamiclist":
        _rows(each, data.get(each.key), readings, zone)
    elif each.is_asked:
        readings.read(name, lambda: _READ[each.type](each, data.get(each.key), zone))


def _rows(each: Field, value: object, readings: Readings, zone: tzinfo) -> None:
    rows = value if isinstance(value, list | tuple) else ()
    if value is not None and not isinstance(value, list | tuple):
        readings.errors[each.name] = must(each, "must be a list of rows")
    readings.keep_rows(each, tuple(range(len(rows))))
    for number_ in readings.rows[each.name]:
        name = f"{each.name}.{number_}"
        row = _mapping(rows[number_], readings, name, each)
        _read(each.fields, row, number_, readings, zone, f"{name}.")


def _mapping(value: object, readings: Readings, name: str, each: Field) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        readings.errors[name] = must(each, "must be an object")
        return {}
    return {str(key): inner for key, inner in value.items()}


def _string(each: Field, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(must(each, "must be text"))
    return value


def _number(each: Field, value: object, _zone: tzinfo) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str | None):
        raise Unreadable(must(each, "must be a number"))
    if value is None or isinstance(value, str):
        return number(each, value or "")
    if isinstance(value, int) and abs(value) >= 10**15:
        raise Unreadable(must(each, "must be an ordinary number"))
    plain = Decimal(str(value))
    if not plain.is_finite() or abs(plain) >= 10**15:
        raise Unreadable(must(each, "must be an ordinary number"))
    return number(each, f"{plain:f}")


def _boolean(each: Field, value: object, _zone: tzinfo) -> object:
    if not isinstance(value, bool | None):
        raise Unreadable(must(each, "must be true or false"))
    return bool(value)


def _token(each: Field, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal) and each.stores == "number":
        return str(value) if -(10**15) < value < 10**15 else ""
    return _string(each, value)


def _choices(each: Field, value: object, _zone: tzinfo) -> object:
    if not isinstance(value, list | tuple | None):
        raise Unreadable(must(each, "must be a list"))
    return choices(each, [_token(each, one) for one in value or ()])


def _files(each: Field, value: object, _zone: tzinfo) -> object:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple | None):
        raise Unreadable(must(each, "must be a list"))
    return files(each, [_string(each, one) for one in given or ()])


def _date(each: Field, value: object, _zone: tzinfo) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _string(each, value)
    return _parsed(each, lambda: date_of_text(text)) if text.strip() else None


def _time(each: Field, value: object, _zone: tzinfo) -> object:
    if isinstance(value, time):
        return value
    text = _string(each, value)
    return _parsed(each, lambda: time_of_text(text)) if text.strip() else None


def _moment(each: Field, value: object, zone: tzinfo) -> object:
    if isinstance(value, datetime):
        moment = value
        return moment if moment.tzinfo else _parsed(each, lambda: local(moment.date(), moment.time(), zone))
    text = _string(each, value)
    return _parsed(each, lambda: moment_of_text(text, zone)) if text.strip() else None


def _parsed(each: Field, parse: Callable[[], object]) -> object:
    try:
        return parse()
    except NotADate as error:
        raise Unreadable(must(each, error.problem)) from None


_READ: dict[str, Callable[[Field, object, tzinfo], object]] = {
    "textfield": lambda each, value, _: line(each, _string(each, value)),
    "textarea": lambda each, value, _: words(each, _string(each, value)),
    "number": _number,
    "checkbox": _boolean,
    "radio": lambda each, value, _: choice(each, _token(each, value)),
    "select": lambda each, value, _: choice(each, _token(each, value)),
    "checklist": _choices,
    "filepicker": _files,
    "date": _date,
    "time": _time,
    "datetime": _moment,
}
