"""The choices of a radio, select or checklist: written in the form, or taken from a variable of the case."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from engine.feel import Expression
from engine.forms.expressions import compile_feel
from engine.forms.names import name_fault
from engine.forms.schema import Option

_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
MAX_OPTIONS = 500


def read_options(data: Mapping[str, object], stores: str) -> tuple[tuple[Option, ...], Expression | None]:
    """The choices written, or where they come from; raises ValueError with a sentence."""
    if data.get("valuesExpression"):
        try:
            return (), compile_feel(data["valuesExpression"])
        except ValueError as error:
            raise ValueError(f"Its options expression {error}") from None
    if data.get("valuesKey"):
        if name_fault(data["valuesKey"]):
            raise ValueError("Its options key must be the name of a variable.")
        return (), compile_feel(f"={data['valuesKey']}")
    return _written(data.get("values"), stores), None


def _written(values: object, stores: str) -> tuple[Option, ...]:
    if not isinstance(values, list) or not values:
        raise ValueError("It needs at least one option.")
    if len(values) > MAX_OPTIONS:
        raise ValueError(f"It has more than {MAX_OPTIONS} options.")
    options = tuple(_option(each, stores) for each in values)
    if len({option.token for option in options}) != len(options):
        raise ValueError("Two of its options have the same value.")
    return options


def _option(each: object, stores: str) -> Option:
    if not isinstance(each, dict) or not set(each) <= {"label", "value", "description"}:
        raise ValueError("Each option must have a label and a value.")
    value, label = each.get("value"), each.get("label")
    hint = each.get("description", "")
    if not isinstance(label, str) or not label.strip() or not isinstance(hint, str):
        raise ValueError("Each option must have a label.")
    return Option(stored(value, stores), label.strip(), hint)


def stored(value: object, stores: str) -> object:
    """An option's value as it is stored; raises ValueError with a sentence when it does not fit the type."""
    text = str(value).lower() if isinstance(value, bool) else value
    if isinstance(text, bool | list | dict) or text is None or text == "":
        raise ValueError("Each option must have a value.")
    if stores == "boolean":
        if str(text) not in _BOOLEANS:
            raise ValueError("The options of a boolean must have the values true and false.")
        return _BOOLEANS[str(text)]
    return _number(text) if stores == "number" else str(text)


def _number(value: object) -> object:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("The options of a number must have numbers as values.") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValueError("The options of a number must have ordinary numbers as values.")
    return int(number) if number == number.to_integral_value() else number
