"""Events: what each kind may wait for or throw, and where boundary events can ever happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lxml import etree

from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import EVENTS, Node
from engine.bpmn.gate.names import local_of, words
from engine.bpmn.gate.timers import check_timer

_MAY: dict[str, tuple[str, ...]] = {
    "startEvent": ("none", "message", "timer", "error", "escalation"),
    "intermediateCatchEvent": ("timer", "message", "link"),
    "intermediateThrowEvent": ("none", "message", "escalation", "link"),
    "boundaryEvent": ("timer", "message", "error", "escalation"),
    "endEvent": ("none", "terminate", "message", "error", "escalation"),
}
_CONTAINERS = ("subProcess", "callActivity")
#: What can happen while each host is at work; a host not named here waits for nothing.
_HOSTS: dict[str, tuple[str, ...]] = {
    "timer": ("userTask", "serviceTask", "sendTask", "receiveTask", *_CONTAINERS),
    "message": ("userTask", "serviceTask", "sendTask", "receiveTask", *_CONTAINERS),
    "error": ("serviceTask", "sendTask", *_CONTAINERS),
    "escalation": _CONTAINERS,
}


def check_events(check: Checker) -> None:
    """Every event of the diagram, and the pairs of its links."""
    for node in check.diagram.nodes.values():
        if node.tag in EVENTS:
            _event(node, check)
    _links(check)


def _event(node: Node, check: Checker) -> None:
    if len(node.definitions) > 1:
        check.report.about(node.xml, "has more than one trigger: an event waits for, or throws, one thing.")
        return
    if node.trigger not in _MAY[node.tag]:
        missing = "has no trigger" if node.trigger == "none" else f"cannot be a {words(node.trigger)} event"
        check.report.about(node.xml, f"{missing}: it can be {', '.join(_MAY[node.tag])}.")
        return
    if node.tag == "boundaryEvent":
        _boundary(node, check)
    for definition in node.definitions:
        _DETAILS.get(local_of(definition), _nothing)(node, definition, check)


def _boundary(node: Node, check: Checker) -> None:
    host = check.diagram.nodes.get(node.host)
    if host is None or host.scope != node.scope:
        check.report.about(node.xml, f"sits on “{node.host[:80]}”, which is not an activity beside it.")
        return
    if host.is_event_subprocess or host.tag not in _HOSTS[node.trigger]:
        kind = "event subprocess" if host.is_event_subprocess else words(host.tag)
        check.report.about(node.xml, f"could never happen: a {node.trigger} cannot reach a {kind}.")
    elif host.tag == "sendTask" and host.xml.get("messageRef"):
        check.report.about(node.xml, "could never happen: a send task with a message does not wait.")
    if node.trigger == "error" and not node.interrupts:
        check.report.about(node.xml, "must interrupt: an error ends the activity it comes from.")


def _timer(node: Node, definition: etree._Element, check: Checker) -> None:
    check_timer(node, definition, check)


def _message(node: Node, definition: etree._Element, check: Checker) -> None:
    check_message(node, definition.get("messageRef"), check)


def check_message(node: Node, ref: str | None, check: Checker) -> None:
    """A message has a name, and in a pack one that something delivers."""
    if not ref:
        check.report.about(node.xml, "does not say which message.")
        return
    if ref not in check.diagram.messages:
        return  # the check of references says so
    name = check.diagram.messages[ref]
    if not name:
        check.report.about(node.xml, f"uses the message “{ref[:80]}”, which has no name.")
    elif name.startswith("="):
        check.report.about(node.xml, "works out its message's name by FEEL: it must be fixed.")
    elif check.known.messages is not None and name not in check.known.messages:
        check.report.about(node.xml, f"uses the message “{name[:80]}”, which nothing in the pack sends.")


def _error(node: Node, definition: etree._Element, check: Checker) -> None:
    _code(node, definition, "error", check)


def _escalation(node: Node, definition: etree._Element, check: Checker) -> None:
    _code(node, definition, "escalation", check)


def _code(node: Node, definition: etree._Element, kind: str, check: Checker) -> None:
    """What is thrown has a code; what catches may leave it out, and then catches every one."""
    ref = definition.get(f"{kind}Ref")
    throws = node.tag in ("endEvent", "intermediateThrowEvent")
    if not ref:
        if throws:
            check.report.about(node.xml, f"does not say which {kind} it throws.")
        return
    declared = check.diagram.declared.get(ref)
    code = "" if declared is None else declared.get(f"{kind}Code") or ""
    if declared is not None and not code:
        check.report.about(node.xml, f"uses the {kind} “{ref[:80]}”, which has no code.")
    elif code.startswith("="):
        check.report.about(node.xml, f"works out its {kind}'s code by FEEL: it must be fixed.")


def _link(node: Node, definition: etree._Element, check: Checker) -> None:
    if not definition.get("name"):
        check.report.about(node.xml, "is a link without a name.")


def _links(check: Checker) -> None:
    """In each scope, every link thrown has one place to arrive, and none waits in vain."""
    links = [node for node in check.diagram.nodes.values() if node.trigger == "link" and node.tag in EVENTS]
    thrown = Counter((n.scope, _name(n)) for n in links if n.tag == "intermediateThrowEvent")
    caught = Counter((n.scope, _name(n)) for n in links if n.tag == "intermediateCatchEvent")
    for node in links:
        key = (node.scope, _name(node))
        if node.tag == "intermediateThrowEvent" and caught[key] != 1:
            how = "no" if not caught[key] else str(caught[key])
            check.report.about(node.xml, f"leads to {how} links of its name “{key[1][:60]}” beside it: it needs one.")
        if node.tag == "intermediateCatchEvent" and not thrown[key]:
            check.report.about(node.xml, f"is a link “{key[1][:60]}” that nothing leads to.")


def _name(node: Node) -> str:
    return str(node.definitions[0].get("name") or "")


def _nothing(node: Node, definition: etree._Element, check: Checker) -> None:
    """A terminate end has no details."""


_DETAILS: dict[str, Callable[[Node, etree._Element, Checker], None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": _message,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "linkEventDefinition": _link,
    "terminateEventDefinition": _nothing,
}
