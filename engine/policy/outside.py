"""Functions in tables that are written outside FEEL: never called here, so refused beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.dmn import DecisionModel, DecisionTable
from engine.dmn.model import FunctionDefinition, Logic, Text
from engine.feel import FeelSyntaxError, parse_expression, parse_unary_tests
from engine.feel.names import reaches_outside
from engine.model.errors import Fault
from engine.policy.calls import texts_of

_SENTENCE = "It defines an external function{}: nothing but FEEL is ever run."


def outside_functions(path: str, model: DecisionModel) -> list[Fault]:
    """A fault for each function of a model that is written in another language."""
    decided = [(each.id, each.logic) for each in model.decisions.values()]
    known = [(each.id, each.logic) for each in model.knowledge.values()]
    return [fault for owner, logic in [*decided, *known] for fault in _faults(path, owner, logic)]


def _faults(path: str, owner: str, logic: object) -> Iterator[Fault]:
    for part in _parts(logic):
        if isinstance(part, FunctionDefinition) and part.kind != "FEEL":
            yield Fault(path, part.id or owner, _SENTENCE.format(f" written in {part.kind[:40]}"))
        for element, text, is_test in texts_of(part):
            if _is_outside(text, is_test):
                yield Fault(path, element or owner, _SENTENCE.format(""))


def _parts(logic: object) -> Iterator[object]:
    """A piece of logic and every piece in it."""
    waiting = [logic]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, Logic):
            yield part
        if is_dataclass(part) and not isinstance(part, DecisionTable | Text | type):
            waiting.extend(getattr(part, each.name) for each in fields(part))


def _is_outside(text: str, is_test: bool) -> bool:
    if "external" not in text:
        return False
    try:
        return reaches_outside(parse_unary_tests(text).tree if is_test else parse_expression(text).tree)
    except FeelSyntaxError:
        return False  # reading the model has said so
