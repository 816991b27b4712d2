"""What is refused, and that the refusal names the element in words."""

from __future__ import annotations

import time

import pytest

from engine.bpmn.gate import Known, check_diagram, check_diagrams
from tests.bpmn.gate.drawing import (
    HEAD,
    call,
    chain,
    decision,
    diagram,
    element,
    files,
    flow,
    message,
    properties,
    timer,
)


def refusals(inside: str, *, beside: str = "", known: Known | None = None) -> dict[str, str]:
    """The faults of one diagram: by element, all that is said of it."""
    found: dict[str, str] = {}
    for fault in check_diagram("p.bpmn", diagram(inside, beside=beside), known):
        found[fault.element] = f"{found.get(fault.element, '')} {fault.sentence}".strip()
    return found


PAYLOADS = [
    "__import__('pathlib').Path('x').write_text('x')",
    "=__import__('pathlib').Path('x').write_text('x')",
    '=__import__("pathlib").Path("x").write_text("x")',
    '=open("x", "w").write("x")',
    "=().__class__.__base__.__subclasses__()",
    '=[c for c in [1]][0].__init__.__globals__["system"]("touch x")',
    '=getattr(__builtins__, "eval")("1")',
    "=(lambda g: g.gi_frame.f_builtins)((x for x in [1]))",
    '=eval("1")',
    "=exec",
    "=x.__class__",
]
CODE = [payload for payload in PAYLOADS if payload not in ("=exec", "=x.__class__")]


def escaped(text: str) -> str:
    """Text as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@pytest.mark.parametrize("payload", CODE)
def test_code_is_refused_wherever_an_expression_may_stand(payload: str) -> None:
    code = escaped(payload)
    loop = (
        f"<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="
        f'"{code}"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )
    until = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="
        f'"=parents"/></bpmn:extensionElements><bpmn:completionCondition>{code}</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    out = loop.replace(f'inputCollection="{code}"', f'inputCollection="=x" outputCollection="y" outputElement="{code}"')
    advice = properties(advice=code, adviceAnswer="a", adviceReason="b")
    places = {
        "condition": decision(code),
        "inclusive condition": decision(code, "inclusiveGateway"),
        "input": chain(element("userTask", "t", extensions=mapping("input", code))),
        "output": chain(element("userTask", "t", extensions=mapping("output", code))),
        "service input": chain(element("serviceTask", "t", extensions=JOB + mapping("input", code))),
        "due": chain(element("userTask", "t", extensions=f'<zeebe:taskSchedule dueDate="{code}"/>')),
        "follow up": chain(element("userTask", "t", extensions=f'<zeebe:taskSchedule followUpDate="{code}"/>')),
        "assignee": chain(element("userTask", "t", extensions=f'<zeebe:assignmentDefinition assignee="{code}"/>')),
        "groups": chain(element("userTask", "t", extensions=f'<zeebe:assignmentDefinition candidateGroups="{code}"/>')),
        "collection": chain(element("userTask", "t", loop)),
        "completion": chain(element("userTask", "t", until)),
        "output element": chain(element("userTask", "t", out)),
        "date": chain(element("intermediateCatchEvent", "t", timer("timeDate", code))),
        "duration": chain(element("intermediateCatchEvent", "t", timer("timeDuration", code))),
        "cycle": chain(element("userTask", "t")) + boundary(timer("timeCycle", code), cancelActivity="false"),
        "decision": chain(element("businessRuleTask", "t", extensions=f'<zeebe:calledDecision decisionId="{code}"/>')),
        "call": chain(call("t", code)),
        "form": chain(element("userTask", "t", extensions=f'<zeebe:formDefinition formId="{code}"/>'))
        if payload.startswith("=")
        else decision(code),
        "job": chain(element("serviceTask", "t", extensions=f'<zeebe:taskDefinition type="{code}"/>')),
        "advice": chain(element("userTask", "t", extensions=advice)),
    }  # fmt: skip
    accepted = [place for place, inside in places.items() if not refusals(inside)]
    assert accepted == []


JOB = '<zeebe:taskDefinition type="job"/>'
CONDITION = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=x</bpmn:conditionExpression>'


def mapping(direction: str, source: str, target: str = "a") -> str:
    """A zeebe:ioMapping of one line."""
    return f'<zeebe:ioMapping><zeebe:{direction} source="{source}" target="{target}"/></zeebe:ioMapping>'


def boundary(inner: str, host: str = "t", **attributes: str) -> str:
    """A boundary event with its way out."""
    event = element("boundaryEvent", "b", inner, attachedToRef=host, **attributes)
    return event + '<bpmn:endEvent id="be"/>' + flow("bf", "b", "be")


@pytest.mark.parametrize("payload", ["=exec", "=x.__class__"])
def test_a_name_is_only_ever_a_variable(payload: str) -> None:
    """FEEL looks names up in the case's variables and paths in contexts: these are null, and run nothing."""
    found = refusals(decision(payload))
    assert found == {} or "f2" in found


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("scriptTask", "no script is ever run"),
        ("task", "does not say who or what does it"),
        ("manualTask", "make it a user task"),
        ("adHocSubProcess", "not supported"),
        ("transaction", "not supported"),
        ("complexGateway", "not supported"),
    ],
)
def test_elements_outside_the_dialect_are_refused_by_name(tag: str, says: str) -> None:
    found = refusals(chain(element(tag, "t", name="Work it out")))
    assert says in found["t"]
    assert "“Work it out” (t)" in found["t"]


EXTENSIONS = [
    ('<zeebe:script expression="=1" resultVariable="x"/>', "no script is ever run"),
    ("<zeebe:executionListeners/>", "listeners"),
    ("<zeebe:taskListeners/>", "listeners"),
    ('<zeebe:priorityDefinition priority="1"/>', "priority"),
    ('<x:preScript xmlns:x="http://spiffworkflow.org/bpmn/schema/1.0/core">x=1</x:preScript>', "SpiffWorkflow"),
    ('<x:formData xmlns:x="http://camunda.org/schema/1.0/bpmn"/>', "Camunda 7"),
    ('<x:y xmlns:x="urn:x"/>', "another product (urn:x)"),
    ('<zeebe:calledDecision decisionId="d" resultVariable="x"/>', "means nothing on a user task"),
    ('<zeebe:formDefinition formKey="k"/>', "name the form by its form ID"),
    ('<zeebe:formDefinition formId="=f"/>', "must be fixed"),
    ('<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="1"/>', "another version"),
    ('<zeebe:formDefinition formId="f"/><zeebe:formDefinition formId="g"/>', "2 times"),
    ('<zeebe:assignmentDefinition candidateUsers="a"/>', "candidateUsers"),
    ('<zeebe:taskSchedule dueDate="in ten days"/>', "due date that is none"),
    (mapping("input", "1"), "begins with “=”"),
    (mapping("input", "=1", "case_id"), "reserved"),
    (mapping("output", "=1", "_x"), "is not a name"),
    (mapping("output", "=1", "a.b-c"), "is not a name"),
    (properties(guidence="F-01"), "“guidence”, which is not known"),
    (properties(guidance="F16"), "not the id of a sentence"),
    (properties(outcome="x"), "means nothing on a user task"),
    (properties(advice="a.b"), "together"),
    (properties(doneAt="held on"), "key of an answer"),
]  # fmt: skip


@pytest.mark.parametrize(("extension", "says"), EXTENSIONS)
def test_extensions_that_mean_nothing_are_refused(extension: str, says: str) -> None:
    found = refusals(chain(element("userTask", "t", extensions=extension)))
    assert says in found["t"], found


TIMERS = [
    ("timeDuration", ""),
    ("timeDuration", "P"),
    ("timeDuration", "PT"),
    ("timeDuration", "PT0S"),
    ("timeDuration", "-P1D"),
    ("timeDuration", "ten days"),
    ("timeDuration", "P99999999Y"),
    ("timeDuration", "P1000000000000D"),
    ("timeDuration", "P101Y"),
    ("timeDuration", "=duration(&quot;PT0S&quot;)"),
    ("timeDuration", "=duration(&quot;-P1D&quot;)"),
    ("timeDuration", "=duration(&quot;ten days&quot;)"),
    ("timeDuration", "=&quot;ten days&quot;"),
    ("timeDuration", "=5"),
    ("timeDuration", "=duration(&quot;P99999999Y&quot;)"),
    ("timeDate", "2026-W23"),
    ("timeDate", "2026-10-25T01:30"),
    ("timeDate", "2026-02-30"),
    ("timeDate", "soon"),
    ("timeDate", "=null"),
    ("timeCycle", "R3/P1D"),
]


@pytest.mark.parametrize(("kind", "text"), TIMERS)
def test_timers_that_say_no_time_are_refused(kind: str, text: str) -> None:
    assert "t" in refusals(chain(element("intermediateCatchEvent", "t", timer(kind, text))))


@pytest.mark.parametrize(
    "text", ["R/PT1H", "R0/P1D", "R3/PT0S", "R3/PT59S", "R/2020-01-01T00:00:00Z/PT1H", "R99999/P1D", "=cycle(3)", "=x"]
)
def test_repeats_that_do_not_end_or_rest_are_refused(text: str) -> None:
    task = chain(element("userTask", "t"))
    assert "b" in refusals(task + boundary(timer("timeCycle", text), cancelActivity="false"))


def test_a_repeat_on_an_interrupting_event_is_refused() -> None:
    assert "repeats" in refusals(chain(element("userTask", "t")) + boundary(timer("timeCycle", "R3/P1D")))["b"]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("progress = 1", "begins with “=”"),
        ("=progress =", "is not FEEL"),
        ("=1", "neither true nor false"),
        ("=9**99999999 &gt; 1", "costs more than any expression may"),
        ("=count(for i in 1..100000000 return i) &gt; 1", "costs more"),
        ("=lenght(x) &gt; 1", "`lenght`, which is not a function"),
        ("=x &gt; 1<!-- and not(y) -->", "comment"),
        ("=x <!-- a --> = 1", "comment"),
    ],
)
def test_conditions_that_decide_nothing_are_refused(condition: str, says: str) -> None:
    found = check_diagram("p.bpmn", diagram(decision(condition)))
    assert any(says in fault.sentence and fault.element == "f2" for fault in found), found


def test_a_condition_on_a_flow_out_of_a_task_is_refused() -> None:
    inside = chain(element("userTask", "t")).replace(flow("f1", "t", "e"), flow("f1", "t", "e", "=x"))
    assert "would not be looked at" in refusals(inside)["f1"]


@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_a_gateway_that_could_be_stuck_is_refused(gateway: str) -> None:
    inside = decision("=x", gateway, default=None).replace(flow("f3", "g", "e2"), flow("f3", "g", "e2", "=y"))
    assert "would be stuck" in refusals(inside)["g"]


def test_a_way_out_without_a_reason_is_refused() -> None:
    assert "has no condition" in refusals(decision("=x", default=None))["f3"]


def test_a_default_with_a_condition_is_refused() -> None:
    inside = decision("=x").replace(flow("f3", "g", "e2"), flow("f3", "g", "e2", "=y"))
    assert "is the default and has a condition" in refusals(inside)["f3"]


SERVICE = chain(element("serviceTask", "t", extensions=JOB))
BROKEN = {
    "flow to nowhere": (chain(element("userTask", "t")) + flow("x", "t", "nope"), "x"),
    "flow from nowhere": (chain(element("userTask", "t")) + flow("x", "nope", "t"), "x"),
    "boundary without a host": (chain(element("userTask", "t")) + boundary(timer("timeDuration", "P1D"), "zzz"), "b"),
    "default that does not leave": (decision("=x", default="f1"), "g"),
    "default that is not": (decision("=x", default="nope"), "g"),
    "message that is not": (chain(element("receiveTask", "t", messageRef="nope")), "t"),
    "receive task without a message": (chain(element("receiveTask", "t")), "t"),
    "message event without a message": (
        chain(element("intermediateCatchEvent", "t", "<bpmn:messageEventDefinition/>")), "t"),
    "error that is not": (
        SERVICE + boundary('<bpmn:errorEventDefinition errorRef="nope"/>'), "b"),
    "incoming that is not": (chain(element("userTask", "t", "<bpmn:incoming>nope</bpmn:incoming>")), "t"),
    "outgoing of another": (chain(element("userTask", "t", "<bpmn:outgoing>f0</bpmn:outgoing>")), "t"),
    "send task that sends nothing": (chain(element("sendTask", "t")), "t"),
    "service task without a job": (chain(element("serviceTask", "t")), "t"),
    "rule task without a table": (chain(element("businessRuleTask", "t")), "t"),
    "call of nothing": (chain(element("callActivity", "t")), "t"),
    "unreached task": (chain(element("userTask", "t")) + element("userTask", "x") + flow("xf", "x", "e"), "x"),
    "task that leads nowhere": ('<bpmn:startEvent id="s"/><bpmn:userTask id="x"/>' + flow("f", "s", "x"), "x"),
    "two starts": (chain(element("userTask", "t")) + '<bpmn:startEvent id="s9"/>' + flow("x", "s9", "t"), "p"),
    "no start": ('<bpmn:userTask id="t"/>', "p"),
    "started by a message": (
        chain(element("userTask", "t")).replace(
            '<bpmn:startEvent id="s"/>', element("startEvent", "s", timer("timeDate", "=x"))), "s"),
    "link to nowhere": (
        '<bpmn:startEvent id="s"/>' + element("intermediateThrowEvent", "x", '<bpmn:linkEventDefinition name="on"/>')
        + flow("f", "s", "x"), "x"),
    "timer on a table": (
        chain(element("businessRuleTask", "t", extensions='<zeebe:calledDecision decisionId="d" resultVariable="x"/>'))
        + boundary(timer("timeDuration", "P1D")), "b"),
    "error on a user task": (chain(element("userTask", "t")) + boundary("<bpmn:errorEventDefinition/>"), "b"),
    "error that does not interrupt": (
        SERVICE + boundary("<bpmn:errorEventDefinition/>", cancelActivity="false"), "b"),
    "two triggers": (
        chain(element("userTask", "t")) + boundary(timer("timeDuration", "P1D") + "<bpmn:errorEventDefinition/>"), "b"),
    "signal": (chain(element("intermediateCatchEvent", "t", "<bpmn:signalEventDefinition/>")), "t"),
    "condition event": (chain(element("intermediateCatchEvent", "t", "<bpmn:conditionalEventDefinition/>")), "t"),
    "compensation": (chain(element("userTask", "t", isForCompensation="true")), "t"),
    "event gateway to a task": (
        '<bpmn:startEvent id="s"/><bpmn:eventBasedGateway id="t"/><bpmn:userTask id="a"/><bpmn:endEvent id="e"/>'
        + flow("f1", "s", "t") + flow("x", "t", "a") + flow("f3", "a", "e"), "x"),
    "flow across a border": (
        chain(element("subProcess", "t", '<bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"/>' + flow("i", "s2", "e2")))
        + flow("x", "s2", "e"), "x"),
    "standard loop": (chain(element("userTask", "t", "<bpmn:standardLoopCharacteristics/>")), "t"),
    "cardinality": (
        chain(element("userTask", "t", "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>10000000"
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>")), "t"),
    "ten million instances": (chain(element("userTask", "t", "<bpmn:multiInstanceLoopCharacteristics>"
        '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..10000000 return i"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>")), "t"),
    "two hundred instances": (chain(element("userTask", "t", "<bpmn:multiInstanceLoopCharacteristics>"
        '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..200 return i"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>")), "t"),
    "same id twice": (chain(element("userTask", "t")) + '<bpmn:textAnnotation id="t"/>', "t"),
    "attribute": (chain(element("userTask", "t", onclick="x")), "t"),
    "loose text": (chain(element("userTask", "t", "import os")), "t"),
    "html": (chain(element("userTask", "t", '<script xmlns="http://www.w3.org/1999/xhtml">x</script>')), "t"),
    "data object": (chain(element("userTask", "t")) + '<bpmn:dataObject id="x"/>', "x"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_broken_or_dead_is_refused(name: str) -> None:
    inside, element_id = BROKEN[name]
    found = refusals(inside)
    assert element_id in found, found
    assert len(found[element_id]) > 20


CIRCLE = (
    '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="m"/>{}<bpmn:exclusiveGateway id="g" default="f3"/>'
    '<bpmn:endEvent id="e"/>' + flow("f1", "s", "m") + flow("f2", "m", "x") + flow("f5", "x", "g")
    + flow("f3", "g", "m") + flow("f4", "g", "e", "=left")
)  # fmt: skip
RULE = element("businessRuleTask", "x", extensions='<zeebe:calledDecision decisionId="d" resultVariable="x"/>')
INNER = '<bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"/>' + flow("i", "s2", "e2")
THROW = '<bpmn:messageEventDefinition messageRef="m1"/>'


@pytest.mark.parametrize(
    "between",
    [
        RULE,
        element("intermediateThrowEvent", "x"),
        element("intermediateThrowEvent", "x", THROW),
        element("sendTask", "x", messageRef="m1"),
        element("subProcess", "x", INNER),
        element("parallelGateway", "x"),
    ],
)
def test_going_round_without_waiting_is_refused(between: str) -> None:
    found = check_diagram("p.bpmn", diagram(CIRCLE.format(between), beside=message("m1")))
    assert any("go round for ever" in fault.sentence for fault in found), found


def test_going_round_through_an_error_without_waiting_is_refused() -> None:
    failing = '<bpmn:startEvent id="s2"/>' + element("endEvent", "e2", '<bpmn:errorEventDefinition errorRef="er"/>')
    sub = element("subProcess", "t", failing + flow("i", "s2", "e2"))
    again = element("boundaryEvent", "b", '<bpmn:errorEventDefinition errorRef="er"/>', attachedToRef="t")
    inside = chain(sub) + again + flow("back", "b", "t")
    found = check_diagram("p.bpmn", diagram(inside, beside='<bpmn:error id="er" errorCode="x"/>'))
    assert any("go round for ever" in fault.sentence for fault in found), found


def test_a_handler_that_throws_its_own_message_is_refused() -> None:
    inside = (
        chain(element("userTask", "t"))
        + element("boundaryEvent", "b", THROW, attachedToRef="t", cancelActivity="false")
        + element("endEvent", "x", THROW) + flow("g", "b", "x")
    )  # fmt: skip
    found = check_diagram("p.bpmn", diagram(inside, beside=message("m1")))
    assert any("go round for ever" in fault.sentence for fault in found), found


@pytest.mark.parametrize(
    "pack",
    [
        {"a": chain(call("t", "a"))},
        {"a": chain(call("t", "b")), "b": chain(call("t", "a"))},
        {"a": chain(RULE, call("t", "b"), ids=("x", "t")), "b": chain(call("t", "c")), "c": chain(call("t", "a"))},
        {"a": CIRCLE.format(call("x", "b")), "b": chain(element("intermediateThrowEvent", "t"))},
    ],
)
def test_calls_that_come_back_without_waiting_are_refused(pack: dict[str, str]) -> None:
    found = check_diagrams(files(pack))
    assert any("go round for ever" in fault.sentence for fault in found), found


def test_many_calls_of_one_process_do_not_take_long() -> None:
    calls = chain(*(call(f"t{i}", "b") for i in range(2500)), ids=tuple(f"t{i}" for i in range(2500)))
    inner = chain(
        *(element("intermediateThrowEvent", f"t{i}") for i in range(2500)), ids=tuple(f"t{i}" for i in range(2500))
    )
    begun = time.process_time()
    assert check_diagrams(files({"a": calls, "b": inner})) == []
    assert time.process_time() - begun < 2


def test_a_call_of_a_process_that_is_not_there_is_refused() -> None:
    found = check_diagrams(files({"a": chain(call("t", "nowhere"))}))
    assert [fault.element for fault in found] == ["t"]
    assert "“nowhere”, which does not exist" in found[0].sentence


def test_two_files_cannot_hold_one_process() -> None:
    same = diagram(chain(element("userTask", "t")))
    assert any("is also that of" in fault.sentence for fault in check_diagrams({"a.bpmn": same, "b.bpmn": same}))


def test_a_pack_holds_each_process_under_its_name() -> None:
    found = check_diagram("processes/q.bpmn", diagram(chain(element("userTask", "t"))))
    assert [fault.element for fault in found] == ["p"]


def test_what_the_pack_does_not_have_cannot_be_referred_to() -> None:
    none: frozenset[str] = frozenset()
    known = Known(none, none, none, none, none, none, none, none)
    task = element("userTask", "t", extensions=(
        '<zeebe:formDefinition formId="f"/><zeebe:assignmentDefinition candidateGroups="r"/>'
        + properties(guidance="F-01", letter="l")))  # fmt: skip
    faults = check_diagram("p.bpmn", diagram(chain(task)), known)
    assert [f.sentence.split(")", 1)[1].strip() for f in faults] == [
        "names the form “f”, which does not exist.",
        "is for the role “r”, which does not exist.",
        "cites the sentence F-01, which the guidance does not have.",
        "names the letter “l”, which does not exist.",
    ]
    empty = check_diagram("p.bpmn", diagram(chain(element("userTask", "t"))), known)
    assert ["no form" in empty[0].sentence, "for nobody" in empty[1].sentence] == [True, True]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "empty"),
        (b"<html></html>", "not a BPMN diagram"),
        (b"not xml", "not well-formed"),
        (f"{HEAD}</bpmn:definitions>".encode(), "no process"),
        (diagram("", beside='<bpmn:process id="q"/>'), "2 processes"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        (b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>', "processing instructions"),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "UTF-7"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "UTF-16"),
        ('<?xml version="1.0"?><a/>'.encode("utf-16"), "not UTF-8"),
        (b"<a>\x00</a>", "not UTF-8"),
        (b"<a>\xff</a>", "not UTF-8"),
        (b"<a>" * 50 + b"</a>" * 50, "levels deep"),
        (b"<a>" * 300 + b"</a>" * 300, "levels deep"),
        (b"<a " + b" ".join(b'x%d="1"' % i for i in range(50)) + b"/>", "attributes"),
        (b"<a>" + b"<b/>" * 20_001 + b"</a>", "elements"),
        (b" " * 1_000_001 + b"<a/>", "larger than 1 MB"),
    ],
)
def test_files_that_are_no_diagram_are_refused(source: bytes, says: str) -> None:
    found = check_diagram("x.bpmn", source)
    assert any(says in fault.sentence for fault in found), found


THROWN = element("endEvent", "x{0}", THROW)
HANDLED = element("boundaryEvent", "b{0}", THROW, attachedToRef="t", cancelActivity="false") + flow(
    "f{0}", "b{0}", "x{0}"
)
HEAVY = {
    "1,500 handlers that throw their own message": chain(element("userTask", "t"))
    + "".join((THROWN + HANDLED).format(i) for i in range(1500)),
    "2,500 links": chain(element("userTask", "t")) + "".join(
        element("intermediateThrowEvent", f"a{i}", '<bpmn:linkEventDefinition name="on"/>')
        + element("intermediateCatchEvent", f"b{i}", '<bpmn:linkEventDefinition name="on"/>') for i in range(2500)),
    "2,500 errors": chain(element("userTask", "t")) + "".join(
        element("endEvent", f"a{i}", '<bpmn:errorEventDefinition errorRef="nope"/>') for i in range(2500)),
    "a chain of 5,000 tasks": chain(
        *(element("userTask", f"t{i}") for i in range(5000)), ids=tuple(f"t{i}" for i in range(5000))
    ),
    "3,000 constant conditions": (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="f"/><bpmn:endEvent id="e"/>'
        + flow("f", "g", "e") + flow("s1", "s", "g")
        + "".join(flow(f"c{i}", "g", "e", f"=count(for i in 1..4900 return i + {i}) &gt; 1") for i in range(3000))
    ),
    "deep brackets": decision("=" + "(" * 9000 + "1" + ")" * 9000),
    "90 long expressions": "".join(decision("=" + " + ".join(f"x{k}y{i}" for i in range(1000))) for k in range(90)),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_no_diagram_takes_long(name: str) -> None:
    source = diagram(HEAVY[name], beside=message("m1"))
    assert len(source) < 1_000_000
    begun = time.process_time()
    check_diagram("p.bpmn", source)
    assert time.process_time() - begun < 2
