"""Every built-in function of the standard, by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.builtins import aggregates, contexts, conversion, lists, numbers, ranges, strings, temporal
from engine.feel.builtins.define import define, scalar
from engine.feel.values import Function

FAMILIES = {
    "conversion": conversion.FUNCTIONS,
    "text": strings.FUNCTIONS,
    "number": numbers.FUNCTIONS,
    "list": lists.FUNCTIONS,
    "aggregate": aggregates.FUNCTIONS,
    "context": contexts.FUNCTIONS,
    "date and time": temporal.FUNCTIONS,
    "range": ranges.FUNCTIONS,
}
"""The declarations, by family: name to (parameters, function)."""

_LIST_FAMILIES = frozenset({"list", "aggregate", "context"})
_OF_LISTS = frozenset({"string", "string join", "is"})


def _takes_lists(family: str, name: str) -> bool:
    return name in _OF_LISTS or (family in _LIST_FAMILIES and name != "not")


BUILTINS: Mapping[str, Function] = {
    name: define(name, declaration, call if _takes_lists(family, name) else scalar(call))
    for family, functions in FAMILIES.items()
    for name, (declaration, call) in functions.items()
}
"""The functions, ready to call."""
