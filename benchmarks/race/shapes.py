"""The workloads: one shape each, drawn in the words of each contestant.

`FEEL` and `PYTHON` are the two ways to write the same condition: SpiffWorkflow's own expressions are Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

STRAND = 20
ROUNDS = 400
YES = {"answer": "yes"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' id="defs" targetNamespace="http://bpmn.io/schema/bpmn">'
)
_OURS = (
    "<bpmn:extensionElements><zeebe:userTask/>"
    '<zeebe:formDefinition formId="{form}"/><zeebe:assignmentDefinition candidateGroups="worker"/>'
    "</bpmn:extensionElements>"
)


@dataclass(frozen=True)
class Words:
    """What differs between the dialects: a condition, a duration, and what a person's task carries."""

    condition: str
    duration: str
    task: str


FEEL = Words('=answer = "yes"', "P30D", _OURS)
PYTHON = Words("answer == 'yes'", '"P30D"', "")


def visit(number: int) -> dict[str, str]:
    """The answers of one round of the loop, unlike those before: four, as many as the middle form of the pack asks."""
    held = date(2026, 3, 2) + timedelta(weeks=number)
    views = f"Visit {number}: it is quieter at home, and we would like it to stay that way."
    return {
        "held_on": held.isoformat(),
        "views": views,
        "direction": ("lower", "higher")[number % 2],
        "answer": "yes",
    }


def short(words: Words) -> str:
    """W1: a person's task, a gateway, another person's task."""
    body = (
        '<bpmn:startEvent id="s"/>',
        _task("first", words),
        '<bpmn:exclusiveGateway id="g" default="g_e"/>',
        _task("second", words),
        '<bpmn:endEvent id="e"/>',
        *_flows(("s", "first"), ("first", "g"), ("g", "e"), ("second", "e")),
        _when("g", "second", words),
    )
    return _process("short", body)


def loop(words: Words) -> str:
    """W2: one task, done again for as long as the answer is yes.

    Not a gateway more: past a thousand levels of its tree (two a round) SpiffWorkflow no longer finds the open task.
    """
    body = (
        '<bpmn:startEvent id="s"/>',
        _task("again", words, form="visit"),
        '<bpmn:exclusiveGateway id="g" default="g_e"/><bpmn:endEvent id="e"/>',
        *_flows(("s", "again"), ("again", "g"), ("g", "e")),
        _when("g", "again", words),
    )
    return _process("loop", body)


def strands(words: Words) -> str:
    """W3: two parallel strands of 20 tasks, a timer on the border of each that skips it when it is late."""
    sides = [f"{side}{number}" for side in "ab" for number in range(STRAND)]
    body = (
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/><bpmn:endEvent id="e"/>',
        *(_task(name, words) for name in sides),
        *(_timer(name, words) for name in sides),
        *_flows(("s", "f"), ("f", "a0"), ("f", "b0"), ("j", "e")),
        *_flows(*((name, _next(name)) for name in sides)),
        *_flows(*((f"late_{name}", _next(name)) for name in sides)),
    )
    return _process("strands", body)


SHAPES = {"W1": short, "W2": loop, "W3": strands}


def _next(name: str) -> str:
    """The task after this one, else the join."""
    side, number = name[0], int(name[1:])
    return f"{side}{number + 1}" if number + 1 < STRAND else "j"


def _task(name: str, words: Words, form: str = "step") -> str:
    return f'<bpmn:userTask id="{name}" name="{name}">{words.task.format(form=form)}</bpmn:userTask>'


def _timer(name: str, words: Words) -> str:
    return (
        f'<bpmn:boundaryEvent id="late_{name}" attachedToRef="{name}" cancelActivity="true">'
        f'<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{words.duration}'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


def _flows(*pairs: tuple[str, str]) -> Iterator[str]:
    for source, target in pairs:
        yield f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


def _when(source: str, target: str, words: Words) -> str:
    condition = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{words.condition}'
    flow = f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
    return f"{flow}{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>"


def _process(name: str, body: tuple[str, ...]) -> str:
    inside = f'<bpmn:process id="{name}" isExecutable="true">{"".join(body)}</bpmn:process>'
    return f"{_HEAD}{inside}</bpmn:definitions>"
