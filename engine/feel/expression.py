"""The public face: parse a text once, evaluate it as often as you like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.feel import ast
from engine.feel.budget import DEFAULT_BUDGET, Budget, Run
from engine.feel.builtins import BUILTINS
from engine.feel.calendar import FUNCTION_NAMES
from engine.feel.compiler import compile_node
from engine.feel.convert import to_feel, to_native
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.frames import Closure, Frame
from engine.feel.lexer import NameIndex
from engine.feel.names import all_names, did_you_mean, free_names, unknown_names
from engine.feel.parser import known, parse_tests, parse_text
from engine.feel.types import FeelType, weigh
from engine.feel.unary import Test, compile_tests

ALWAYS = (*BUILTINS, *FUNCTION_NAMES, "time offset", "start included", "end included")
Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed FEEL expression: its text and the variables it uses."""

    text: str
    names: frozenset[str]
    tree: ast.Node = field(repr=False)
    run: Closure = field(repr=False, compare=False)
    loads: frozenset[str] = field(repr=False)

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        functions: Functions | None = None,
        now: datetime | None = None,
        budget: Budget = DEFAULT_BUDGET,
        warnings: list[str] | None = None,
    ) -> object:
        """The native value over native `context`; raises FeelBudgetExceeded and nothing else.

        What cannot be computed is null, and `warnings` then gets a sentence with the reason.
        """
        frame = make_frame(self.loads, context, Run(budget, functions, now, warnings))
        return guarded(lambda: export(self.run(frame), frame.run))


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """Parsed unary tests, as in a cell of a decision table; `?` is the value tested."""

    text: str
    names: frozenset[str]
    tree: ast.Tests = field(repr=False)
    run: Test = field(repr=False, compare=False)
    loads: frozenset[str] = field(repr=False)

    def evaluate(
        self,
        value: object,
        context: Mapping[str, object],
        *,
        functions: Functions | None = None,
        now: datetime | None = None,
        budget: Budget = DEFAULT_BUDGET,
        warnings: list[str] | None = None,
    ) -> bool | None:
        """Whether the native value satisfies the tests; raises FeelBudgetExceeded and nothing else."""
        frame = make_frame(self.loads, context, Run(budget, functions, now, warnings))
        answer = guarded(lambda: self.run(frame, to_feel(value)))
        return answer if isinstance(answer, bool) else None


def export(value: Any, run: Run) -> object:
    """The value as Python's own; one that shares its parts so often that it would fill the memory is refused."""
    weigh(value, run)
    return to_native(value)


def make_frame(loads: frozenset[str], context: Mapping[str, object], run: Run) -> Frame:
    """A frame of the variables an expression uses, as FEEL values."""
    run.known = context.keys()
    return Frame({name: to_feel(context[name]) for name in loads if name in context}, None, run)


def guarded(action: Callable[[], Any]) -> Any:
    """Run the action; too deep a recursion is a budget too.

    A lack of memory is not: within its budget no expression needs much, so it is the machine that has too little.
    """
    try:
        return action()
    except RecursionError as error:
        raise FeelBudgetExceeded("depth", "This goes too deep.") from error


def _used(tree: ast.Node, names: Collection[str]) -> frozenset[str]:
    """The variables: free names that are not functions of the standard, unless the scope has them."""
    return frozenset(
        name.name
        for name, where in free_names(tree)
        if name.name != "?" and (name.name in names or (name.name not in BUILTINS and where != "call"))
    )


def _check_known(tree: ast.Node, names: Collection[str], text: str) -> None:
    functions = {*BUILTINS, *FUNCTION_NAMES}
    for name in unknown_names(tree, names, functions):
        called = text[name.pos + len(name.name) :].lstrip().startswith("(")
        close = did_you_mean(name.name, {*names, *functions} if called else names) or _constant(name.name)
        quoted = "" if called else f' A text stands in quotation marks: `"{name.name}"`.'
        raise FeelSyntaxError(f"`{name.name}` is not known here{close or '.' + quoted}", name.pos, text)


def _constant(name: str) -> str:
    """What is meant by `True` or `None`."""
    meant = {"true": "true", "false": "false", "null": "null", "none": "null"}.get(name.lower())
    return f"; did you mean `{meant}`?" if meant else ""


def _index(names: Collection[str]) -> NameIndex:
    return known(names, ALWAYS)


@lru_cache(maxsize=4096)
def _expression(text: str, names: frozenset[str], unknown_ok: bool) -> Expression:
    tree = guarded_parse(text, lambda: parse_text(text, _index(names), {}))
    if not unknown_ok:
        _check_known(tree, names, text)
    return Expression(text, _used(tree, names), tree, compile_node(tree), all_names(tree))


def guarded_parse(text: str, action: Callable[[], Any]) -> Any:
    """Parse; a text so deep that Python's own stack ends is a syntax error too."""
    try:
        return action()
    except RecursionError as error:
        raise FeelSyntaxError("This is nested too deep.", 0, text) from error


def parse_expression(text: str, *, names: Collection[str] = (), unknown_ok: bool = True) -> Expression:
    """Parse an expression; `names` are the variables in scope, needed for names with spaces.

    Raises FeelSyntaxError with position and sentence; with `unknown_ok=False` also for unknown names.
    """
    return _expression(text, frozenset(names), unknown_ok)


@lru_cache(maxsize=4096)
def _unary(text: str, names: frozenset[str], unknown_ok: bool) -> UnaryTests:
    tree = guarded_parse(text, lambda: parse_tests(text, _index(names), {}))
    if not unknown_ok:
        _check_known(tree, names, text)
    return UnaryTests(text, _used(tree, names), tree, compile_tests(tree, compile_node), all_names(tree))


def parse_unary_tests(text: str, *, names: Collection[str] = (), unknown_ok: bool = True) -> UnaryTests:
    """Parse unary tests; raises FeelSyntaxError with position and sentence."""
    return _unary(text, frozenset(names), unknown_ok)


def parse_typed(text: str, names: Collection[str], types: Mapping[str, FeelType]) -> ast.Node:
    """The tree of an expression in a model with types of its own."""
    tree: ast.Node = guarded_parse(text, lambda: parse_text(text, _index(names), types))
    return tree
