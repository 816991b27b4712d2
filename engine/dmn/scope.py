"""What a piece of a model may refer to while it is compiled, and the run it later belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.dmn.errors import Fault
from engine.dmn.trace import Source, Trace
from engine.feel import ast
from engine.feel.budget import Budget, Run
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import ALWAYS, guarded_parse
from engine.feel.frames import Closure, Frame
from engine.feel.names import did_you_mean
from engine.feel.parser import known, parse_tests, parse_text
from engine.feel.types import FeelType, type_named
from engine.feel.unary import Test, compile_tests


class DecisionRun(Run):
    """An evaluation of decisions: strict ones stop at what is wrong, lenient ones make it null as DMN does."""

    __slots__ = ("last", "sources", "strict", "traces", "tracing")

    def __init__(
        self,
        budget: Budget,
        functions: Mapping[str, Callable[..., object]] | None,
        now: datetime | None,
        warnings: list[str],
        strict: bool,
        tracing: bool,
        sources: Mapping[str, Source],
    ) -> None:
        super().__init__(budget, functions, now, warnings)
        self.strict = strict
        self.tracing = tracing
        self.traces: list[Trace] = []
        self.sources = sources
        self.last: Any = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names and types in scope, whose logic this is, and where faults are noted."""

    owner_id: str
    owner_name: str
    names: frozenset[str]
    types: Mapping[str, FeelType]
    faults: list[Fault]
    guidance: tuple[str, ...] = ()
    made: dict[tuple[str, frozenset[str]], Test] = field(default_factory=dict)

    def inside(self, names: Iterable[str]) -> Scope:
        """The scope with more names in it."""
        return replace(self, names=self.names | set(names))

    def fault(self, element_id: str, sentence: str) -> None:
        """Note a fault of an element (of the owner, when the element has no id)."""
        self.faults.append(Fault(element_id or self.owner_id, sentence))

    def type_of(self, reference: str, element_id: str = "") -> FeelType | None:
        """The type of that name, None for no name; an unknown one is a fault."""
        found = type_named(reference, self.types) if reference else None
        if reference and found is None:
            close = did_you_mean(reference, self.types)
            self.fault(element_id, f"There is no type `{reference}`{close or '.'}")
        return found

    def tree(self, text: str, element_id: str) -> ast.Node | None:
        """The parsed expression, or None after noting a fault."""
        try:
            parsed: ast.Node = guarded_parse(text, lambda: parse_text(text, known(self.names, ALWAYS), self.types))
        except FeelSyntaxError as error:
            self.fault(element_id, f"{error.sentence} (in `{text}`, at character {error.position + 1})")
            return None
        return parsed

    def expression(self, text: str, element_id: str) -> Closure:
        """The compiled expression; a faulty one is null."""
        tree = self.tree(text, element_id)
        return compile_node(tree) if tree else nothing

    def tests_tree(self, text: str, element_id: str) -> ast.Tests | None:
        """The parsed unary tests, or None after noting a fault; no text is `-`."""
        text = text or "-"
        try:
            parsed: ast.Tests = guarded_parse(text, lambda: parse_tests(text, known(self.names, ALWAYS), self.types))
        except FeelSyntaxError as error:
            self.fault(element_id, f"{error.sentence} (in `{text}`, at character {error.position + 1})")
            return None
        return parsed

    def tests(self, text: str, element_id: str) -> Test:
        """The compiled unary tests; faulty ones are null. Cells with one text are compiled once."""
        found = self.made.get((text, self.names))
        if found is None:
            tree = self.tests_tree(text, element_id)
            found = compile_tests(tree, compile_node) if tree else _untold
            if tree:
                self.made[text, self.names] = found
        return found


def _untold(_frame: Frame, _value: Any) -> None:
    """The test of a cell that could not be read: it cannot be told."""


def nothing(frame: Any) -> None:
    """The closure of what is missing or faulty: null."""
    frame.run.warn("A part of the model that could not be read is null.")
