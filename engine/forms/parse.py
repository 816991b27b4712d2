"""A form-js file becomes a Form, or every reason why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from engine.forms.components import TOP
from engine.forms.faults import FormError, FormFault
from engine.forms.field import FieldReader
from engine.forms.schema import Field, Form, walk
from engine.forms.source import has_unwritable, read_json, refuse

MAX_FIELDS = 500
#: Characters of FEEL that one form may hold.
MAX_FEEL = 100_000


def parse_form(source: bytes, *, path: str = "") -> Form:
    """Read a form-js schema (JSON bytes); `path` names the file and gives the id when the form has none.

    Raises FormError with a fault for each thing that is wrong.
    """
    data = _schema(read_json(source))
    reader = FieldReader()
    fields = reader.fields(data["components"], prefix="", depth=1)
    faults = [*_top_faults(data, path), *reader.faults, *_clashes(fields)]
    if faults:
        raise FormError(faults)
    properties = {k: str(v) for k, v in _mapping(data.get("properties")).items()}
    return Form(_id(data, path), _title(data, fields, path), fields, MappingProxyType(properties))


def _schema(data: object) -> Mapping[str, object]:
    """The top object, when it is a form-js form at all."""
    if not isinstance(data, dict) or data.get("type") != "default":
        raise refuse("This is not a form-js form: it needs “type”: “default” and “components”.")
    components = data.get("components")
    if not isinstance(components, list):
        raise refuse("This is not a form-js form: it has no list of components.")
    if _count(components) > MAX_FIELDS:
        raise refuse(f"The form has more than {MAX_FIELDS} components.")
    if any(has_unwritable(text) for text in _strings(data)):
        raise refuse("The form holds a control character, or half a character, that no page can show.")
    if sum(len(text) for text in _strings(data) if text.lstrip().startswith("=") or "{{" in text) > MAX_FEEL:
        raise refuse(f"The form holds more than {MAX_FEEL:,} characters of expressions.")
    return data


def _top_faults(data: Mapping[str, object], path: str) -> Iterator[FormFault]:
    for name in sorted(set(data) - TOP):
        yield FormFault("", f"The form has “{name[:80]}”, which means nothing here.")
    named = _id(data, path)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,99}", named):
        yield FormFault("", f"The form's id “{named[:80]}” must be a letter followed by letters, digits, - or _.")
    if path and data.get("id") is not None and named != _stem(path):
        yield FormFault("", f"The form's id is “{named[:80]}” but its file is named “{_stem(path)[:80]}”.")


def _clashes(fields: tuple[Field, ...]) -> Iterator[FormFault]:
    """Two questions that would store their answers under one name."""
    names = Counter(each.name for each in walk(fields) if each.name)
    for name, times in names.items():
        if times > 1:
            yield FormFault(name, f"{times} questions have the same key “{name}”.")


def _id(data: Mapping[str, object], path: str) -> str:
    given = data.get("id")
    return given if isinstance(given, str) else _stem(path) or "form"


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".form").removesuffix(".json")


def _title(data: Mapping[str, object], fields: tuple[Field, ...], path: str) -> str:
    """The title given, else the first heading shown, else the id in words."""
    given = data.get("title") or _mapping(data.get("properties")).get("title")
    if isinstance(given, str) and given:
        return given
    headings = (re.match(r"#+\s+(.+)", each.text) for each in fields if each.type == "text")
    heading = next((found for found in headings if found), None)
    return heading.group(1).strip() if heading else _id(data, path).replace("-", " ").replace("_", " ").capitalize()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _count(components: list[object]) -> int:
    inner = (c.get("components") for c in components if isinstance(c, dict))
    return len(components) + sum(_count(each) for each in inner if isinstance(each, list))


def _strings(value: object) -> Iterator[str]:
    """Every string in a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
