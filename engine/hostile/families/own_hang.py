"""Models of our own dialect that would run for ever, or flood: what the gate must refuse, and what only data can do.

What no gate can see, because it comes with the answers, must be stopped by the budget of a step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from engine.hostile.families.own_code import Files
from engine.hostile.packs import diagram, element, flow, line, timer, user_task

_MANY = {
    "type": "default",
    "id": "many",
    "schemaVersion": 18,
    "components": [{"type": "number", "id": "many_1", "key": "many", "label": "Many"}],
}
#: A form that asks for a number.
FORMS: Mapping[str, bytes] = {"many": json.dumps(_MANY).encode()}
_AGAIN = '<bpmn:messageEventDefinition messageRef="again" />'
_MESSAGE = '<bpmn:message id="again" name="again" />'
_START, _END = element("startEvent", "start"), element("endEvent", "end")


@dataclass(frozen=True)
class Flood:
    """A model that is accepted and floods by the answer to its first task; `stops` says that the step must not be
    taken, else it may be taken within its budget."""

    diagram: bytes
    answers: Mapping[str, object] = field(default_factory=dict)
    stops: bool = True


def _one(*steps: str, extra: str = "") -> Files:
    return {"hang.bpmn": line("hang", *steps, extra=extra)}


def _each(collection: str) -> str:
    about = f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="each" />'
    extension = f"<bpmn:extensionElements>{about}</bpmn:extensionElements>"
    return f"<bpmn:multiInstanceLoopCharacteristics>{extension}</bpmn:multiInstanceLoopCharacteristics>"


def _gateway_loop() -> Files:
    gateways = (element("exclusiveGateway", "join"), element("exclusiveGateway", "fork", default="back"))
    flows = (flow("start", "join"), flow("join", "fork"), flow("fork", "join", id="back"))
    return {"hang.bpmn": diagram("hang", _START, *gateways, _END, *flows, flow("fork", "end", "=1 = 2"))}


def _message_loop() -> Files:
    throw = element("intermediateThrowEvent", "throw", _AGAIN)
    flows = (flow("start", "join"), flow("join", "throw"), flow("throw", "join"))
    return {"hang.bpmn": diagram("hang", _START, element("exclusiveGateway", "join"), throw, *flows, extra=_MESSAGE)}


def _echo() -> Files:
    """A message that throws itself again each time it is heard."""
    hear = element("boundaryEvent", "hear", _AGAIN, attachedToRef="stay", cancelActivity="false")
    shouts = (element("intermediateThrowEvent", "shout", _AGAIN), element("intermediateThrowEvent", "first", _AGAIN))
    ends = tuple(element("endEvent", f"end{number}") for number in (1, 2, 3))
    flows = ("start fork", "fork stay", "stay end1", "hear shout", "shout end2", "fork begin", "begin first")
    joined = [flow(*each.split()) for each in (*flows, "first end3")]
    tasks = (user_task("stay"), user_task("begin"), element("parallelGateway", "fork"))
    return {"hang.bpmn": diagram("hang", _START, *tasks, hear, *shouts, *ends, *joined, extra=_MESSAGE)}


def _boundary(cycle: str) -> Files:
    hit = element("boundaryEvent", "hit", timer("timeCycle", cycle), attachedToRef="task", cancelActivity="false")
    flows = (flow("start", "task"), flow("task", "end"), flow("hit", "late"))
    return {"hang.bpmn": diagram("hang", _START, user_task("task"), hit, _END, element("endEvent", "late"), *flows)}


def _catch(kind: str, text: str) -> Files:
    return _one(element("intermediateCatchEvent", "hit", timer(kind, text)))


def _call(process_id: str, other: str) -> bytes:
    called = f'<zeebe:calledElement processId="{other}" />'
    return line(process_id, element("callActivity", f"call_{other}", "", called))


def _condition(feel: str) -> bytes:
    nodes = (_START, user_task("ask", form="many"), element("exclusiveGateway", "fork", default="other"))
    flows = (flow("start", "ask"), flow("ask", "fork"), flow("fork", "end", escape(feel), id="hit"))
    other = flow("fork", "end2", id="other")
    return diagram("hang", *nodes, _END, element("endEvent", "end2"), *flows, other)


def _standard_loop() -> Files:
    condition = "<bpmn:loopCondition>=true</bpmn:loopCondition>"
    loop = f'<bpmn:standardLoopCharacteristics testBefore="true">{condition}</bpmn:standardLoopCharacteristics>'
    return _one(element("userTask", "hit", loop, "<zeebe:userTask />"))


def _nested() -> bytes:
    inner = element("startEvent", "start1") + user_task("inside", inner=_each("=for i in 1..many return i"))
    inner += element("endEvent", "end1") + flow("start1", "inside") + flow("inside", "end1")
    body = element("subProcess", "hit", _each("=for i in 1..many return i") + inner)
    return line("hang", user_task("ask", form="many"), body)


_LONG_TEXT = 'string length(string join(for i in 1..{} return "aaaaaaaaaa")) > 1'
_ASK = user_task("ask", form="many")

#: What the gate must refuse by itself, naming one of the elements: case -> (files, elements).
REFUSED: Mapping[str, tuple[Files, tuple[str, ...]]] = {
    "gateway_loop": (_gateway_loop(), ("join", "fork")),
    "mi_10_million": (_one(user_task("hit", inner=_each("=for i in 1..10000000 return i"))), ("hit",)),
    "standard_loop_true": (_standard_loop(), ("hit",)),
    "cycle_PT0S": (_catch("timeCycle", "R/PT0S"), ("hit",)),
    "boundary_cycle_PT0S": (_boundary("R/PT0S"), ("hit",)),
    "recursive_call": ({"hang.bpmn": _call("hang", "hang")}, ("call_hang", "start")),
    "duration_99999999Y": (_catch("timeDuration", "P99999999Y"), ("hit",)),
    "throw_message_loop": (_message_loop(), ("join", "throw")),
    "nested_mi_200x200": (_one(user_task("hit", inner=_each("=for i in 1..200, j in 1..200 return i"))), ("hit",)),
    "cycle_from_2020_hourly": (_catch("timeCycle", "R/2020-01-01T00:00:00Z/PT1H"), ("hit",)),
    "duration_overflow": (_catch("timeDuration", "P1000000000000D"), ("hit",)),
    "string_repeat_condition": ({"hang.bpmn": _condition("=" + _LONG_TEXT.format(100_000_000))}, ("hit",)),
}
#: More of the same that the gate must refuse.
MORE_REFUSED: Mapping[str, tuple[Files, tuple[str, ...]]] = {
    "throw_message_loop": (_echo(), ("hear", "shout")),
    "boundary_cycle_PT0S": (_boundary("R3/PT0S"), ("hit",)),
}
#: What only the pack as a whole shows, so that it is refused when it is submitted: case -> (files, elements).
REFUSED_TOGETHER: Mapping[str, tuple[Files, tuple[str, ...]]] = {
    "recursive_call": (
        {"one.bpmn": _call("one", "two"), "two.bpmn": _call("two", "one")},
        ("start", "call_two", "call_one"),
    ),
}
#: What comes with the answers.
FLOODS: Mapping[str, Flood] = {
    "mi_10_million": Flood(
        line("hang", _ASK, user_task("hit", inner=_each("=for i in 1..many return i"))), {"many": 10_000_000}
    ),
    "chain_1000": Flood(
        line("hang", _ASK, *(element("intermediateThrowEvent", f"t{number}") for number in range(1000))), {"many": 1}
    ),
    "nested_mi_200x200": Flood(_nested(), {"many": 90}),
    "condition_power": Flood(_condition("=many**many**many**many > 1"), {"many": 999_999_999}, stops=False),
    "string_repeat_condition": Flood(_condition("=" + _LONG_TEXT.format("many")), {"many": 100_000_000}),
    "duration_99999999Y": Flood(
        line(
            "hang", user_task("ask"), element("intermediateCatchEvent", "hit", timer("timeDuration", "=duration(note)"))
        ),
        {"note": "P99999999Y"},
    ),
    "duration_overflow": Flood(
        line(
            "hang", user_task("ask"), element("intermediateCatchEvent", "hit", timer("timeDuration", "=duration(note)"))
        ),
        {"note": "P1000000000000D"},
    ),
}
