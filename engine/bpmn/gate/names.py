"""Namespaces of the dialect, and how elements are called in sentences."""

from __future__ import annotations

import re

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"
BIOC = "http://bpmn.io/schema/bpmn/biocolor/1.0"
COLOR = "http://www.omg.org/spec/BPMN/non-normative/color/1.0"

PREFIXES = {
    BPMN: "bpmn",
    BPMNDI: "bpmndi",
    DC: "dc",
    DI: "di",
    XSI: "xsi",
    ZEEBE: "zeebe",
    MODELER: "modeler",
    BIOC: "bioc",
    COLOR: "color",
}
FOREIGN = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7: save the diagram as a Camunda 8 diagram",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow's own modeller",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.signavio.com": "Signavio",
}


def qualified(name: str) -> tuple[str, str]:
    """Namespace and local name of a tag or attribute as lxml gives it."""
    found = etree.QName(name)
    return found.namespace or "", found.localname


def short(namespace: str, local: str) -> str:
    """`bpmn:userTask`, `id`; the whole namespace where it has no known prefix."""
    if not namespace:
        return local
    return f"{PREFIXES[namespace]}:{local}" if namespace in PREFIXES else f"{{{namespace[:80]}}}{local}"


def is_element(node: etree._Element) -> bool:
    """Whether this is an element, not a comment."""
    tag: object = node.tag
    return isinstance(tag, str)


def line_of(node: etree._Element) -> int | None:
    """The line on which an element begins."""
    line: object = node.sourceline
    return line if isinstance(line, int) else None


def local_of(node: etree._Element) -> str:
    """The local name of an element; "" for a comment."""
    return qualified(node.tag)[1] if is_element(node) else ""


def words(tag: str) -> str:
    """A tag in words: userTask -> user task."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).lower()


def called(node: etree._Element) -> str:
    """How a sentence names an element: `The user task “Hold the meeting” (hold)`."""
    label = re.sub(r"\s+", " ", node.get("name") or "").strip()[:80]
    own = (node.get("id") or "")[:80]
    parts = [words(local_of(node)), f"“{label}”" if label else "", f"({own})" if own else ""]
    return "The " + " ".join(part for part in parts if part)
