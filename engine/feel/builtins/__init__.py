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

BUILTINS: Mapping[str, Function] = {
    name: define(name, declaration, call if family in _LIST_FAMILIES or name in _OF_LISTS else scalar(call))
    for family, functions in FAMILIES.items()
    for name, (declaration, call) in functions.items()
}
"""The functions, ready to call."""
