"""A short way to write BPMN for tests: elements are functions, flows are lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from engine.model.bundle import Bundle

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="defs" targetNamespace="http://bpmn.io/schema/bpmn">'
)


def node(tag: str, id: str, inner: str = "", zeebe: str = "", **attributes: str) -> str:
    """Any element, with what goes into its extensionElements."""
    shown = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    extension = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return f'<bpmn:{tag} id="{id}"{shown}>{extension}{inner}</bpmn:{tag}>'


def mapping(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """A zeebe:ioMapping, target -> source."""
    lines = [f"<zeebe:input source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (inputs or {}).items()]
    lines += [f"<zeebe:output source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (outputs or {}).items()]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>" if lines else ""


def loop(
    collection: str, *, sequential: bool = False, item: str = "", output: str = "", element: str = "", until: str = ""
) -> str:
    """multiInstanceLoopCharacteristics."""
    shown = "".join(
        f" {key}={quoteattr(value)}"
        for key, value in {
            "inputCollection": collection,
            "inputElement": item,
            "outputCollection": output,
            "outputElement": element,
        }.items()
        if value
    )
    condition = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:extensionElements><zeebe:loopCharacteristics{shown}/></bpmn:extensionElements>{condition}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def start(id: str = "s", inner: str = "", **attributes: str) -> str:
    return node("startEvent", id, inner, **attributes)


def end(id: str = "e", inner: str = "", **attributes: str) -> str:
    return node("endEvent", id, inner, **attributes)


def user(id: str, inner: str = "", zeebe: str = "", name: str = "") -> str:
    return node("userTask", id, inner, "<zeebe:userTask/>" + zeebe, name=name)


def service(id: str, type: str = "letter", inner: str = "", zeebe: str = "") -> str:
    return node("serviceTask", id, inner, f'<zeebe:taskDefinition type="{type}"/>{zeebe}')


def rule(id: str, decision: str, variable: str) -> str:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{variable}"/>'
    return node("businessRuleTask", id, "", called)


def call(id: str, process_id: str, inner: str = "", zeebe: str = "", **attributes: str) -> str:
    shown = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return node("callActivity", id, inner, f'<zeebe:calledElement processId="{process_id}"{shown}/>{zeebe}')


def sub(id: str, body: str, zeebe: str = "", **attributes: str) -> str:
    return node("subProcess", id, body, zeebe, **attributes)


def gateway(kind: str, *ids: str, default: str = "") -> str:
    return "".join(node(f"{kind}Gateway", id, default=default) for id in ids)


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="M_{name}"/>'


def error(code: str = "") -> str:
    return "<bpmn:errorEventDefinition" + (f' errorRef="E_{code}"' if code else "") + "/>"


def escalation(code: str = "") -> str:
    return "<bpmn:escalationEventDefinition" + (f' escalationRef="X_{code}"' if code else "") + "/>"


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


TERMINATE = "<bpmn:terminateEventDefinition/>"


def timer(kind: str, text: str) -> str:
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )


def boundary(id: str, host: str, inner: str, *, interrupting: bool = True, zeebe: str = "") -> str:
    return node("boundaryEvent", id, inner, zeebe, attachedToRef=host, cancelActivity=str(interrupting).lower())


def catch(id: str, inner: str, zeebe: str = "") -> str:
    return node("intermediateCatchEvent", id, inner, zeebe)


def throw(id: str, inner: str = "", zeebe: str = "") -> str:
    return node("intermediateThrowEvent", id, inner, zeebe)


def flows(text: str) -> str:
    """Lines such as `s > u > g` and `g > a : =x = 1`; ids are `source_target`."""
    made: list[str] = []
    for line in filter(None, (part.strip() for part in text.strip().splitlines())):
        path, _, condition = line.partition(" : ")
        stops = [stop.strip() for stop in path.split(">")]
        for source, target in pairwise(stops):
            inner = f"<bpmn:conditionExpression>{_escape(condition)}</bpmn:conditionExpression>" if condition else ""
            ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
            made.append(f"<bpmn:sequenceFlow {ends}>{inner}</bpmn:sequenceFlow>")
    return "".join(made)


def process(id: str, *parts: str, messages: str = "", errors: str = "", escalations: str = "") -> bytes:
    """One diagram; `messages`, `errors` and `escalations` are names separated by spaces."""
    declared = "".join(f'<bpmn:message id="M_{n}" name="{n}"/>' for n in messages.split())
    declared += "".join(f'<bpmn:error id="E_{n}" errorCode="{n}"/>' for n in errors.split())
    declared += "".join(f'<bpmn:escalation id="X_{n}" escalationCode="{n}"/>' for n in escalations.split())
    body = "".join(parts)
    return (
        f'{HEAD}{declared}<bpmn:process id="{id}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()
    )


def bundle(*diagrams: bytes, files: Mapping[str, bytes] | None = None) -> Bundle:
    """Diagrams and other files as a policy version."""
    made = {f"processes/{n}.bpmn": source for n, source in enumerate(diagrams)}
    return Bundle({**made, **(files or {})})


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
