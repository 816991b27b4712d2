"""The columns and rules of a decision table, compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.dmn.model import DecisionTable, InputClause, OutputClause
from engine.dmn.scope import Scope
from engine.dmn.trace import CellTrace
from engine.dmn.types import allowed_test
from engine.feel import ast
from engine.feel.budget import Run
from engine.feel.compiler import compile_node
from engine.feel.frames import Closure, Frame
from engine.feel.names import all_names
from engine.feel.types import FeelType, coerce, exact_kind, mismatch
from engine.feel.unary import Test

Check = Callable[[Any], tuple[bool, Any, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """An input column: how its value is computed and what it may be."""

    label: str
    text: str
    names: frozenset[str]
    expression: Closure
    check: Check | None
    exact: type | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column: what it may be, its values in order of priority, its default."""

    name: str
    check: Check | None
    exact: type | None
    order: list[Any]
    default: Closure | None


@dataclass(frozen=True, slots=True)
class TableRule:
    """A rule; `tests` leaves out the cells that always hold."""

    id: str
    index: int
    cells: tuple[dict[bool | None, CellTrace], ...]
    tests: tuple[tuple[int, Test], ...]
    all_tests: tuple[Test, ...]
    outputs: tuple[Closure, ...]
    annotations: tuple[tuple[str, str], ...]
    guidance: tuple[str, ...]


def _check(what: str, kind: FeelType | None, allowed: Callable[[Any], bool] | None, text: str) -> Check | None:
    """A check of a value: (fits, the value as its type has it, else a sentence why not)."""
    if (kind is None or kind.kind == "Any") and allowed is None:
        return None

    def check(value: Any) -> tuple[bool, Any, str]:
        fits, made = coerce(value, kind)
        if not fits and kind:
            return False, value, f"{what} {mismatch(value, kind)}."
        if allowed is None or _allowed(allowed, made):
            return True, made, ""
        return False, value, f"{what} must be one of {text}."

    return check


def _allowed(allowed: Callable[[Any], bool], value: Any) -> bool:
    return allowed(value) or (type(value) is list and all(allowed(item) for item in value))


def compile_columns(table: DecisionTable, scope: Scope) -> list[Column]:
    """The input columns."""
    return [_column(clause, scope) for clause in table.inputs]


def _column(clause: InputClause, scope: Scope) -> Column:
    tree = scope.tree(clause.expression, clause.id) if clause.expression else None
    if not clause.expression:
        scope.fault(clause.id, "The input column has no expression.")
    kind = scope.type_of(clause.type_ref, clause.id)
    allowed = allowed_test(clause.allowed, clause.id, scope.faults)
    return Column(
        clause.label,
        clause.expression,
        all_names(tree) if tree else frozenset(),
        compile_node(tree) if tree else lambda _: None,
        _check(f"`{clause.label}`", kind, allowed, clause.allowed),
        None if allowed else exact_kind(kind),
    )


def compile_outputs(table: DecisionTable, scope: Scope) -> list[Output]:
    """The output columns; a table with one output and a type of its own gives the column that type."""
    return [_output(clause, table, scope) for clause in table.outputs]


def _output(clause: OutputClause, table: DecisionTable, scope: Scope) -> Output:
    name = clause.name or clause.label or scope.owner_name
    kind = scope.type_of(clause.type_ref, clause.id)
    allowed = allowed_test(clause.allowed, clause.id, scope.faults)
    many = table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
    if many and kind and kind.kind == "list":
        kind = kind.element
    default = scope.expression(clause.default, clause.id) if clause.default else None
    order = _order(clause.allowed or (kind.allowed_text if kind else ""), scope)
    check = _check(f"the output `{name}`", kind, allowed, clause.allowed)
    return Output(name, check, None if allowed else exact_kind(kind), order, default)


def _order(text: str, scope: Scope) -> list[Any]:
    """The values that the allowed values list, in their order."""
    tree = scope.tests_tree(text, "") if text else None
    frame = Frame({}, None, Run())
    return [compile_node(p)(frame) for p in tree.parts if isinstance(p, ast.Literal)] if tree else []


def compile_rules(table: DecisionTable, scope: Scope) -> list[TableRule]:
    """The rules, numbered from 1."""
    return [_rule(table, number, scope) for number in range(1, len(table.rules) + 1)]


def _rule(table: DecisionTable, number: int, scope: Scope) -> TableRule:
    rule = table.rules[number - 1]
    ids = [*rule.input_ids, *[""] * len(rule.inputs)]
    out_ids = [*rule.output_ids, *[""] * len(rule.outputs)]
    tests = tuple(scope.tests(text, key or rule.id) for text, key in zip(rule.inputs, ids, strict=False))
    used = ((i, t) for i, (t, text) in enumerate(zip(tests, rule.inputs, strict=True)) if text.strip() not in ("", "-"))
    outputs = tuple(
        scope.expression(text or "null", key or rule.id) for text, key in zip(rule.outputs, out_ids, strict=False)
    )
    cells = tuple({answer: CellTrace(text or "-", answer) for answer in (True, False, None)} for text in rule.inputs)
    return TableRule(rule.id, number, cells, tuple(used), tests, outputs, rule.annotations, rule.guidance)
