"""Every id is one element's own, and every reference leads somewhere."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import B, Flow, Node, text_of
from engine.bpmn.gate.names import BPMNDI, called, line_of, local_of

_ID = re.compile(r"[A-Za-z_][\w.-]{0,199}\Z", re.ASCII)
_FLOWING = ("Task", "Gateway", "Event", "Activity", "Flow", "Process", "task")
_D = f"{{{BPMNDI}}}"


def check_ids(root: etree._Element, check: Checker) -> None:
    """Ids are unique in the file and of plain characters; flow nodes and flows have one."""
    nodes = list(root.iter(tag=etree.Element))
    for own, times in Counter(node.get("id") for node in nodes if node.get("id") is not None).items():
        if times > 1:
            check.report.add(str(own), f"{times} elements have the same id “{str(own)[:80]}”.")
        if not _ID.match(str(own)):
            check.report.add(str(own), f"The id “{str(own)[:80]}” must be a letter, then letters, digits, _ - or dots.")
    for scope in [check.diagram.process, *(n.xml for n in check.diagram.nodes.values() if n.tag == "subProcess")]:
        for child in scope:
            if local_of(child).endswith(_FLOWING) and not child.get("id"):
                check.report.about(child, "has no id.")


def check_references(root: etree._Element, check: Checker) -> None:
    """Flows, defaults, messages, errors, lanes, notes and the drawing refer to what exists."""
    for flow in check.diagram.flows.values():
        _flow(flow, check)
    for node in check.diagram.nodes.values():
        _listed_flows(node, check)
        _default(node, check)
    _declared(root, check)
    _drawn(root, check)


def _flow(flow: Flow, check: Checker) -> None:
    for ref, what, how in ((flow.source, "sourceRef", "begins"), (flow.target, "targetRef", "ends")):
        node = check.diagram.nodes.get(ref)
        if node is None:
            check.report.about(flow.xml, f"{how} nowhere: its {what} “{ref[:80]}” does not exist.")
        elif node.scope != flow.scope:
            check.report.about(flow.xml, "crosses the border of a subprocess, which a sequence flow cannot.")


def _listed_flows(node: Node, check: Checker) -> None:
    """What a node lists as incoming and outgoing must be flows that do reach and leave it."""
    for tag, flows in (("incoming", check.diagram.into(node.id)), ("outgoing", check.diagram.out_of(node.id))):
        real = {flow.id for flow in flows}
        for listed in node.xml.findall(f"{B}{tag}"):
            if text_of(listed) not in real:
                check.report.about(node.xml, f"lists an {tag} flow “{text_of(listed)[:80]}” that is not one.")


def _default(node: Node, check: Checker) -> None:
    default = node.xml.get("default")
    if default is not None and default not in {flow.id for flow in check.diagram.out_of(node.id)}:
        check.report.about(node.xml, f"has a default flow “{default[:80]}” that does not leave it.")


#: Attribute -> what it must be the id of.
_TARGETS = {
    "messageRef": ("message",),
    "errorRef": ("error",),
    "escalationRef": ("escalation",),
    "categoryValueRef": ("categoryValue",),
    "processRef": ("process",),
}


def _declared(root: etree._Element, check: Checker) -> None:
    ids = {str(node.get("id")): local_of(node) for node in root.iter(tag=etree.Element) if node.get("id")}
    for node in root.iter(f"{B}*"):
        for attribute, kinds in _TARGETS.items():
            ref = node.get(attribute)
            if ref is not None and ids.get(ref) not in kinds:
                _broken(node, attribute, ref, check)
        if local_of(node) in ("association", "messageFlow"):
            for attribute in ("sourceRef", "targetRef"):
                if node.get(attribute) not in ids:
                    _broken(node, attribute, node.get(attribute) or "", check)
        if local_of(node) == "flowNodeRef" and text_of(node) not in check.diagram.nodes:
            _broken(node.getparent(), "flowNodeRef", text_of(node), check)


def _drawn(root: etree._Element, check: Checker) -> None:
    ids = {str(node.get("id")) for node in root.iter(tag=etree.Element) if node.get("id")}
    for node in root.iter(f"{_D}*"):
        for attribute in ("bpmnElement", "sourceElement", "targetElement", "labelStyle"):
            ref = node.get(attribute)
            if ref is not None and ref not in ids:
                check.report.add(ref, f"The drawing shows “{ref[:80]}”, which does not exist.", line_of(node))


def _broken(node: etree._Element | None, attribute: str, ref: str, check: Checker) -> None:
    if node is None:
        return
    owner = node
    while not owner.get("name") and local_of(owner).endswith("EventDefinition"):
        parent = owner.getparent()
        if parent is None:
            break
        owner = parent
    line = line_of(node)
    sentence = f"{called(owner)} refers to “{ref[:80]}” ({attribute}), which does not exist."
    check.report.add(str(owner.get("id") or ""), sentence, line)
