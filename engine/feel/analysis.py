"""What can be said of an expression without evaluating it over a case: constants, names, types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel import ast
from engine.feel.budget import Budget, Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.frames import MISSING, Frame
from engine.feel.names import all_names
from engine.feel.types import ANY, BUILTIN_TYPES, NAMES, FeelType
from engine.feel.values import DaysTime, Range

_CLOCKS = frozenset({"now", "today"})
_FOLDING = Budget(steps=2_000, items=1_000, string=10_000, range_length=1_000)
_RESULTS: Mapping[str, tuple[str, ...]] = {
    "number": (
        *("number", "string length", "count", "product", "mean", "median", "stddev", "decimal", "floor", "ceiling"),
        *("round up", "round down", "round half up", "round half down", "modulo", "sqrt", "log", "exp"),
        *("day of year", "week of year", "last day of month", "working days between"),
    ),
    "string": (
        *("string", "substring", "upper case", "lower case", "substring before", "substring after", "replace"),
        *("string join", "day of week", "month of year"),
    ),
    "boolean": (
        *("not", "contains", "starts with", "ends with", "matches", "list contains", "all", "any", "odd", "even", "is"),
        *("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes"),
        *("finished by", "includes", "during", "starts", "started by", "coincides", "is working day"),
    ),
    "list": (
        *("split", "sublist", "append", "concatenate", "insert before", "remove", "list replace", "reverse", "mode"),
        *("index of", "union", "distinct values", "duplicate values", "flatten", "sort", "get entries"),
    ),
    "context": ("context", "context put", "context merge"),
    "date": ("date", "today", "add working days"),
    "time": ("time",),
    "date and time": ("date and time", "now"),
    "years and months duration": ("years and months duration",),
    "range": ("range",),
}
_RESULT_OF: Mapping[str, FeelType] = {
    function: BUILTIN_TYPES[kind] for kind, functions in _RESULTS.items() for function in functions
}
_BOOLEAN = BUILTIN_TYPES["boolean"]
_DAYS = FeelType(NAMES[DaysTime])


def constant(node: ast.Node) -> Any:
    """The value of an expression that uses no variable and no clock, or MISSING."""
    if isinstance(node, ast.Literal):
        return node.value
    names = all_names(node)
    if names & _CLOCKS or names - BUILTINS.keys():
        return MISSING
    try:
        return compile_node(node)(Frame({}, None, Run(_FOLDING)))
    except (FeelBudgetExceeded, RecursionError):
        return MISSING


def infer_type(node: ast.Node, variables: Mapping[str, FeelType] | None = None) -> FeelType:
    """The type of an expression as far as it can be told from its text and its variables' types, else Any."""
    rule = _RULES.get(type(node))
    return rule(node, variables or {}) if rule else ANY


def _literal(node: ast.Literal, _: Mapping[str, FeelType]) -> FeelType:
    return FeelType(NAMES[type(node.value)])


def _name(node: ast.Name, variables: Mapping[str, FeelType]) -> FeelType:
    return variables.get(node.name, ANY)


def _path(node: ast.Path, variables: Mapping[str, FeelType]) -> FeelType:
    base = infer_type(node.base, variables)
    if base.kind == "context" and base.fields is not None:
        return dict(base.fields).get(node.name, ANY)
    return ANY


def _call(node: ast.Call, variables: Mapping[str, FeelType]) -> FeelType:
    if not isinstance(node.function, ast.Name):
        return ANY
    declared = variables.get(node.function.name)
    if declared and declared.kind == "function":
        return declared.result or ANY
    return _RESULT_OF.get(node.function.name, ANY)


def _chain(node: ast.Chain, variables: Mapping[str, FeelType]) -> FeelType:
    kind = infer_type(node.first, variables)
    for op, operand in node.rest:
        kind = _combined(op, kind, infer_type(operand, variables))
    return kind


def _combined(op: str, left: FeelType, right: FeelType) -> FeelType:
    if left == right and left.kind in ("number", "string"):
        return left
    dates, durations = ("date", "date and time", "time"), ("years and months duration", _DAYS.kind)
    if op == "-" and left.kind in dates and right.kind in dates:
        return _DAYS
    if op in "+-" and left.kind in dates and right.kind in durations:
        return left
    if op == "+" and left.kind in durations and right.kind in dates:
        return right
    return left if left == right and op in "+-" else ANY


def _either(node: ast.If, variables: Mapping[str, FeelType]) -> FeelType:
    yes, no = infer_type(node.yes, variables), infer_type(node.no, variables)
    if yes == no or no.kind == "Null":
        return yes
    return no if yes.kind == "Null" else ANY


def _list(node: ast.ListLiteral, variables: Mapping[str, FeelType]) -> FeelType:
    kinds = {infer_type(item, variables) for item in node.items}
    return FeelType("list", element=kinds.pop() if len(kinds) == 1 else ANY)


def _context(node: ast.ContextLiteral, variables: Mapping[str, FeelType]) -> FeelType:
    known = dict(variables)
    for key, value in node.entries:
        known[key] = infer_type(value, known)
    return FeelType("context", fields=tuple((key, known[key]) for key, _ in node.entries))


def _for(node: ast.For, variables: Mapping[str, FeelType]) -> FeelType:
    known = dict(variables)
    for name, low, high in node.iterators:
        source = infer_type(low, known)
        known[name] = source if high else source.element or ANY
    return FeelType("list", element=infer_type(node.body, known))


def _filter(node: ast.Filter, variables: Mapping[str, FeelType]) -> FeelType:
    base = infer_type(node.base, variables)
    place = infer_type(node.condition, variables)
    if place.kind == "number":
        return base.element or ANY if base.kind == "list" else base
    return base if base.kind == "list" else ANY


def _range(node: ast.RangeLiteral, variables: Mapping[str, FeelType]) -> FeelType:
    return FeelType("range", element=infer_type(node.low, variables))


def _always(kind: FeelType) -> Callable[[Any, Mapping[str, FeelType]], FeelType]:
    return lambda _node, _variables: kind


_RULES: dict[type, Callable[[Any, Mapping[str, FeelType]], FeelType]] = {
    ast.Literal: _literal,
    ast.Name: _name,
    ast.Path: _path,
    ast.Call: _call,
    ast.Chain: _chain,
    ast.If: _either,
    ast.ListLiteral: _list,
    ast.ContextLiteral: _context,
    ast.For: _for,
    ast.Filter: _filter,
    ast.RangeLiteral: _range,
    ast.Negation: lambda node, variables: infer_type(node.operand, variables),
    **dict.fromkeys(
        (ast.Comparison, ast.Between, ast.In, ast.And, ast.Or, ast.Quantified, ast.InstanceOf), _always(_BOOLEAN)
    ),
    ast.FunctionLiteral: _always(BUILTIN_TYPES["function"]),
    ast.UnaryRange: _always(BUILTIN_TYPES["range"]),
}


def test_constants(node: ast.Node) -> list[Any] | None:
    """The constants that decide a unary test of `?`, or None when more than constants decide it.

    Between any two neighbouring constants the test answers the same for every value.
    """
    if isinstance(node, ast.Tests | ast.And | ast.Or):
        return _all(node.parts)
    if isinstance(node, ast.UnaryRange):
        return _all((node.operand,))
    if isinstance(node, ast.RangeLiteral):
        return _all((node.low, node.high))
    if _is_subject(node):
        return []
    return _conditional(node) if "?" in all_names(node) else _folded(node)


def _is_subject(node: ast.Node) -> bool:
    return isinstance(node, ast.Name) and node.name == "?"


def _all(nodes: tuple[ast.Node, ...]) -> list[Any] | None:
    found: list[Any] = []
    for node in nodes:
        inner = test_constants(node)
        if inner is None:
            return None
        found += inner
    return found


def _conditional(node: ast.Node) -> list[Any] | None:
    """A condition on `?`: comparisons with constants, joined by and, or, not, between and in."""
    if isinstance(node, ast.Comparison):
        sides = (node.left, node.right)
        return _all(sides) if any(map(_is_subject, sides)) else None
    if isinstance(node, ast.Between) and _is_subject(node.value):
        return _all((node.low, node.high))
    if isinstance(node, ast.In) and _is_subject(node.value):
        return _all(node.tests)
    is_not = isinstance(node, ast.Call) and node.function == ast.Name("not") and len(node.args) == 1
    return _all(node.args) if is_not and isinstance(node, ast.Call) else None


def _folded(node: ast.Node) -> list[Any] | None:
    value = constant(node)
    if value is MISSING or (value is None and not isinstance(node, ast.Literal)):
        return None
    found: list[Any] = []
    for item in value if type(value) is list else [value]:
        if type(item) in (list, dict):
            return None
        found += [end for end in (item.low, item.high) if end is not None] if type(item) is Range else [item]
    return found
