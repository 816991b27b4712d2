"""The decision tables of a version, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine import queries
from engine.dmn import Decision, DecisionTable, DmnError, parse_dmn
from engine.web.shell import shell
from engine.web.words import joined

_LITERAL = re.compile(r'"([^"]*)"')
_LITERALS = re.compile(r'"[^"]*"(\s*,\s*"[^"]*")*')
HIT_POLICIES = {
    "UNIQUE": "Exactly one row fits.",
    "FIRST": "The first row that fits, from the top, holds.",
    "ANY": "Several rows may fit, and then they say the same.",
    "PRIORITY": "Of the rows that fit, the one with the most important answer holds.",
    "COLLECT": "All rows that fit hold.",
    "RULE ORDER": "All rows that fit hold, in the order of the table.",
    "OUTPUT ORDER": "All rows that fit hold, the most important answer first.",
}


@dataclass(frozen=True)
class ShownTable:
    """A decision with its table: `rows` are (number, cells asked, cells answered, notes)."""

    id: str
    name: str
    question: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]
    guidance: tuple[str, ...]


@lru_cache(maxsize=8)
def tables(digest: str) -> Mapping[str, ShownTable]:
    """Decision id -> table of a version; read once, since a digest names its content for ever."""
    files = queries.policy_files(shell().uow, digest=digest).files
    found = [decision for path, data in sorted(files.items()) if path.endswith(".dmn") for decision in _decisions(data)]
    return {each.id: _shown(each, each.table) for each in found if each.table is not None}


def _decisions(data: bytes) -> list[Decision]:
    """The decisions of a file; the gate has refused files that cannot be read."""
    try:
        return list(parse_dmn(data).decisions.values())
    except DmnError:
        return []


def cell(text: str) -> str:
    """A cell as people read it: quoted words without their quotes, several joined by "or"; other FEEL as it is."""
    words = _LITERALS.fullmatch(text.strip()) and _LITERAL.findall(text)
    return joined((word.replace("_", " ") for word in words), "or") if words else text


def _shown(decision: Decision, table: DecisionTable) -> ShownTable:
    """A decision's table in the words of its columns."""
    notes = tuple(dict.fromkeys(name for rule in table.rules for name, _ in rule.annotations))
    rows = tuple(
        (
            number,
            tuple(map(cell, rule.inputs)),
            tuple(map(cell, rule.outputs)),
            tuple(dict(rule.annotations).get(name, "") for name in notes),
        )
        for number, rule in enumerate(table.rules, 1)
    )
    return ShownTable(
        id=decision.id,
        name=decision.name,
        question=decision.question or decision.description,
        policy=HIT_POLICIES.get(table.hit_policy, table.hit_policy),
        inputs=tuple(clause.label or clause.expression for clause in table.inputs),
        outputs=tuple(clause.label or clause.name or decision.name for clause in table.outputs),
        notes=notes,
        rows=rows,
        guidance=tuple(dict.fromkeys([*decision.guidance, *(g for rule in table.rules for g in rule.guidance)])),
    )
