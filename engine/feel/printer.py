"""From tree back to text: what is printed parses to the same tree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import ast
from engine.feel.builtins.conversion import pieces, quoted
from engine.feel.lexer import KEYWORDS, WORD
from engine.feel.values import Date, DateTime, DaysTime, Time, YearsMonths

_TEMPORAL = (Date, Time, DateTime, YearsMonths, DaysTime)
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _INSTANCE, _POSTFIX, _ATOM = range(1, 11)
_OPERATORS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def print_node(node: ast.Node) -> str:
    """The FEEL text of a tree; parsed with the same names in scope it gives the tree again."""
    if isinstance(node, ast.Tests):
        return _tests(node)
    return _PRINTERS[type(node)](node)


def _strength(node: ast.Node) -> int:
    if isinstance(node, ast.Chain):
        return _OPERATORS[node.rest[0][0]]
    if isinstance(node, ast.Literal):
        return _NEGATE if type(node.value) is Decimal and node.value.is_signed() else _ATOM
    return _STRENGTHS.get(type(node), _ATOM)


def _at(node: ast.Node, least: int) -> str:
    """The node's text, in parentheses when it binds less strongly than its place needs."""
    text = print_node(node)
    return text if _strength(node) >= least else f"({text})"


def _literal(node: ast.Literal) -> str:
    value = node.value
    if isinstance(value, _TEMPORAL):
        return f'@"{"".join(pieces(value))}"'
    return quoted(value) if type(value) is str else "".join(pieces(value))


def _negation(node: ast.Negation) -> str:
    text = _at(node.operand, _INSTANCE)
    return f"-({text})" if text[0] in ".0123456789" else f"-{text}"


def _chain(node: ast.Chain) -> str:
    strength = _strength(node)
    first = _at(node.first, strength + 1)
    return first + "".join(f" {op} {_at(operand, strength + 1)}" for op, operand in node.rest)


def _call(node: ast.Call) -> str:
    args = [print_node(arg) for arg in node.args]
    if node.names:
        args = [f"{name}: {arg}" for name, arg in zip(node.names, args, strict=True)]
    return f"{_at(node.function, _POSTFIX)}({', '.join(args)})"


def _in(node: ast.In) -> str:
    tests = node.tests
    if len(tests) > 1:
        return f"{_at(node.value, _COMPARE)} in ({', '.join(print_node(test) for test in tests)})"
    return f"{_at(node.value, _COMPARE)} in {_at(tests[0], _COMPARE + 1)}"


def _joined(word: str, strength: int) -> Callable[[Any], str]:
    return lambda node: f" {word} ".join(_at(part, strength + 1) for part in node.parts)


def _iterators(node: ast.For | ast.Quantified) -> str:
    return ", ".join(
        f"{name} in {_at(low, _COMPARE + 1)}" + (f"..{_at(high, _COMPARE + 1)}" if high else "")
        for name, low, high in node.iterators
    )


def _key(name: str) -> str:
    return name if WORD.fullmatch(name) and name not in KEYWORDS else quoted(name)


def _context(node: ast.ContextLiteral) -> str:
    return "{" + ", ".join(f"{_key(key)}: {print_node(value)}" for key, value in node.entries) + "}"


def _range(node: ast.RangeLiteral) -> str:
    opening, closing = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{opening}{_at(node.low, _COMPARE + 1)}..{_at(node.high, _COMPARE + 1)}{closing}"


def _function(node: ast.FunctionLiteral) -> str:
    texts = node.type_texts or ("",) * len(node.params)
    params = ", ".join(f"{p}: {t}" if t else p for p, t in zip(node.params, texts, strict=True))
    return f"function({params}) {'external ' if node.external else ''}{print_node(node.body)}"


def _tests(node: ast.Tests) -> str:
    inner = ", ".join(print_node(part) for part in node.parts)
    return f"not({inner})" if node.negated else inner or "-"


_PRINTERS: dict[type, Callable[[Any], str]] = {
    ast.Literal: _literal,
    ast.Name: lambda node: str(node.name),
    ast.Path: lambda node: f"{_at(node.base, _POSTFIX)}.{node.name}",
    ast.Filter: lambda node: f"{_at(node.base, _POSTFIX)}[{print_node(node.condition)}]",
    ast.Call: _call,
    ast.Negation: _negation,
    ast.Chain: _chain,
    ast.Comparison: lambda n: f"{_at(n.left, _COMPARE)} {n.op} {_at(n.right, _COMPARE + 1)}",
    ast.Between: lambda n: (
        f"{_at(n.value, _COMPARE)} between {_at(n.low, _COMPARE + 1)} and {_at(n.high, _COMPARE + 1)}"
    ),
    ast.In: _in,
    ast.And: _joined("and", _AND),
    ast.Or: _joined("or", _OR),
    ast.If: lambda n: f"if {print_node(n.condition)} then {print_node(n.yes)} else {print_node(n.no)}",
    ast.For: lambda n: f"for {_iterators(n)} return {print_node(n.body)}",
    ast.Quantified: lambda n: f"{n.kind} {_iterators(n)} satisfies {print_node(n.body)}",
    ast.InstanceOf: lambda n: f"{_at(n.value, _INSTANCE)} instance of {n.type_text}",
    ast.ListLiteral: lambda n: "[" + ", ".join(print_node(item) for item in n.items) + "]",
    ast.ContextLiteral: _context,
    ast.RangeLiteral: _range,
    ast.UnaryRange: lambda n: f"{n.op} {_at(n.operand, _COMPARE + 1)}",
    ast.FunctionLiteral: _function,
}
_STRENGTHS: dict[type, int] = {
    **dict.fromkeys((ast.If, ast.For, ast.Quantified, ast.FunctionLiteral), 0),
    ast.Or: _OR,
    ast.And: _AND,
    **dict.fromkeys((ast.Comparison, ast.Between, ast.In), _COMPARE),
    ast.UnaryRange: 0,
    ast.Negation: _NEGATE,
    ast.InstanceOf: _INSTANCE,
    **dict.fromkeys((ast.Path, ast.Filter, ast.Call), _POSTFIX),
}
