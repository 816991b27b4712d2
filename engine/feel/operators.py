"""The operators of the grammar: how strongly each binds, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import forms
from engine.feel.ast import (
    And,
    Between,
    Call,
    Chain,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Literal,
    Negation,
    Node,
    Or,
    Path,
    UnaryRange,
)
from engine.feel.iso import parse_temporal
from engine.feel.lexer import Token

if TYPE_CHECKING:
    from engine.feel.parser import Parser

_OR, _AND, COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _INSTANCE, _POSTFIX = range(1, 10)
STRENGTH: Mapping[str, int] = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), COMPARE),
    **dict.fromkeys(("+", "-"), _ADD),
    **dict.fromkeys(("*", "/"), _MULTIPLY),
    "**": _POWER,
    "instance": _INSTANCE,
    **dict.fromkeys((".", "[", "("), _POSTFIX),
}


def _negation(parser: Parser, token: Token) -> Node:
    is_signed_number = parser.peek().kind == "number"  # `-1 instance of number` is true
    operand = parser.prefix() if is_signed_number else parser.expression(_NEGATE, parser.endpoint)
    if isinstance(operand, Literal) and type(operand.value) is Decimal and not operand.value.is_signed():
        return Literal(-operand.value if operand.value else operand.value, pos=token.start)
    return Negation(operand, pos=token.start)


def _parenthesis(parser: Parser, token: Token) -> Node:
    inner = parser.expression()
    if parser.accept(".."):
        return parser.range_end(inner, False, token.start)
    parser.expect(")")
    return inner


def _at_literal(parser: Parser, token: Token) -> Node:
    text = parser.take(parser.peek())
    if text.kind != "string":
        raise parser.unexpected(text, 'a date, time or duration in quotation marks after `@`, like @"2026-04-29",')
    value = parse_temporal(text.value)
    if value is None:
        raise parser.fail(f"`{text.value}` is not a date, time or duration.", token.start)
    return Literal(value, pos=token.start)


def _chain(strength: int) -> Callable[[Parser, Node, Token], Node]:
    def read(parser: Parser, left: Node, token: Token) -> Node:
        steps = [(token.value, parser.expression(strength, parser.endpoint))]
        while STRENGTH.get((more := parser.peek()).value) == strength and more.kind == "symbol":
            parser.take(more)
            steps.append((more.value, parser.expression(strength, parser.endpoint)))
        return Chain(left, tuple(steps), pos=token.start)

    return read


def _logical(kind: type[And] | type[Or], strength: int) -> Callable[[Parser, Node, Token], Node]:
    def read(parser: Parser, left: Node, token: Token) -> Node:
        parts = [left, parser.expression(strength)]
        while parser.accept(token.value):
            parts.append(parser.expression(strength))
        return kind(tuple(parts), pos=token.start)

    return read


def _comparison(parser: Parser, left: Node, token: Token) -> Node:
    right = parser.expression(COMPARE)
    if token.value == "<" and isinstance(right, UnaryRange) and right.op == ">" and right.pos == token.end:
        raise parser.fail("Not equal is written `!=`.", token.start)
    return Comparison(token.value, left, right, pos=token.start)


def _between(parser: Parser, left: Node, token: Token) -> Node:
    low = parser.expression(COMPARE)
    parser.expect("and", "between the two ends")
    return Between(left, low, parser.expression(COMPARE), pos=token.start)


def _in(parser: Parser, left: Node, token: Token) -> Node:
    opening = parser.operand_token()
    if opening.value != "(" or opening.kind != "symbol":
        return In(left, (parser.expression(COMPARE),), pos=token.start)
    parser.take(opening)
    first = parser.expression()
    if parser.accept(".."):
        interval = parser.range_end(first, False, opening.start)
        return In(left, (parser.infix(interval, COMPARE),), pos=token.start)
    if parser.accept(","):
        return In(left, (first, *parser.arguments(")")), pos=token.start)
    parser.expect(")")
    return In(left, (parser.infix(first, COMPARE),), pos=token.start)


def _instance(parser: Parser, left: Node, token: Token) -> Node:
    parser.expect("of", "after `instance`")
    kind, text = forms.read_type(parser)
    return InstanceOf(left, kind, text, pos=token.start)


def _path(parser: Parser, left: Node, token: Token) -> Node:
    return Path(left, forms.member_name(parser), pos=token.start)


def _filter(parser: Parser, left: Node, token: Token) -> Node:
    condition = parser.expression()
    parser.expect("]", "to close the filter")
    return Filter(left, condition, pos=token.start)


def _call(parser: Parser, left: Node, token: Token) -> Node:
    names, args = forms.call_arguments(parser)
    return Call(left, args, names, pos=token.start)


PREFIX: dict[str, Callable[[Parser, Token], Node]] = {
    "-": _negation,
    "(": _parenthesis,
    "@": _at_literal,
    "[": forms.list_or_range,
    "]": forms.open_range,
    "{": forms.context,
    "if": forms.if_then_else,
    "for": forms.for_return,
    "some": forms.quantified,
    "every": forms.quantified,
    "function": forms.function,
}
INFIX: dict[str, Callable[[Parser, Node, Token], Node]] = {
    "or": _logical(Or, _OR),
    "and": _logical(And, _AND),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _comparison),
    "between": _between,
    "in": _in,
    **dict.fromkeys(("+", "-"), _chain(_ADD)),
    **dict.fromkeys(("*", "/"), _chain(_MULTIPLY)),
    "**": _chain(_POWER),
    "instance": _instance,
    ".": _path,
    "[": _filter,
    "(": _call,
}
