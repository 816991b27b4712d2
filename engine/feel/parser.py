"""The parser: one pass, by binding strength (Pratt), no backtracking (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from decimal import DecimalException
from functools import lru_cache
from typing import Any

from engine.feel.ast import (
    And,
    Literal,
    Name,
    Node,
    Or,
    RangeLiteral,
    Tests,
    UnaryRange,
)
from engine.feel.errors import FeelSyntaxError
from engine.feel.hints import hint
from engine.feel.lexer import KEYWORDS, PIECE, WORD, Lexer, NameIndex, Token, normal_name
from engine.feel.numbers import CTX
from engine.feel.operators import COMPARE, INFIX, PREFIX, STRENGTH
from engine.feel.types import FeelType

MAX_TEXT = 100_000
MAX_NESTING = 110
MAX_TREE = 160
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
        piece, more = self.text[token.start : token.end], hint(self.text, token.start, token.end)
        return self.fail(f"`{piece}` stands where {wanted} was expected.{more}", token.start)

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
            bound = STRENGTH.get(token.value, 0) if token.kind in ("symbol", "word") else 0
            if bound <= strength or (token.value == "[" and self._closes_range(token)):
                return left
            self.take(token)
            left = INFIX[token.value](self, left, token)

    def _closes_range(self, token: Token) -> bool:
        """Whether `[` here ends an open range like `]1..2[` and does not begin a filter."""
        if not self.endpoint:
            return False
        after = Lexer(self.text)
        after.pos = token.end
        after.skip()
        rest = self.text[after.pos : after.pos + 1]
        word = WORD.match(self.text, after.pos)
        following = self.text[after.pos + 1 : after.pos + 2]
        begins = bool(rest) and (rest in '"({@-0123456789' or (rest == "." and following.isdigit()))
        return not begins and not (word and word[0] not in _JOINERS)

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
            return UnaryRange(token.value, self.expression(COMPARE), pos=token.start)
        form = PREFIX.get(token.value) if token.kind in ("word", "symbol") else None
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
        high = self.expression(COMPARE, endpoint=True)
        token = self.take(self.peek())
        if token.value not in ("]", ")", "["):
            raise self.unexpected(token, "the closing bracket of the range")
        return RangeLiteral(low, high, low_closed, token.value == "]", pos=at)


@lru_cache(maxsize=64)
def _parts(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of node in which other nodes may stand."""
    plain = ("pos", "name", "op", "kind", "value", "type", "type_text", "params", "types", "type_texts", "names")
    return tuple(f.name for f in fields(kind) if f.name not in plain or (f.name == "value" and kind is not Literal))


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    kind: Any = type(node)
    stack: list[Any] = [getattr(node, name) for name in _parts(kind)]
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
    _check_alternatives(parser, tests)
    return tests


def _check_alternatives(parser: Parser, tests: Tests) -> None:
    """Refuse `> 3 and < 5` and `"a" or "b"`: as conditions they could never be true."""
    for part in tests.parts:
        for bound in part.parts if isinstance(part, And | Or) else ():
            if isinstance(bound, UnaryRange | RangeLiteral):
                raise parser.fail("Two bounds of one value are written `[3..5]`, or `? > 3 and ? < 5`.", bound.pos)
            if isinstance(bound, Literal) and type(bound.value) is not bool:
                raise parser.fail('Alternatives are separated by commas: `"a", "b"`.', bound.pos)


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


def known(names: Collection[str], always: tuple[str, ...]) -> NameIndex:
    """An index of the names in scope and of those that always are."""
    return _known(frozenset(names), always).copy()


@lru_cache(maxsize=256)
def _known(names: frozenset[str], always: tuple[str, ...]) -> NameIndex:
    return NameIndex((*always, *names), frozenset({"date and time"} - names))
