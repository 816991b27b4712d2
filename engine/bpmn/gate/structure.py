"""One process a file, one way in, every element reached, and every path ended."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import Node
from engine.bpmn.gate.names import line_of

_STARTS = ("message", "timer", "error", "escalation")


def check_process(path: str, process: etree._Element, check: Checker) -> None:
    """The process is executable, and in a pack its file bears its name."""
    own = process.get("id") or ""
    if not own:
        check.report.add("", "The process has no id.", line_of(process))
    if process.get("isExecutable") != "true":
        check.report.about(process, "is not marked as executable (isExecutable).")
    if path.startswith("processes/") and path != f"processes/{own}.bpmn":
        check.report.about(process, f"must be in a file of its own name: processes/{own[:80]}.bpmn.")


def check_structure(check: Checker) -> None:
    """Each scope has its start, and nothing in it is dead."""
    _scope("", check.diagram.id, check.diagram.process, check)
    for node in check.diagram.nodes.values():
        if node.tag == "subProcess":
            _scope(node.tag, node.id, node.xml, check)
            if node.is_event_subprocess and (check.diagram.into(node.id) or check.diagram.out_of(node.id)):
                check.report.about(node.xml, "is started by an event, so no flow can reach or leave it.")
        _ends(node, check)


def _scope(tag: str, scope: str, xml: etree._Element, check: Checker) -> None:
    inside = check.diagram.inside(scope)
    starts = [node for node in inside if node.tag == "startEvent"]
    by_event = tag == "subProcess" and check.diagram.nodes[scope].is_event_subprocess
    if by_event:
        _event_start(starts, xml, check)
    else:
        _plain_start(starts, xml, check, top=not tag)
    reached = _reached(check, starts, inside)
    for node in inside:
        if node.id not in reached:
            check.report.about(node.xml, "is never reached: no path leads to it from the start.")


def _plain_start(starts: list[Node], xml: etree._Element, check: Checker, *, top: bool) -> None:
    plain = [node for node in starts if node.trigger == "none"]
    if len(plain) != 1:
        how = "no start event" if not plain else f"{len(plain)} start events"
        check.report.about(xml, f"has {how}: it needs exactly one without a trigger.")
    for node in starts:
        if node.trigger != "none":
            who = "a case is started by a person" if top else "it starts when the flow reaches its subprocess"
            check.report.about(node.xml, f"waits for a {node.trigger}, which it cannot: {who}.")
        elif node.xml.get("isInterrupting") == "false":
            check.report.about(node.xml, "cannot be non-interrupting: it interrupts nothing.")


def _event_start(starts: list[Node], xml: etree._Element, check: Checker) -> None:
    if len(starts) != 1:
        check.report.about(xml, f"has {len(starts) or 'no'} start events: an event subprocess needs exactly one.")
    for node in starts:
        if node.trigger not in _STARTS:
            check.report.about(
                node.xml, "must wait for a message, timer, error or escalation: it starts the subprocess."
            )


def _reached(check: Checker, starts: list[Node], inside: list[Node]) -> set[str]:
    """The nodes of one scope that some path reaches from its starts."""
    diagram, reached = check.diagram, set[str]()
    boundaries: dict[str, list[str]] = {}
    catches: dict[str, list[str]] = {}
    for node in inside:
        if node.tag == "boundaryEvent":
            boundaries.setdefault(node.host, []).append(node.id)
        if node.tag == "intermediateCatchEvent" and node.trigger == "link":
            catches.setdefault(_link(node), []).append(node.id)
    todo = [node.id for node in (*starts, *(n for n in inside if n.is_event_subprocess))]
    while todo:
        own = todo.pop()
        if own in reached:
            continue
        reached.add(own)
        here = diagram.nodes.get(own)
        todo += [flow.target for flow in diagram.out_of(own)] + boundaries.get(own, [])
        if here is not None and here.tag == "intermediateThrowEvent" and here.trigger == "link":
            todo += catches.pop(_link(here), [])
    return reached


def _link(node: Node) -> str:
    return str(node.definitions[0].get("name") or "")


def _ends(node: Node, check: Checker) -> None:
    """Paths end at end events, and start events begin them."""
    out, into = check.diagram.out_of(node.id), check.diagram.into(node.id)
    if node.tag == "endEvent" and out:
        check.report.about(node.xml, "is an end, so no flow can leave it.")
    if node.tag in ("startEvent", "boundaryEvent") and into:
        check.report.about(node.xml, "waits for its event, so no flow can lead to it.")
    throws_link = node.tag == "intermediateThrowEvent" and node.trigger == "link"
    if not out and node.tag != "endEvent" and not throws_link and not node.is_event_subprocess:
        check.report.about(node.xml, "leads nowhere: every path ends at an end event.")
