"""Cells that can be read and yet cannot mean what their writer meant: words without quotation marks, wrong kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.dmn.errors import Fault
from engine.dmn.model import Decision, DecisionModel, DecisionTable
from engine.dmn.program import Program
from engine.dmn.scope import Scope
from engine.feel import ast
from engine.feel.analysis import constant
from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.frames import MISSING, Frame
from engine.feel.names import all_names, did_you_mean
from engine.feel.printer import print_node
from engine.feel.types import BUILTIN_TYPES, FeelType, belongs, name_of
from engine.feel.values import Range

_WORDS = {"yes": '"yes"', "no": '"no"', "true": "true", "false": "false", "null": "null", "none": "null"}
_PLAIN = frozenset(BUILTIN_TYPES) - {"Any", "Null", "list", "context", "function", "range"}
_ARTICLES = {"string": "a text", "boolean": "true or false"}


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of one column are held against."""

    label: str
    kind: FeelType | None
    quoted: frozenset[str]
    names: frozenset[str]
    is_output: bool


def check_cells(model: DecisionModel) -> list[Fault]:
    """A fault for each cell that cannot mean what was meant; the element is the rule's id.

    These are: a word that stands in quotation marks elsewhere in its column, or is yes, no, True and the like; a
    constant of another kind than its column's; a constant that cannot be made; a subtraction where a range is meant.
    """
    if not isinstance(model.program, Program):
        raise TypeError("the model was not made by parse_dmn")
    return [fault for decision in model.decisions.values() for fault in _decision(model.program, decision)]


def _decision(program: Program, decision: Decision) -> Iterator[Fault]:
    table = decision.table
    if table is None:
        return
    own = [target.name for _, _, target in program.needs[decision.id]]
    scope = program.scope(decision, own)
    names = frozenset({*own, *_asked(table, scope)})
    for place, clause in enumerate(table.inputs):
        texts = [rule.inputs[place] for rule in table.rules]
        yield from _column(table, scope, _made(scope, clause.label, clause, texts, names, False), texts)
    for place, output in enumerate(table.outputs):
        texts = [rule.outputs[place] for rule in table.rules]
        label = output.label or output.name or decision.name
        yield from _column(table, scope, _made(scope, label, output, texts, names, True), texts)


def _asked(table: DecisionTable, scope: Scope) -> Iterator[str]:
    """The names that the inputs read."""
    for clause in table.inputs:
        tree = scope.tree(clause.expression, "") if clause.expression else None
        yield from all_names(tree) if tree else ()


def _made(scope: Scope, label: str, clause: Any, texts: list[str], names: frozenset[str], is_output: bool) -> _Column:
    kind = scope.type_of(clause.type_ref)
    allowed = clause.allowed or (kind.allowed_text if kind else "")
    trees = [scope.tests_tree(text, "") for text in [*texts, allowed] if text]
    parts = [part for tree in trees if tree for part in tree.parts]
    quoted = {part.value for part in parts if isinstance(part, ast.Literal) and type(part.value) is str}
    return _Column(label, kind, frozenset(quoted), names, is_output)


def _column(table: DecisionTable, scope: Scope, column: _Column, texts: list[str]) -> Iterator[Fault]:
    for number, (rule, text) in enumerate(zip(table.rules, texts, strict=True), 1):
        tree = scope.tests_tree(text, "") if text.strip() else None
        for part in tree.parts if tree else ():
            sentence = _word(part, column) or _constant(part, column)
            if sentence:
                yield Fault(rule.id, f"Rule {number}, “{column.label}”: {sentence}")
                break


def _word(part: ast.Node, column: _Column) -> str:
    """What to say of a name that is most likely a text without its quotation marks."""
    if not isinstance(part, ast.Name) or part.name in column.names or part.name == "?":
        return ""
    usual = _WORDS.get(part.name.lower())
    if part.name in column.quoted:
        usual = f'"{part.name}"'
    if usual:
        return f"`{part.name}` without quotation marks is the name of a value, and there is none; write `{usual}`."
    close = did_you_mean(part.name, column.quoted).removeprefix("; did you mean `").removesuffix("`?")
    return f'`{part.name}` is not known here; did you mean `"{close}"`, in quotation marks?' if close else ""


def _constant(part: ast.Node, column: _Column) -> str:
    """What to say of a constant that its column cannot hold."""
    for node in _ends(part):
        text = _shown(node)
        value = _value(node)
        if value is MISSING or isinstance(value, Range | list):
            continue
        if value is None:
            reason = "" if isinstance(node, ast.Literal) else _reason(node)
            if reason:
                return reason
            continue
        if node is part and _is_difference(node) and not column.is_output:
            low, high = text.split("-")
            return f"`{text}` is a subtraction; from {low} to {high} is written `[{low}..{high}]`."
        if column.kind and column.kind.kind in _PLAIN and not belongs(value, FeelType(column.kind.kind)):
            return f"the column is for {_kinds(column.kind.kind)}, and `{text}` is {_a(value)}.{_hint(value, column)}"
    return ""


def _ends(part: ast.Node) -> tuple[ast.Node, ...]:
    if isinstance(part, ast.UnaryRange):
        return (part.operand,)
    return (part.low, part.high) if isinstance(part, ast.RangeLiteral) else (part,)


def _value(node: ast.Node) -> Any:
    if "?" in all_names(node) or all_names(node) - BUILTINS.keys():
        return MISSING
    return constant(node)


def _reason(node: ast.Node) -> str:
    """Why the expression is null; nothing when it is so without a reason."""
    warnings: list[str] = []
    compile_node(node)(Frame({}, None, Run(warnings=warnings)))
    return warnings[0] if warnings else ""


def _is_difference(node: ast.Node) -> bool:
    """Whether it is one number minus another, as in `5-8`."""
    if not isinstance(node, ast.Chain) or len(node.rest) != 1 or node.rest[0][0] != "-":
        return False
    both = (node.first, node.rest[0][1])
    return all(isinstance(each, ast.Literal) and type(each.value) is Decimal for each in both)


def _shown(node: ast.Node) -> str:
    text = print_node(node)
    return text.replace(" - ", "-") if _is_difference(node) else text


def _kinds(kind: str) -> str:
    return {"string": "texts", "boolean": "true or false", "date and time": "dates with a time"}.get(kind, f"{kind}s")


def _a(value: Any) -> str:
    return _ARTICLES.get(name_of(value), f"a {name_of(value)}")


def _hint(value: Any, column: _Column) -> str:
    """How to write it instead, where that can be told."""
    kind = column.kind.kind if column.kind else ""
    if kind in ("date", "time", "date and time") and type(value) in (str, Decimal):
        return ' A date is written `date("2026-04-29")`.'
    if kind == "number" and type(value) is str:
        return " Numbers stand without quotation marks."
    if kind == "string" and type(value) is bool:
        return f' A text stands in quotation marks: `"{str(value).lower()}"`.'
    return " `true` and `false` stand without quotation marks." if kind == "boolean" and type(value) is str else ""
