"""The trace of a decision: plain data that says what was asked, what each cell answered and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.feel import decode, encode


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input came from: the field of the case, the task that asked, the person who answered."""

    field: str = ""
    task: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class InputTrace:
    """One input: its label, its expression, its value and where that came from."""

    name: str
    expression: str
    value: object
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class CellTrace:
    """One input cell: its text, and whether it holds (None when that cannot be told)."""

    text: str
    result: bool | None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: its id, its number (1 for the first), its cells, and what it says when it is hit."""

    id: str
    index: int
    cells: tuple[CellTrace, ...]
    annotations: tuple[tuple[str, str], ...] = ()
    guidance: tuple[str, ...] = ()
    outputs: tuple[tuple[str, object], ...] = ()

    @property
    def is_hit(self) -> bool:
        """Whether every cell holds."""
        return all(cell.result is True for cell in self.cells)

    @property
    def is_near_miss(self) -> bool:
        """Whether exactly one cell does not hold."""
        return sum(cell.result is not True for cell in self.cells) == 1


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened in one decision; a decision made without a table has no rules.

    `hits` and `near_misses` are rule numbers; `guidance` the ids of the decision and of the rules hit;
    `required` the traces of what it depended on, in the order they were made.
    """

    decision_id: str
    decision_name: str
    hit_policy: str = ""
    aggregation: str = ""
    inputs: tuple[InputTrace, ...] = ()
    rules: tuple[RuleTrace, ...] = ()
    hits: tuple[int, ...] = ()
    near_misses: tuple[int, ...] = ()
    default_used: bool = False
    output: object = None
    guidance: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    required: tuple[Trace, ...] = ()

    @property
    def annotations(self) -> tuple[tuple[str, str], ...]:
        """The annotations of the rules hit."""
        return tuple(note for rule in self.rules if rule.index in self.hits for note in rule.annotations)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; `from_json` gives an equal trace back."""
        data = asdict(replace(self, required=(), inputs=(), rules=(), output=None))
        data["output"] = _encoded(self.output)
        data["inputs"] = [asdict(replace(item, value=None)) | {"value": _encoded(item.value)} for item in self.inputs]
        data["rules"] = [_rule_json(rule) for rule in self.rules]
        data["required"] = [trace.to_json() for trace in self.required]
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Trace:
        """The trace that `to_json` wrote."""
        return Trace(
            decision_id=data["decision_id"],
            decision_name=data["decision_name"],
            hit_policy=data["hit_policy"],
            aggregation=data["aggregation"],
            inputs=tuple(_input_from(item) for item in data["inputs"]),
            rules=tuple(_rule_from(item) for item in data["rules"]),
            hits=tuple(data["hits"]),
            near_misses=tuple(data["near_misses"]),
            default_used=data["default_used"],
            output=decode(data["output"]),
            guidance=tuple(data["guidance"]),
            warnings=tuple(data["warnings"]),
            required=tuple(Trace.from_json(item) for item in data["required"]),
        )


def _encoded(value: object) -> Any:
    """JSON of the value; a function, which has none, is only named."""
    try:
        return encode(value)
    except TypeError:
        return {"function": True}


def _rule_json(rule: RuleTrace) -> dict[str, Any]:
    return {
        "id": rule.id,
        "index": rule.index,
        "cells": [{"text": cell.text, "result": cell.result} for cell in rule.cells],
        "annotations": [list(note) for note in rule.annotations],
        "guidance": list(rule.guidance),
        "outputs": [[name, _encoded(value)] for name, value in rule.outputs],
    }


def _rule_from(data: Mapping[str, Any]) -> RuleTrace:
    return RuleTrace(
        id=data["id"],
        index=data["index"],
        cells=tuple(CellTrace(cell["text"], cell["result"]) for cell in data["cells"]),
        annotations=tuple((name, note) for name, note in data["annotations"]),
        guidance=tuple(data["guidance"]),
        outputs=tuple((name, decode(value)) for name, value in data["outputs"]),
    )


def _input_from(data: Mapping[str, Any]) -> InputTrace:
    sources = tuple(Source(**source) for source in data["sources"])
    return InputTrace(data["name"], data["expression"], decode(data["value"]), sources)
