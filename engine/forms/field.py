"""One form-js component becomes a Field, or faults in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from engine.feel import Expression
from engine.forms.components import ALLOWED, PROPERTIES, REFUSED
from engine.forms.expressions import compile_feel
from engine.forms.faults import FormFault
from engine.forms.names import name_fault
from engine.forms.options import read_options
from engine.forms.rules import read_rules
from engine.forms.schema import ROW, Field, Option, Rules, walk
from engine.forms.template import template_fault

MAX_DEPTH = 5
_CHOICES = ("radio", "select", "checklist")
_STORES = ("text", "boolean", "number")


class FieldReader:
    """Reads components and keeps every fault that it meets."""

    def __init__(self) -> None:
        """Begin without faults."""
        self.faults: list[FormFault] = []

    def fields(self, components: object, *, prefix: str, depth: int, in_list: bool = False) -> tuple[Field, ...]:
        """The fields of a list of components; `prefix` is the outer name with its dot."""
        if not isinstance(components, list):
            self.faults.append(FormFault(prefix.rstrip("."), "Its components are not a list."))
            return ()
        if depth > MAX_DEPTH:
            self.faults.append(FormFault(prefix.rstrip("."), f"Components are nested more than {MAX_DEPTH} deep."))
            return ()
        found = (self._field(each, prefix, depth, in_list) for each in components)
        return tuple(each for each in found if each is not None)

    def _field(self, data: object, prefix: str, depth: int, in_list: bool) -> Field | None:
        if not isinstance(data, dict):
            self._fault("", "A component is not an object.")
            return None
        label, kind = _called(data), data.get("type")
        if not isinstance(kind, str) or kind not in ALLOWED:
            why = REFUSED.get(kind) if isinstance(kind, str) else None
            self._fault(label, why or f"Components of type “{str(kind)[:80]}” are not supported.")
            return None
        self._check_properties(data, kind, label)
        if kind in ("group", "dynamiclist"):
            return self._holder(data, kind, label, prefix, depth, in_list)
        if kind in ("text", "separator", "spacer"):
            return self._shown(data, kind, label)
        return self._asked(data, kind, label, prefix)

    def _holder(
        self, data: Mapping[str, object], kind: str, label: str, prefix: str, depth: int, in_list: bool
    ) -> Field:
        """A group (its path may be empty) or a list (its path is where the rows are stored)."""
        key, is_list = self._text(data, "path", label), kind == "dynamiclist"
        if (key or is_list) and (why := name_fault(key)):
            self._fault(label, why.replace("Its key", "Its path").replace("a key", "a path"))
        if is_list and in_list:
            self._fault(label, "A list inside a list cannot be shown: ask for the inner rows in a task of their own.")
        name = prefix + key if key else ""
        inner = f"{name}.{ROW}." if is_list else f"{name}." if key else prefix
        fields = self.fields(data.get("components"), prefix=inner, depth=depth + 1, in_list=in_list or is_list)
        if is_list and not any(each.is_asked for each in walk(fields)):
            self._fault(label, "The list asks for nothing: give it at least one question.")
        custom = _properties(data)
        needed = is_list and custom.get("required") == "true"
        rules = Rules(required=needed, required_message=str(custom.get("requiredMessage", "")))
        rows = self._feel(custom.get("prefill") if is_list else None, label, "What it begins with")
        return self._common(data, kind, label, key=key, name=name, fields=fields, rules=rules, prefill=rows)

    def _shown(self, data: Mapping[str, object], kind: str, label: str) -> Field:
        text = self._text(data, "text", label)
        if why := template_fault(text):
            self._fault(label, why)
        return self._common(data, kind, label, text=text)

    def _asked(self, data: Mapping[str, object], kind: str, label: str, prefix: str) -> Field:
        key = data.get("key")
        if why := name_fault(key):
            self._fault(label, why)
        if not self._label(data):
            self._fault(label, "It needs a label: the question that people read.")
        subtype = self._subtype(data, label) if kind == "datetime" else kind
        stores = self._stores(data, label) if kind in _CHOICES else "text"
        rules, why_not = read_rules(data, subtype)
        for why in why_not:
            self._fault(label, why)
        options, source = self._options(data, label, stores) if kind in _CHOICES else ((), None)
        return self._common(
            data,
            subtype,
            label,
            key=str(key),
            name=prefix + str(key),
            rules=rules,
            stores=stores,
            options=options,
            options_from=source,
            prefill=self._feel(_properties(data).get("prefill"), label, "What it begins with"),
            default=data.get("defaultValue"),
            read_only=self._flag(data, "readonly", label) or self._flag(data, "disabled", label),
            multiple=self._flag(data, "multiple", label),
        )

    def _common(self, data: Mapping[str, object], kind: str, label: str, **more: object) -> Field:
        conditional = data.get("conditional") or {}
        hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
        properties = {str(k): str(v) for k, v in _properties(data).items()}
        return Field(
            id=self._text(data, "id", label) or str(more.get("key", "")),
            type=kind,
            label=self._plain(self._label(data), label),
            description=self._plain(self._text(data, "description", label), label),
            hide=self._feel(hide, label, "The condition under which it is hidden"),
            properties=MappingProxyType(properties),
            **more,  # type: ignore[arg-type]
        )

    def _label(self, data: Mapping[str, object]) -> str:
        names = ("label", "dateLabel", "timeLabel") if data.get("type") == "datetime" else ("label",)
        return next((text for name in names if isinstance(text := data.get(name), str) and text.strip()), "").strip()

    def _plain(self, text: str, label: str) -> str:
        if text.startswith("=") or "{{" in text:
            self._fault(label, "Labels and descriptions are plain words; FEEL may stand in text components only.")
        return text

    def _options(
        self, data: Mapping[str, object], label: str, stores: str
    ) -> tuple[tuple[Option, ...], Expression | None]:
        try:
            return read_options(data, stores)
        except ValueError as error:
            self._fault(label, str(error))
            return (), None

    def _stores(self, data: Mapping[str, object], label: str) -> str:
        stores = str(_properties(data).get("type", "text"))
        if stores not in _STORES:
            self._fault(label, f"Its custom property type is “{stores[:80]}”: it must be text, boolean or number.")
            return "text"
        return stores

    def _subtype(self, data: Mapping[str, object], label: str) -> str:
        subtype = data.get("subtype", "date")
        if subtype not in ("date", "time", "datetime"):
            self._fault(label, f"Its subtype “{str(subtype)[:80]}” must be date, time or datetime.")
            return "date"
        return str(subtype)

    def _feel(self, text: object, label: str, what: str) -> Expression | None:
        if text is None or text == "" or text == {}:
            return None
        try:
            return compile_feel(text)
        except ValueError as error:
            self._fault(label, f"{what} {error}")
            return None

    def _flag(self, data: Mapping[str, object], name: str, label: str) -> bool:
        value = data.get(name, False)
        if not isinstance(value, bool):
            self._fault(label, f"“{name}” must be true or false.")
        return value is True

    def _text(self, data: Mapping[str, object], name: str, label: str) -> str:
        value = data.get(name)
        if value is not None and not isinstance(value, str):
            self._fault(label, f"“{name}” must be text.")
        return value if isinstance(value, str) else ""

    def _check_properties(self, data: Mapping[str, object], kind: str, label: str) -> None:
        for name in sorted(set(data) - ALLOWED[kind]):
            self._fault(label, f"It has “{name[:80]}”, which means nothing here on a component of type {kind}.")
        custom = data.get("properties", {})
        if not isinstance(custom, dict) or not all(isinstance(v, str) for v in custom.values()):
            self._fault(label, "Its custom properties must be names with text values.")
            return
        for name in sorted(set(custom) - set(PROPERTIES)):
            self._fault(label, f"Its custom property “{name[:80]}” is not known; known are {', '.join(PROPERTIES)}.")

    def _fault(self, element: str, sentence: str) -> None:
        self.faults.append(FormFault(element, sentence))


def _properties(data: Mapping[str, object]) -> Mapping[str, object]:
    custom = data.get("properties")
    return custom if isinstance(custom, dict) else {}


def _called(data: Mapping[str, object]) -> str:
    """How to name a component to whoever made it: key, path, label or id."""
    names = (data.get(name) for name in ("key", "path", "label", "id", "type"))
    found = next((name for name in names if isinstance(name, str) and name.strip()), "a component")
    return re.sub(r"\s+", " ", found)[:80]
