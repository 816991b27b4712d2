"""Small diagrams for tests, written as a modeller writes them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
    ' xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
    ' id="defs" targetNamespace="http://bpmn.io/schema/bpmn" exporter="Camunda Modeler" exporterVersion="5.39.0"'
    ' modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">'
)


def diagram(inside: str, *, process: str = "p", beside: str = "") -> bytes:
    """A file with one process that holds `inside`, and root elements `beside` it."""
    body = f'<bpmn:process id="{process}" isExecutable="true">{inside}</bpmn:process>{beside}'
    return f"{HEAD}{body}</bpmn:definitions>".encode()


def flow(own: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow."""
    inner = ""
    if condition:
        inner = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    return f'<bpmn:sequenceFlow id="{own}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def chain(*middle: str, ids: tuple[str, ...] = ("t",)) -> str:
    """Start, the elements in `middle` whose ids are `ids`, end, joined one after the other."""
    order = ("s", *ids, "e")
    flows = "".join(flow(f"f{n}", a, b) for n, (a, b) in enumerate(pairwise(order)))
    return f'<bpmn:startEvent id="s"/>{"".join(middle)}<bpmn:endEvent id="e"/>{flows}'


def element(tag: str, own: str, inner: str = "", extensions: str = "", **attributes: str) -> str:
    """A flow node."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    extended = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{tag} id="{own}"{given}>{extended}{inner}</bpmn:{tag}>'


def timer(kind: str, text: str) -> str:
    """A timer event definition."""
    said = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{said}</bpmn:timerEventDefinition>"


def decision(inside: str, gateway: str = "exclusiveGateway", default: str | None = "f3") -> str:
    """Start, a gateway with two ways out, of which the first carries the condition `inside`."""
    chosen = f' default="{default}"' if default else ""
    ends = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>'
    return (
        f'{ends}<bpmn:{gateway} id="g"{chosen}/>'
        + flow("f1", "s", "g")
        + flow("f2", "g", "e", inside)
        + flow("f3", "g", "e2")
    )


def call(own: str, process: str) -> str:
    """A call activity."""
    called = f'<zeebe:calledElement processId="{process}" propagateAllChildVariables="false" />'
    return element("callActivity", own, extensions=called)


def message(own: str = "m", name: str = "news") -> str:
    """A message declared beside the process."""
    return f'<bpmn:message id="{own}" name="{name}"/>'


def properties(**given: str) -> str:
    """zeebe:properties."""
    lines = "".join(f'<zeebe:property name="{name}" value="{value}"/>' for name, value in given.items())
    return f"<zeebe:properties>{lines}</zeebe:properties>"


def files(given: Mapping[str, str]) -> dict[str, bytes]:
    """Process id -> what is inside it, as files of a pack."""
    return {f"processes/{own}.bpmn": diagram(inside, process=own) for own, inside in given.items()}


def boundary_of(host: str, own: str, duration: str, extensions: str = "") -> str:
    """A non-interrupting timer on a task, and the end it leads to."""
    event = element(
        "boundaryEvent", own, timer("timeDuration", duration), extensions, attachedToRef=host, cancelActivity="false"
    )
    return event + f'<bpmn:endEvent id="{own}-end"/>' + flow(f"{own}-flow", own, f"{own}-end")


def decision_task(own: str, decision_id: str, variable: str) -> str:
    """A business rule task."""
    called = f'<zeebe:calledDecision decisionId="{decision_id}" resultVariable="{variable}"/>'
    return element("businessRuleTask", own, extensions=called)
