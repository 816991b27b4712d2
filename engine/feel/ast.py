"""The syntax tree of FEEL: plain frozen data; `pos` is the offset in the text and takes no part in equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.feel.types import FeelType


@dataclass(frozen=True, slots=True)
class Node:
    """Any node."""

    pos: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, true, false, null or `@` literal."""

    value: Any

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Literal) and type(other.value) is type(self.value)
        return same and bool(other.value == self.value)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, a function, or `?`."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`base.name`."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`base[condition]`."""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(a, b)`; `names` is set for named parameters."""

    function: Node
    args: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`first op operand op operand`, all of one strength, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left op right` with `=`, `!=`, `<`, `<=`, `>`, `>=`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """`a and b and c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """`a or b or c`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for name in domain, ... return body`; a domain is (low, high or None)."""

    iterators: tuple[tuple[str, Node, Node | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some|every name in domain, ... satisfies body`."""

    kind: str
    iterators: tuple[tuple[str, Node, Node | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`; `type` None when no such type is known."""

    value: Node
    type: FeelType | None
    type_text: str


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{name: value}`."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high)` in any of its brackets."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class UnaryRange(Node):
    """`< operand`, `>= operand`, `= operand`, `!= operand` standing alone."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(a: type, b) body`."""

    params: tuple[str, ...]
    types: tuple[FeelType | None, ...]
    body: Node
    type_texts: tuple[str, ...] = ()
    external: bool = False


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests: `-` has no parts; `negated` for `not(...)`."""

    parts: tuple[Node, ...]
    negated: bool = False
