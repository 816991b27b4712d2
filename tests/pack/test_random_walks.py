"""Whatever people answer, in whatever order, no step fails and no case is left with nothing for anybody to do."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from engine.model.event import TaskCompleted
from tests.pack.walking import ROOT, Walk, begin

STEPS, CHANGES = 150, 0.04
RARE = ("emergency protection", "child left")
KEEPS_GOING = {
    "immediate_danger": "no",
    "route": "child_protection_and_legal_planning",
    "rcpc_outcome": "continue",
    "sm_lpm_decision": "hold_lpm",
    "lpm_outcome": "pre_proceedings",
}


@cache
def fields(form: str) -> list[dict[str, Any]]:
    """A form's components as form-js keeps them."""
    found: list[dict[str, Any]] = json.loads((ROOT / "forms" / f"{form}.form").read_text("utf-8"))["components"]
    return found


def answers(components: list[dict[str, Any]], walk: Walk, chance: random.Random) -> dict[str, object]:
    """An answer to every question: any choice, today's date, up to two rows of a list."""
    found: dict[str, object] = {}
    for each in components:
        inner, name = each.get("components", []), str(each.get("key") or each.get("path") or "")
        if each["type"] == "dynamiclist":
            found[name] = [answers(inner, walk, chance) for _ in range(chance.randint(0, 2))]
        elif inner:
            found |= answers(inner, walk, chance)
        elif name:
            found[name] = answer(each, walk, chance)
    return found


def answer(question: dict[str, Any], walk: Walk, chance: random.Random) -> object:
    """One answer."""
    choices = [choice["value"] for choice in question.get("values", [])]
    if question["type"] in ("radio", "select"):
        going_on = KEEPS_GOING.get(question["key"])
        return going_on if going_on in choices and chance.random() < 0.7 else chance.choice(choices or ["north"])
    known = {"datetime": walk.now.date(), "checkbox": chance.random() < 0.5, "checklist": [], "number": 1}
    return known.get(question["type"], "In words")


def step(walk: Walk, chance: random.Random) -> str:
    """Somebody does a task, records a change, or time passes; the task's element id where one was done."""
    changes = [wait for wait in walk.waits.values() if wait.properties.get("recordableForm")]
    if changes and chance.random() < CHANGES:
        change = chance.choice(changes)
        if change.message not in RARE or chance.random() < 0.1:
            walk.record(change.message, **answers(fields(change.properties["recordableForm"]), walk, chance))
            return ""
    if chance.random() < 0.2:
        walk.until((walk.now + timedelta(days=chance.randint(1, 40))).date().isoformat())
        return ""
    task = chance.choice(list(walk.tasks.values()))
    walk.step(TaskCompleted(task.task_id, answers(fields(task.form_id), walk, chance)))
    return task.element_id


@pytest.mark.parametrize("seed", range(30))
def test_no_answer_strands_a_case(seed: int) -> None:
    chance = random.Random(seed)
    walk = begin(chance.choice(["yes", "no"]))
    for _ in range(STEPS):
        if walk.last.ended:
            break
        assert walk.tasks, [token.element_id for token in walk.last.tokens]
        step(walk, chance)
    assert not (walk.last.ended and (walk.tasks or walk.timers or walk.waits))
