"""The table that every engine decides: three inputs, eight rules, cells that all of their languages share."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

INPUTS = (("size", "string"), ("score", "number"), ("weeks", "number"))
RULES = (
    ('"large"', ">= 70", "", "stop"),
    ('"large"', "< 70", ">= 8", "look again"),
    ('"large"', "< 70", "< 8", "go on"),
    ('"medium"', ">= 80", "", "look again"),
    ('"medium"', "< 80", ">= 12", "look again"),
    ('"medium"', "< 80", "< 12", "go on"),
    ('"small"', ">= 90", "", "look again"),
    ('"small"', "< 90", "", "go on"),
)
CASES = tuple(
    ({"size": size, "score": score, "weeks": weeks}, advice)
    for size, score, weeks, advice in (
        ("large", 80, 3, "stop"),
        ("large", 50, 9, "look again"),
        ("large", 50, 2, "go on"),
        ("medium", 85, 4, "look again"),
        ("medium", 20, 12, "look again"),
        ("medium", 20, 11, "go on"),
        ("small", 95, 1, "look again"),
        ("small", 40, 30, "go on"),
    )
)
"""Inputs and the advice that must come out: each rule once."""


def _rule(number: int, rule: tuple[str, ...]) -> str:
    inputs = "".join(
        f'<inputEntry id="r{number}i{place}"><text>{escape(cell)}</text></inputEntry>'
        for place, cell in enumerate(rule[:-1])
    )
    output = f'<outputEntry id="r{number}o"><text>"{rule[-1]}"</text></outputEntry>'
    return f'<rule id="r{number}">{inputs}{output}</rule>'


def as_dmn() -> bytes:
    """The table as DMN 1.3, hit policy UNIQUE."""
    columns = "".join(
        f'<input id="i_{name}" label="{name}"><inputExpression id="e_{name}" typeRef="{kind}">'
        f"<text>{name}</text></inputExpression></input>"
        for name, kind in INPUTS
    )
    rules = "".join(_rule(number, rule) for number, rule in enumerate(RULES, 1))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        '<decision id="advice" name="advice"><decisionTable id="t" hitPolicy="UNIQUE">'
        f'{columns}<output id="o" name="advice" typeRef="string"/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def as_jdm() -> str:
    """The table as zen-engine's own JSON, hit policy first (it has no unique)."""
    rules = [
        {"_id": f"r{number}", **{name: cell for (name, _), cell in zip(INPUTS, rule[:-1], strict=True)}}
        | {"advice": f'"{rule[-1]}"'}
        for number, rule in enumerate(RULES, 1)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "type": "expression", "field": name} for name, _ in INPUTS],
        "outputs": [{"id": "advice", "name": "advice", "type": "expression", "field": "advice"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def as_conditions() -> list[tuple[str, str]]:
    """Each rule as one FEEL condition and its advice, for engines that know expressions but no tables."""
    return [(" and ".join(_condition(rule)), f'"{rule[-1]}"') for rule in RULES]


def _condition(rule: tuple[str, ...]) -> list[str]:
    named = zip((name for name, _ in INPUTS), rule[:-1], strict=True)
    return [f"{name} = {cell}" if cell.startswith('"') else f"{name} {cell}" for name, cell in named if cell]
