"""The parser: one pass, by binding strength (Pratt), no backtracking (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal, DecimalException
from typing import Any

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
    Name,
    Negation,
    Node,
    Or,
    Path,
    RangeLiteral,
    Tests,
    UnaryRange,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.iso import parse_temporal
from engine.feel.lexer import KEYWORDS, PIECE, WORD, Lexer, NameIndex, Token, normal_name
from engine.feel.numbers import CTX
from engine.feel.types import FeelType

MAX_TEXT = 100_000
MAX_NESTING = 110
MAX_TREE = 160
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _INSTANCE, _POSTFIX = range(1, 10)
_STRENGTH: Mapping[str, int] = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), _COMPARE),
    **dict.fromkeys(("+", "-"), _ADD),
    **dict.fromkeys(("*", "/"), _MULTIPLY),
    "**": _POWER,
    "instance": _INSTANCE,
    **dict.fromkeys((".", "[", "("), _POSTFIX),
}
_UNARY_OPS = frozenset({"<", "<=", ">", ">=", "=", "!="})
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_JOINERS = KEYWORDS - {"true", "false", "null", "external", "function", "if", "for", "some", "every"}


class Parser:
    """Reads one text; the functions of `forms` read the longer constructs with it."""

    def __init__(self, text: str, names: NameIndex, types: Mapping[str, FeelType]) -> None:
        if len(text) > MAX_TEXT:
            raise FeelSyntaxError(f"The text is longer than {MAX_TEXT} characters.", MAX_TEXT, text[:200])
        self.text = text
        self.lexer = Lexer(text)
        self.names = names
        self.types = types
        self.nesting = 0
        self.endpoint = False

    # reading tokens -------------------------------------------------------------------------------------
    def operand_token(self) -> Token:
        """The token here, where a value is expected: known names are recognised."""
        return self.lexer.read(self.names)

    def peek(self) -> Token:
        """The token here, where an operator is expected."""
        return self.lexer.read(None)

    def take(self, token: Token) -> Token:
        """Step over the token."""
        self.lexer.pos = token.end
        return token

    def accept(self, value: str) -> bool:
        """Step over this symbol or keyword if it stands here."""
        token = self.peek()
        found = token.kind in ("symbol", "word", "name") and token.value == value
        if found:
            self.take(token)
        return found

    def expect(self, value: str, after: str = "") -> None:
        """Step over this symbol or keyword, which must stand here."""
        if not self.accept(value):
            raise self.unexpected(self.peek(), f"`{value}`" + (f" {after}" if after else ""))

    def fail(self, sentence: str, at: int) -> FeelSyntaxError:
        """The error that says so."""
        return FeelSyntaxError(sentence, at, self.text)

    def unexpected(self, token: Token, wanted: str) -> FeelSyntaxError:
        """The error for a token that cannot stand here."""
        if token.kind == "end":
            return self.fail(f"The text ends where {wanted} was expected.", token.start)
        piece = self.text[token.start : token.end]
        return self.fail(f"`{piece}` stands where {wanted} was expected.", token.start)

    def raw_name(self, stops: frozenset[str]) -> str:
        """A name being declared: every piece up to one of `stops`; it is known from here on."""
        start = self.lexer.skip()
        end = start
        while found := PIECE.match(self.text, self.lexer.skip()):
            if found[0] in stops and end > start:
                break
            end = self.lexer.pos = found.end()
        if end == start or not WORD.match(self.text, start):
            raise self.unexpected(self.peek(), "a name")
        self.lexer.pos = end
        name = normal_name(self.text[start:end])
        self.names.add(name)
        return name

    # expressions ----------------------------------------------------------------------------------------
    def expression(self, strength: int = 0, endpoint: bool = False) -> Node:
        """One expression whose operators bind at least as strongly as asked."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.fail(f"This is nested more than {MAX_NESTING} deep.", self.lexer.pos)
        outer, self.endpoint = self.endpoint, endpoint
        result = self.infix(self.prefix(), strength)
        self.endpoint = outer
        self.nesting -= 1
        return result

    def infix(self, left: Node, strength: int) -> Node:
        """Take operators after `left` while they bind strongly enough."""
        while True:
            token = self.peek()
            bound = _STRENGTH.get(token.value, 0) if token.kind in ("symbol", "word") else 0
            if bound <= strength or (token.value == "[" and self._closes_range(token)):
                return left
            self.take(token)
            left = _INFIX[token.value](self, left, token)

    def _closes_range(self, token: Token) -> bool:
        """Whether `[` here ends an open range like `]1..2[` and does not begin a filter."""
        if not self.endpoint:
            return False
        after = Lexer(self.text)
        after.pos = token.end
        after.skip()
        rest = self.text[after.pos : after.pos + 1]
        word = WORD.match(self.text, after.pos)
        return not (word and word[0] not in _JOINERS) and (rest not in '"({@-.0123456789' or not rest)

    def prefix(self) -> Node:
        """What may begin an expression."""
        token = self.take(self.operand_token())
        if token.kind == "name":
            return Name(token.value, pos=token.start)
        if token.kind == "number":
            return self._number(token)
        if token.kind == "string":
            return Literal(token.value, pos=token.start)
        if token.value in _CONSTANTS and token.kind == "word":
            return Literal(_CONSTANTS[token.value], pos=token.start)
        if token.value in _UNARY_OPS and token.kind == "symbol":
            return UnaryRange(token.value, self.expression(_COMPARE), pos=token.start)
        form = _PREFIX.get(token.value) if token.kind in ("word", "symbol") else None
        if form is None:
            raise self.unexpected(token, "a value")
        return form(self, token)

    def _number(self, token: Token) -> Node:
        try:
            return Literal(CTX.create_decimal(token.value), pos=token.start)
        except DecimalException as error:
            raise self.fail("This number is too large.", token.start) from error

    def arguments(self, closing: str) -> tuple[Node, ...]:
        """Expressions separated by commas, up to the closing bracket."""
        items: list[Node] = []
        while not self.accept(closing):
            if items:
                self.expect(",", f"or `{closing}`")
            items.append(self.expression())
        return tuple(items)

    def range_end(self, low: Node, low_closed: bool, at: int) -> Node:
        """The rest of a range after `..`."""
        high = self.expression(_COMPARE, endpoint=True)
        token = self.take(self.peek())
        if token.value not in ("]", ")", "["):
            raise self.unexpected(token, "the closing bracket of the range")
        return RangeLiteral(low, high, low_closed, token.value == "]", pos=at)


def _negation(parser: Parser, token: Token) -> Node:
    operand = parser.expression(_NEGATE, parser.endpoint)
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
        step = (token.value, parser.expression(strength, parser.endpoint))
        if isinstance(left, Chain) and _STRENGTH[left.rest[0][0]] == strength:
            return Chain(left.first, (*left.rest, step), pos=left.pos)
        return Chain(left, (step,), pos=token.start)

    return read


def _logical(kind: type[And] | type[Or], strength: int) -> Callable[[Parser, Node, Token], Node]:
    def read(parser: Parser, left: Node, token: Token) -> Node:
        parts = [left, parser.expression(strength)]
        while parser.accept(token.value):
            parts.append(parser.expression(strength))
        return kind(tuple(parts), pos=token.start)

    return read


def _comparison(parser: Parser, left: Node, token: Token) -> Node:
    return Comparison(token.value, left, parser.expression(_COMPARE), pos=token.start)


def _between(parser: Parser, left: Node, token: Token) -> Node:
    low = parser.expression(_COMPARE)
    parser.expect("and", "between the two ends")
    return Between(left, low, parser.expression(_COMPARE), pos=token.start)


def _in(parser: Parser, left: Node, token: Token) -> Node:
    opening = parser.operand_token()
    if opening.value != "(" or opening.kind != "symbol":
        return In(left, (parser.expression(_COMPARE),), pos=token.start)
    parser.take(opening)
    first = parser.expression()
    if parser.accept(".."):
        interval = parser.range_end(first, False, opening.start)
        return In(left, (parser.infix(interval, _COMPARE),), pos=token.start)
    if parser.accept(","):
        return In(left, (first, *parser.arguments(")")), pos=token.start)
    parser.expect(")")
    return In(left, (parser.infix(first, _COMPARE),), pos=token.start)


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


_PREFIX: dict[str, Callable[[Parser, Token], Node]] = {
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
_INFIX: dict[str, Callable[[Parser, Node, Token], Node]] = {
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


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    stack: list[Any] = [getattr(node, f.name) for f in fields(node)]
    while stack:
        value = stack.pop()
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            stack.extend(value)


def _check_depth(parser: Parser, root: Node) -> Node:
    level = [root]
    for _ in range(MAX_TREE):
        level = [child for node in level for child in children(node)]
        if not level:
            return root
    raise parser.fail(f"This is nested more than {MAX_TREE} deep.", 0)


def _finish(parser: Parser, root: Node) -> Node:
    token = parser.peek()
    if token.kind != "end":
        raise parser.unexpected(token, "an operator or the end")
    return _check_depth(parser, root)


def parse_text(text: str, names: NameIndex, types: Mapping[str, FeelType]) -> Node:
    """The tree of an expression; raises FeelSyntaxError."""
    parser = Parser(text, names, types)
    return _finish(parser, parser.expression())


def parse_tests(text: str, names: NameIndex, types: Mapping[str, FeelType]) -> Tests:
    """The tree of unary tests; raises FeelSyntaxError."""
    parser = Parser(text, names, types)
    if parser.accept("-") and parser.peek().kind == "end":
        return Tests(())
    parser.lexer.pos = 0
    first = parser.operand_token()
    parts = _negated(parser, first) if first.value == "not" else None
    tests = Tests(parts, negated=True) if parts is not None else Tests(_tests(parser))
    _finish(parser, tests)
    return tests


def _tests(parser: Parser) -> tuple[Node, ...]:
    parts = [parser.expression()]
    while parser.accept(","):
        parts.append(parser.expression())
    return tuple(parts)


def _negated(parser: Parser, first: Token) -> tuple[Node, ...] | None:
    """The tests inside `not(...)`, or None when `not` only begins a longer expression."""
    parser.take(first)
    if parser.accept("("):
        parts = parser.arguments(")")
        if parts and parser.peek().kind == "end":
            return parts
    parser.lexer.pos = first.start
    return None


def known(names: Collection[str], always: Collection[str]) -> NameIndex:
    """An index of the names in scope and of those that always are."""
    return NameIndex((*always, *names), frozenset({"date and time"} - set(names)))
