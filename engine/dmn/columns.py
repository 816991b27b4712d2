"""A decision table as boxes: each column cut into regions, each rule the regions that its cells take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.clauses import compile_outputs
from engine.dmn.coverage import Box
from engine.dmn.model import Decision, DecisionTable, InputClause
from engine.dmn.policies import ranking
from engine.dmn.program import Program
from engine.dmn.regions import Region, regions
from engine.dmn.scope import Scope
from engine.feel import ast
from engine.feel.analysis import constant, test_constants
from engine.feel.budget import Run
from engine.feel.compiler import compile_node
from engine.feel.frames import MISSING, Frame
from engine.feel.names import free_names
from engine.feel.parser import children
from engine.feel.types import FeelType
from engine.feel.unary import Test, compile_tests


@dataclass(frozen=True, slots=True)
class Column:
    """One input, or several with one expression: its label, its expression and its regions."""

    label: str
    expression: str
    regions: list[Region]
    places: tuple[int, ...]

    @property
    def full(self) -> int:
        """All regions, as bits."""
        return (1 << len(self.regions)) - 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The table as boxes; a rule with a cell beyond analysis has no box, but an outer one it lies within."""

    columns: list[Column]
    boxes: list[Box | None]
    outer: dict[int, Box]
    outputs: list[tuple[Any, ...]]
    ranks: list[tuple[int, ...] | None]
    labels: list[str]
    unread: list[str]
    beyond: list[dict[str, Any]]
    notes: list[str]
    takes_null: list[list[bool]]
    """For each column, which rules take an input that is not there."""

    @property
    def space(self) -> Box:
        """Everything that can be put in."""
        return tuple(column.full for column in self.columns)


def make_grid(program: Program, decision: Decision, table: DecisionTable) -> Grid:
    """The table cut into regions."""
    names = [target.name for _, _, target in program.needs[decision.id]]
    scope = program.scope(decision, names)
    trees = [[scope.tests_tree(text, rule.id) for text in rule.inputs] for rule in table.rules]
    beyond: list[dict[str, Any]] = []
    notes: list[str] = []
    columns = [_column(table, places, trees, scope, notes) for places in _grouped(table.inputs)]
    cells = _Cells(columns, trees, table, beyond)
    boxes = [cells.box(number) for number in range(len(table.rules))]
    _note_shared(table, scope, notes)
    outputs = [tuple(_constant(text, scope) for text in rule.outputs) for rule in table.rules]
    return Grid(
        columns,
        boxes,
        {n + 1: cells.outer(n) for n, box in enumerate(boxes) if box is None},
        outputs,
        _ranks(table, scope, outputs),
        [clause.label for clause in table.inputs],
        [clause.label for place, clause in enumerate(table.inputs) if _is_unread(trees, place)],
        beyond,
        notes,
        [[cells.takes_null(rule, column) for rule in range(len(table.rules))] for column in columns],
    )


def _is_unread(trees: Sequence[Sequence[ast.Tests | None]], place: int) -> bool:
    return all((tree := row[place]) is not None and not tree.parts and not tree.negated for row in trees)


def _grouped(clauses: Sequence[InputClause]) -> list[tuple[int, ...]]:
    """The columns with one expression belong together: they cannot have different values."""
    groups: dict[str, list[int]] = {}
    for place, clause in enumerate(clauses):
        groups.setdefault(" ".join(clause.expression.split()), []).append(place)
    return [tuple(places) for places in groups.values()]


def _note_shared(table: DecisionTable, scope: Scope, notes: list[str]) -> None:
    seen: dict[str, str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for clause in table.inputs:
        tree = scope.tree(clause.expression, clause.id) if clause.expression else None
        for name in sorted({n.name for n, where in free_names(tree) if where != "call"}) if tree else ():
            other = seen.setdefault(name, clause.expression)
            if other != clause.expression:
                shared.setdefault((other, clause.expression), []).append(f"`{name}`")
    for (one, other), names in shared.items():
        notes.append(f"`{one}` and `{other}` both depend on {', '.join(names)}: examples may contradict.")


def _column(
    table: DecisionTable,
    places: tuple[int, ...],
    trees: Sequence[Sequence[ast.Tests | None]],
    scope: Scope,
    notes: list[str],
) -> Column:
    clause = table.inputs[places[0]]
    kind = scope.type_of(clause.type_ref) or FeelType("Any")
    allowed = scope.tests_tree(clause.allowed or kind.allowed_text, clause.id)
    cells = [tree for row in trees for place in places if (tree := row[place]) is not None]
    constants = [value for tree in (*cells, allowed) if tree for value in test_constants(tree) or ()]
    ordered = any(_orders(tree) for tree in cells)
    found = regions(constants, kind.kind, ordered)
    if found is None:
        notes.append(f"The values of `{clause.label}` are of different kinds, or have no order: taken as one.")
        found = [Region("any value", None)]
    elif allowed and allowed.parts:
        found = _permitted(found, compile_tests(allowed, compile_node)) or found
    return Column(clause.label, clause.expression, found, places)


def _orders(node: ast.Node) -> bool:
    """Whether a cell asks for more than equality."""
    if isinstance(node, ast.RangeLiteral | ast.Between):
        return True
    if isinstance(node, ast.UnaryRange | ast.Comparison) and node.op not in ("=", "!="):
        return True
    return any(_orders(child) for child in children(node))


def _permitted(found: list[Region], allowed: Test) -> list[Region]:
    frame = Frame({}, None, Run())
    return [region for region in found if allowed(frame, region.example) is True]


class _Cells:
    """The cells of a table as sets of regions."""

    def __init__(
        self,
        columns: list[Column],
        trees: Sequence[Sequence[ast.Tests | None]],
        table: DecisionTable,
        beyond: list[dict[str, Any]],
    ) -> None:
        self.columns = columns
        self.trees = trees
        self.table = table
        self.beyond = beyond

    def box(self, rule: int) -> Box | None:
        """The regions that the rule takes; None, with a note, when a cell is beyond analysis."""
        found = [self._mask(rule, place, column) for column in self.columns for place in [column.places]]
        return None if any(mask is None for mask in found) else tuple(mask or 0 for mask in found)

    def outer(self, rule: int) -> Box:
        """The regions that the rule may take, its cells beyond analysis taking any."""
        noted = len(self.beyond)
        found = [self._mask(rule, column.places, column) for column in self.columns]
        del self.beyond[noted:]
        return tuple(c.full if mask is None else mask for c, mask in zip(self.columns, found, strict=True))

    def takes_null(self, rule: int, column: Column) -> bool:
        """Whether the rule's cells of the column hold for null."""
        frame = Frame({}, None, Run())
        trees = [self.trees[rule][place] for place in column.places]
        known = [tree for tree in trees if tree is not None and test_constants(tree) is not None]
        held = all(compile_tests(tree, compile_node)(frame, None) is True for tree in known)
        return held and len(known) == len(trees)

    def _mask(self, rule: int, places: tuple[int, ...], column: Column) -> int | None:
        mask: int | None = column.full
        for place in places:
            one = self._cell(self.trees[rule][place], column)
            if one is None:
                text = self.table.rules[rule].inputs[place]
                self.beyond.append({"rule": rule + 1, "input": self.table.inputs[place].label, "cell": text})
            mask = None if one is None or mask is None else mask & one
        return mask

    def _cell(self, tree: ast.Tests | None, column: Column) -> int | None:
        if tree is not None and not tree.parts:
            return column.full
        if tree is None or test_constants(tree) is None or column.regions[0].text == "any value":
            return None
        test, frame = compile_tests(tree, compile_node), Frame({}, None, Run())
        return sum(1 << n for n, region in enumerate(column.regions) if test(frame, region.example) is True)


def _constant(text: str, scope: Scope) -> Any:
    """An output's value as something that can be compared: its constant, else its text."""
    tree = scope.tree(text or "null", "")
    value = constant(tree) if tree else MISSING
    return ("text", text) if value is MISSING else ("value", repr(value))


def _ranks(table: DecisionTable, scope: Scope, outputs: list[tuple[Any, ...]]) -> list[tuple[int, ...] | None]:
    """The priority of each rule's outputs; None where they are not constants."""
    rank = ranking([output.order for output in compile_outputs(table, scope)])
    found: list[tuple[int, ...] | None] = []
    for rule, row in zip(table.rules, outputs, strict=True):
        if any(kind == "text" for kind, _ in row):
            found.append(None)
            continue
        trees = [scope.tree(text or "null", "") for text in rule.outputs]
        found.append(rank(tuple(constant(tree) if tree else None for tree in trees)))
    return found
