"""The longer constructs of the grammar: lists, contexts, if, for, some, every, functions, types, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel.ast import (
    ContextLiteral,
    For,
    FunctionLiteral,
    If,
    ListLiteral,
    Node,
    Quantified,
)
from engine.feel.lexer import KEYWORDS, WORD, NameIndex, Token, normal_name
from engine.feel.types import ANY, BUILTIN_TYPES, FeelType, type_named

if TYPE_CHECKING:
    from engine.feel.parser import Parser

_COMPARE = 3
_GENERIC = frozenset({"list", "range", "context", "function"})
Iterators = tuple[tuple[str, Node, Node | None], ...]


def list_or_range(parser: Parser, token: Token) -> Node:
    """`[a, b]`, `[a..b]`."""
    if parser.accept("]"):
        return ListLiteral((), pos=token.start)
    first = parser.expression()
    if parser.accept(".."):
        return parser.range_end(first, True, token.start)
    items = [first]
    while not parser.accept("]"):
        parser.expect(",", "or `]`")
        items.append(parser.expression())
    return ListLiteral(tuple(items), pos=token.start)


def open_range(parser: Parser, token: Token) -> Node:
    """`]a..b]`."""
    low = parser.expression(_COMPARE)
    parser.expect("..", "in the range")
    return parser.range_end(low, False, token.start)


def context(parser: Parser, token: Token) -> Node:
    """`{key: value, "another key": value}`."""
    entries: list[tuple[str, Node]] = []
    while not parser.accept("}"):
        if entries:
            parser.expect(",", "or `}`")
        entries.append(_entry(parser))
    return ContextLiteral(tuple(entries), pos=token.start)


def _entry(parser: Parser) -> tuple[str, Node]:
    key = parser.peek()
    if key.kind == "string":
        parser.take(key)
        parser.names.add(key.value)
        name = str(key.value)
    else:
        name = parser.raw_name(frozenset())
    parser.expect(":", f"after the key `{name}`")
    return name, parser.expression()


def if_then_else(parser: Parser, token: Token) -> Node:
    """`if a then b else c`."""
    condition = parser.expression()
    parser.expect("then", "after the condition of `if`")
    yes = parser.expression()
    parser.expect("else", "after the value for `then`")
    return If(condition, yes, parser.expression(), pos=token.start)


def _iterators(parser: Parser) -> Iterators:
    found: list[tuple[str, Node, Node | None]] = []
    while not found or parser.accept(","):
        name = parser.raw_name(frozenset({"in"}))
        parser.expect("in", f"after `{name}`")
        low = parser.expression()
        found.append((name, low, parser.expression() if parser.accept("..") else None))
    return tuple(found)


def for_return(parser: Parser, token: Token) -> Node:
    """`for a in b, c in 1..3 return d`."""
    iterators = _iterators(parser)
    parser.expect("return", "after the lists of `for`")
    return For(iterators, parser.expression(), pos=token.start)


def quantified(parser: Parser, token: Token) -> Node:
    """`some a in b satisfies c`, `every a in b satisfies c`."""
    iterators = _iterators(parser)
    parser.expect("satisfies", f"after the lists of `{token.value}`")
    return Quantified(token.value, iterators, parser.expression(), pos=token.start)


def function(parser: Parser, token: Token) -> Node:
    """`function(a: type, b) body`, `function(a) external {...}`."""
    parser.expect("(", "after `function`")
    params: list[tuple[str, FeelType | None, str]] = []
    while not parser.accept(")"):
        if params:
            parser.expect(",", "or `)`")
        name = parser.raw_name(frozenset())
        params.append((name, *(read_type(parser) if parser.accept(":") else (None, ""))))
    external = parser.accept("external")
    names, types, texts = (tuple(column) for column in zip(*params, strict=True)) if params else ((), (), ())
    body = parser.expression()
    return FunctionLiteral(names, types, body, texts, external, pos=token.start)


def call_arguments(parser: Parser) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """The arguments after `(`: their names, when they have names, and their values."""
    names: list[str] = []
    args: list[Node] = []
    while not parser.accept(")"):
        if args:
            parser.expect(",", "or `)`")
        name = _argument_name(parser)
        if name:
            names.append(name)
        if bool(names) != bool(name):
            raise parser.fail("Either all arguments have names or none has.", parser.lexer.pos)
        args.append(parser.expression())
    return tuple(names), tuple(args)


def _argument_name(parser: Parser) -> str:
    """The name before a colon, if one stands here; looks ahead over words only."""
    start = parser.lexer.skip()
    end = start
    while found := WORD.match(parser.text, parser.lexer.skip()):
        end = parser.lexer.pos = found.end()
    if end > start and parser.accept(":"):
        return normal_name(parser.text[start:end])
    parser.lexer.pos = start
    return ""


def member_name(parser: Parser) -> str:
    """The name after a dot: a known one, or words up to a keyword or an operator."""
    at = parser.lexer.skip()
    known = parser.names.match(parser.text, at)
    if known:
        parser.lexer.pos = known[1]
        return known[0]
    end = at
    while found := WORD.match(parser.text, parser.lexer.skip()):
        if end > at and found[0] in KEYWORDS:
            break
        end = parser.lexer.pos = found.end()
    if end == at:
        raise parser.unexpected(parser.peek(), "a name after `.`")
    parser.lexer.pos = end
    return normal_name(parser.text[at:end])


def read_type(parser: Parser) -> tuple[FeelType | None, str]:
    """A type and its text; the type is None when no such type is known."""
    start = parser.lexer.skip()
    kind = _type(parser)
    return kind, normal_name(parser.text[start : parser.lexer.pos])


def _type(parser: Parser) -> FeelType | None:
    parser.nesting += 1
    if parser.nesting > 60:
        raise parser.fail("This type is nested too deep.", parser.lexer.pos)
    name = _type_name(parser)
    generic = name in _GENERIC and parser.accept("<")
    kind = _GENERICS[name](parser) if generic else type_named(name, parser.types)
    parser.nesting -= 1
    return kind


def _type_name(parser: Parser) -> str:
    at = parser.lexer.skip()
    found = NameIndex((*BUILTIN_TYPES, *parser.types)).match(parser.text, at)
    if found:
        parser.lexer.pos = found[1]
        return found[0]
    word = WORD.match(parser.text, at)
    if not word:
        raise parser.unexpected(parser.peek(), "the name of a type")
    parser.lexer.pos = word.end()
    return _dotted(parser, word[0])


def _dotted(parser: Parser, name: str) -> str:
    while parser.text[parser.lexer.pos : parser.lexer.pos + 1] == ".":
        word = WORD.match(parser.text, parser.lexer.pos + 1)
        if not word:
            break
        name = f"{name}.{word[0]}"
        parser.lexer.pos = word.end()
    return name


def _list_type(parser: Parser) -> FeelType | None:
    element = _type(parser)
    parser.expect(">", "to close the type")
    return FeelType("list", element=element) if element else None


def _range_type(parser: Parser) -> FeelType | None:
    element = _type(parser)
    parser.expect(">", "to close the type")
    return FeelType("range", element=element) if element else None


def _context_type(parser: Parser) -> FeelType | None:
    found: list[tuple[str, FeelType | None]] = []
    while not parser.accept(">"):
        if found:
            parser.expect(",", "or `>`")
        name = parser.raw_name(frozenset())
        parser.expect(":", f"after `{name}`")
        found.append((name, _type(parser)))
    known = tuple((name, kind) for name, kind in found if kind)
    return FeelType("context", fields=known) if len(known) == len(found) else None


def _function_type(parser: Parser) -> FeelType | None:
    params: list[FeelType] = []
    whole = True
    while not parser.accept(">"):
        if params:
            parser.expect(",", "or `>`")
        kind = _type(parser)
        whole = whole and kind is not None
        params.append(kind or ANY)
    result = _type(parser) if parser.accept("->") else ANY
    return FeelType("function", params=tuple(params), result=result) if whole and result else None


_GENERICS = {"list": _list_type, "range": _range_type, "context": _context_type, "function": _function_type}
