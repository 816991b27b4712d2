"""From one XML flow node to an `Element`: the zeebe extensions and the event definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.dialect.element import (
    Assign,
    Call,
    Decision,
    Element,
    Flow,
    Job,
    Loop,
    Person,
    Trigger,
)
from engine.bpmn.dialect.formula import Formula, formula

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

Node = etree._Element


@dataclass(frozen=True)
class Names:
    """The messages, errors and escalations that a file declares, by id."""

    messages: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    escalations: Mapping[str, str] = field(default_factory=dict)


def read_names(root: Node) -> Names:
    """The file's messages by name, errors and escalations by code."""
    return Names(
        {node.get("id", ""): node.get("name", "") for node in root.findall(f"{BPMN}message")},
        {node.get("id", ""): node.get("errorCode", "") for node in root.findall(f"{BPMN}error")},
        {node.get("id", ""): node.get("escalationCode", "") for node in root.findall(f"{BPMN}escalation")},
    )


def read_element(node: Node, process_id: str, names: Names) -> Element:
    """One flow node; raises FeelSyntaxError or ValueError when an expression or a number cannot be read."""
    return Element(
        id=node.get("id", ""),
        tag=tag_of(node),
        process_id=process_id,
        name=node.get("name", ""),
        documentation=text_of(node.find(f"{BPMN}documentation")),
        properties={p.get("name", ""): p.get("value", "") for p in _extensions(node, "properties", "property")},
        inputs=tuple(_assigns(node, "input")),
        outputs=tuple(_assigns(node, "output")),
        loop=_loop(node),
        trigger=_trigger(node, names),
        person=_person(node) if tag_of(node) == "userTask" else None,
        job=_job(node),
        decision=_decision(node),
        call=_call(node) if tag_of(node) == "callActivity" else None,
    )


def read_flow(node: Node, default: str | None) -> Flow:
    """One sequence flow of a process, `default` being the default flow of its source."""
    condition = node.find(f"{BPMN}conditionExpression")
    flow_id = node.get("id", "")
    return Flow(
        flow_id,
        node.get("targetRef", ""),
        formula(text_of(condition)) if condition is not None else None,
        flow_id == default,
        node.get("name", ""),
    )


def tag_of(node: Node) -> str:
    """The local name of an element, "" for a comment or processing instruction."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def text_of(node: Node | None) -> str:
    """All text of an element, without comments."""
    return "" if node is None else str(node.xpath("string()")).strip()


def _extension(node: Node, name: str) -> Node | None:
    return node.find(f"{BPMN}extensionElements/{ZEEBE}{name}")


def _extensions(node: Node, parent: str, name: str) -> Iterable[Node]:
    return node.findall(f"{BPMN}extensionElements/{ZEEBE}{parent}/{ZEEBE}{name}")


def _optional(node: Node, attribute: str) -> Formula | None:
    text = node.get(attribute)
    return formula(text) if text else None


def _assigns(node: Node, direction: str) -> Iterable[Assign]:
    for line in _extensions(node, "ioMapping", direction):
        yield Assign(formula(line.get("source", "")), tuple(line.get("target", "").split(".")))


def _loop(node: Node) -> Loop | None:
    marker = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if marker is None:
        return None
    detail = _extension(marker, "loopCharacteristics")
    if detail is None:
        raise ValueError("its loop has no input collection")
    until = marker.find(f"{BPMN}completionCondition")
    return Loop(
        marker.get("isSequential") == "true",
        formula(detail.get("inputCollection", "")),
        detail.get("inputElement"),
        detail.get("outputCollection"),
        _optional(detail, "outputElement"),
        formula(text_of(until)) if until is not None else None,
    )


def _person(node: Node) -> Person:
    form, people, dates = (
        _extension(node, name) for name in ("formDefinition", "assignmentDefinition", "taskSchedule")
    )
    return Person(
        "" if form is None else form.get("formId", ""),
        None if people is None else _optional(people, "candidateGroups"),
        None if people is None else _optional(people, "assignee"),
        None if dates is None else _optional(dates, "dueDate"),
        None if dates is None else _optional(dates, "followUpDate"),
    )


def _job(node: Node) -> Job | None:
    definition = _extension(node, "taskDefinition")
    if definition is None:
        return None
    headers = {h.get("key", ""): h.get("value", "") for h in _extensions(node, "taskHeaders", "header")}
    return Job(definition.get("type", ""), int(definition.get("retries", "3")), headers)


def _decision(node: Node) -> Decision | None:
    called = _extension(node, "calledDecision")
    if called is None:
        return None
    return Decision(called.get("decisionId", ""), called.get("resultVariable", ""))


def _call(node: Node) -> Call:
    called = _extension(node, "calledElement")
    if called is None:
        raise ValueError("it does not say which process it calls")
    return Call(
        called.get("processId", ""),
        called.get("propagateAllParentVariables") != "false",
        called.get("propagateAllChildVariables") != "false",
    )


def _trigger(node: Node, names: Names) -> Trigger:
    interrupting = node.get("cancelActivity", node.get("isInterrupting", "true")) != "false"
    if node.get("messageRef"):
        return Trigger("message", names.messages.get(node.get("messageRef", ""), ""))
    for child in node:
        kind = tag_of(child).removesuffix("EventDefinition")
        if kind in _TRIGGERS and tag_of(child) != kind:
            return _TRIGGERS[kind](child, names, interrupting)
    return Trigger(interrupting=interrupting)


def _timer(node: Node, names: Names, interrupting: bool) -> Trigger:  # noqa: ARG001 - one shape for all triggers
    for part in node:
        kind = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}.get(tag_of(part))
        if kind:
            return Trigger("timer", timer=kind, when=formula(text_of(part)), interrupting=interrupting)
    raise ValueError("its timer says no time")


_TRIGGERS: dict[str, Callable[[Node, Names, bool], Trigger]] = {
    "message": lambda n, names, i: Trigger("message", names.messages.get(n.get("messageRef", ""), ""), interrupting=i),
    "timer": _timer,
    "error": lambda n, names, i: Trigger("error", code=names.errors.get(n.get("errorRef", ""), ""), interrupting=i),
    "escalation": lambda n, names, i: Trigger(
        "escalation", code=names.escalations.get(n.get("escalationRef", ""), ""), interrupting=i
    ),
    "terminate": lambda _n, _names, i: Trigger("terminate", interrupting=i),
    "link": lambda n, _names, i: Trigger("link", n.get("name", ""), interrupting=i),
}
