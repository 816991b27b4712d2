"""Calls in decision tables of functions that nobody defines: null at every evaluation, so refused beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import DecisionModel, DecisionTable
from engine.dmn.model import Text
from engine.feel import FeelSyntaxError, parse_expression, parse_unary_tests
from engine.feel.ast import Node
from engine.feel.expression import ALWAYS
from engine.feel.names import did_you_mean, free_names
from engine.model.errors import Fault


def unknown_functions(path: str, model: DecisionModel) -> list[Fault]:
    """A fault for each cell, input or literal expression that calls a function which does not exist."""
    known = {*ALWAYS, "deadline", *_own(model)}
    faults: list[Fault] = []
    for decision in model.decisions.values():
        for element, text, is_test in texts_of(decision.logic):
            for name in _called(text, known, is_test):
                close = did_you_mean(name, known)
                faults.append(
                    Fault(path, element, f"“{text[:60]}” calls `{name[:60]}`, which is not a function{close or '.'}")
                )
    return faults


def _own(model: DecisionModel) -> set[str]:
    """What a model may call of its own: anything it names, since values may be functions."""
    return own_names(model) | {each.name for each in model.inputs.values()}


def own_names(model: DecisionModel) -> set[str]:
    """The names of a model's decisions, knowledge, services and imports."""
    decided = {each.name for each in model.decisions.values()}
    known = {each.name for each in model.knowledge.values()}
    return decided | known | {each.name for each in model.services.values()} | set(model.imports)


def texts_of(logic: object) -> Iterator[tuple[str, str, bool]]:
    """Element id, FEEL text, and whether it is a test, of a table or a literal expression."""
    if isinstance(logic, Text):
        yield logic.id, logic.text, False
    elif isinstance(logic, DecisionTable):
        for clause in logic.inputs:
            yield clause.id, clause.expression, False
        for rule in logic.rules:
            yield from ((rule.id, text, True) for text in rule.inputs)
            yield from ((rule.id, text, False) for text in rule.outputs)


def _called(text: str, known: set[str], is_test: bool) -> Iterator[str]:
    if not text.strip() or text.strip() == "-":
        return
    try:
        parsed = parse_unary_tests(text, names=known) if is_test else parse_expression(text, names=known)
    except FeelSyntaxError:
        return  # reading the model has said so
    tree: Node = parsed.tree
    for name, where in free_names(tree):
        if where == "call" and name.name not in known:
            yield name.name
