"""FEEL's types: which values belong to them, which conform, and the two implicit conversions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths

_KINDS: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "years and months duration": YearsMonths,
    "days and time duration": DaysTime,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}
NAMES: dict[type, str] = {kind: name for name, kind in _KINDS.items()} | {type(None): "Null"}
ALIASES: dict[str, str] = {
    "dateTime": "date and time",
    "dateAndTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
    "any": "Any",
}


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: its name, and what it is made of.

    `kind` is one of the built-in names, `Any`, `Null`, or `item` for a named or constrained type.
    """

    kind: str
    element: FeelType | None = None
    fields: tuple[tuple[str, FeelType], ...] | None = None
    params: tuple[FeelType, ...] | None = None
    result: FeelType | None = None
    name: str = ""
    allowed: Callable[[Any], bool] | None = field(default=None, compare=False)
    allowed_text: str = ""


ANY = FeelType("Any")
BUILTIN_TYPES: Mapping[str, FeelType] = {
    name: FeelType(name) for name in (*_KINDS, "Any", "Null", "days and time duration")
}


def exact_kind(kind: FeelType | None) -> type | None:
    """The Python type whose every value belongs to the type, when there is one."""
    plain = kind is not None and kind.allowed is None and kind.element is None and kind.fields is None
    return _KINDS.get(kind.kind) if kind is not None and plain and kind.params is None else None


def type_named(name: str, types: Mapping[str, FeelType] | None = None) -> FeelType | None:
    """The type of that name: one of the model's own, a built-in, or one of the usual other spellings."""
    if types and name in types:
        return types[name]
    return BUILTIN_TYPES.get(ALIASES.get(name, name))


def name_of(value: Any) -> str:
    """The name of the value's own type, for sentences: `a ...`."""
    return "missing value" if value is None else NAMES.get(type(value), "value")


def measure(value: Any, limit: int) -> int:
    """How many values a value is made of, counted no further than `limit`: what looking at it costs."""
    found, stack = 0, [value]
    while stack and found <= limit:
        item = stack.pop()
        found += 1
        if type(item) is list:
            stack.extend(item[: limit - found + 1])
        elif type(item) is dict:
            stack.extend(item.values())
    return found


def weigh(value: Any, run: Run) -> None:
    """Charge for looking at every part of a value; raises FeelBudgetExceeded when there are too many."""
    if type(value) is list or type(value) is dict:
        run.charge(measure(value, run.steps + 1))


def belongs(value: Any, kind: FeelType) -> bool:
    """Whether the value is an instance of the type: null belongs to `Null` and `Any` alone."""
    if kind.allowed is not None and not kind.allowed(value):
        return False
    if kind.kind == "Any":
        return True
    if kind.kind == "Null":
        return value is None
    if value is None or type(value) is not _KINDS.get(kind.kind):
        return False
    return _inside(value, kind)


def _inside(value: Any, kind: FeelType) -> bool:
    if kind.kind == "list" and kind.element is not None:
        element = kind.element
        return all(fits(item, element) for item in value)
    if kind.kind == "context" and kind.fields is not None:
        return all(name in value and fits(value[name], inner) for name, inner in kind.fields)
    if kind.kind == "range" and kind.element is not None:
        element = kind.element
        return all(end is None or belongs(end, element) for end in (value.low, value.high))
    if kind.kind == "function" and kind.params is not None:
        return _function_conforms(value, kind)
    return True


def fits(value: Any, kind: FeelType) -> bool:
    """Whether the value may stand where the type is asked for: as `belongs`, and null always may."""
    return value is None or belongs(value, kind)


def _function_conforms(value: Function, kind: FeelType) -> bool:
    wanted = kind.params or ()
    if len(value.params) != len(wanted):
        return False
    declared = value.types or (None,) * len(wanted)
    taken = all(conforms(w, d or ANY) for w, d in zip(wanted, declared, strict=True))
    return taken and (kind.result is None or value.result_type is None or conforms(value.result_type, kind.result))


def conforms(sub: FeelType, sup: FeelType) -> bool:
    """Whether every value of `sub` may stand where `sup` is asked for (DMN 1.5, 10.3.2.9.1)."""
    if sup.kind == "Any" or sub.kind == "Null" or sub == sup:
        return True
    if sub.kind != sup.kind:
        return False
    if sup.kind in ("list", "range"):
        return sup.element is None or conforms(sub.element or ANY, sup.element)
    if sup.kind == "context" and sup.fields is not None:
        have = dict(sub.fields or ())
        return all(name in have and conforms(have[name], inner) for name, inner in sup.fields)
    if sup.kind == "function" and sup.params is not None and sub.params is not None:
        same = len(sub.params) == len(sup.params)
        return same and all(conforms(b, a) for a, b in zip(sub.params, sup.params, strict=True))
    return True


def coerce(value: Any, kind: FeelType | None) -> tuple[bool, Any]:
    """Fit the value to the type by the implicit conversions; (False, None) when it does not conform.

    A list of one becomes its item, an item a list of one, a date the date-time of its midnight in UTC
    (DMN 1.5, 10.3.2.9.4).
    """
    if kind is None or (kind.kind == "Any" and kind.allowed is None) or value is None:
        return True, value
    if belongs(value, kind):
        return True, value
    if type(value) is list and len(value) == 1 and kind.kind != "list":
        return (True, value[0]) if fits(value[0], kind) else (False, None)
    if kind.kind == "list" and type(value) is not list:
        inner = kind.element
        if (inner is None or belongs(value, inner)) and (kind.allowed is None or kind.allowed([value])):
            return True, [value]
    if kind.kind == "date and time" and type(value) is Date:
        return True, DateTime(value, Time(0, 0))
    return False, None


def mismatch(value: Any, kind: FeelType) -> str:
    """`must be a number, and is a string` or `must be one of "a", "b"`: why a value does not fit its type."""
    if kind.allowed_text and type(value) is _KINDS.get(kind.kind):
        return f"must be one of {kind.allowed_text}"
    name = kind.name if kind.kind in ("context", "list", "function") and kind.name else kind.kind
    return f"must be a {name}, and is a {name_of(value)}"
