"""Walks a file against the allow-list: what may stand where, and nothing else."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.gate.allowed import ELEMENTS, EXPRESSIONS, EXTENSIONS, FEEL_LANGUAGES, TEXTUAL
from engine.bpmn.gate.names import (
    BPMN,
    FOREIGN,
    PREFIXES,
    XSI,
    ZEEBE,
    called,
    is_element,
    line_of,
    local_of,
    qualified,
    short,
    words,
)
from engine.bpmn.gate.refused import ATTRIBUTES, REFUSED
from engine.bpmn.gate.report import Report

_ONCE = EXPRESSIONS | {"bpmn:extensionElements", "bpmn:documentation", "bpmn:multiInstanceLoopCharacteristics"}
_ALWAYS = {"isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1", "instantiate": "false"}
_ALWAYS |= {"parallelMultiple": "false", "behavior": "All", "eventGatewayType": "Exclusive"}


def check_shape(root: etree._Element, report: Report) -> None:
    """Note every element, attribute and piece of text that the dialect does not have."""
    _walk(root, short(*qualified(root.tag)), report)


def _walk(node: etree._Element, name: str, report: Report) -> None:
    attributes, children = ELEMENTS[name]
    _check_attributes(node, attributes, report)
    _check_text(node, name, report)
    _check_once(node, name, report)
    for child in node:
        if not is_element(child):
            if name in EXPRESSIONS:
                report.about(_owner(node), f"has a comment inside its {words(local_of(node))}: take it out.")
            continue
        inner = short(*qualified(child.tag))
        if _is_allowed(node, name, inner, children):
            _walk(child, inner, report)
        else:
            _refuse(node, child, inner, report)


def _is_allowed(node: etree._Element, name: str, inner: str, children: set[str]) -> bool:
    if name == "bpmn:extensionElements":
        parent = node.getparent()
        host = "" if parent is None else local_of(parent)
        return inner.startswith("zeebe:") and inner.removeprefix("zeebe:") in EXTENSIONS.get(host, {"properties"})
    return inner in children and inner in ELEMENTS


def _check_once(node: etree._Element, name: str, report: Report) -> None:
    """What would be read once only may not stand twice."""
    tags = [short(*qualified(child.tag)) for child in node if is_element(child)]
    once = set(tags) if name == "bpmn:extensionElements" else set(tags) & _ONCE
    for tag in sorted(once):
        if tags.count(tag) > 1:
            report.about(_owner(node), f"has its {words(tag.split(':')[-1])} {tags.count(tag)} times.")


def _refuse(parent: etree._Element, child: etree._Element, name: str, report: Report) -> None:
    namespace, local = qualified(child.tag)
    whose = child if child.get("id") and namespace == BPMN else _owner(parent)
    if name in REFUSED and whose is child:
        report.about(child, REFUSED[name])
    elif name in REFUSED:
        report.add(_id_of(whose), f"{called(whose)}: its {words(local)} {REFUSED[name]}", line_of(child))
    elif namespace not in PREFIXES:
        product = FOREIGN.get(namespace)
        whence = f"comes from {product}" if product else f"belongs to another product ({namespace[:80]})"
        report.about(_owner(parent), f"has “{local[:80]}”, which {whence}; it means nothing here.")
    else:
        where = "here" if namespace != ZEEBE else f"on a {words(local_of(_owner(parent)))}"
        report.about(_owner(parent), f"has “{name[:80]}”, which means nothing {where}.")


def _check_attributes(node: etree._Element, allowed: set[str], report: Report) -> None:
    for key, value in node.attrib.items():
        namespace, local = qualified(str(key))
        if short(namespace, local) in allowed:
            _check_language(node, local, str(value), report)
        elif _ALWAYS.get(local) != value:
            why = ATTRIBUTES.get(local) or "it means nothing here"
            owner = _owner(node)
            inside = "" if owner is node else f" in its {words(local_of(node))}"
            shown = local if not namespace or namespace in PREFIXES else short(namespace, local)
            report.about(owner, f"has the attribute “{shown[:120]}”{inside}: {why}.")


def _check_language(node: etree._Element, local: str, value: str, report: Report) -> None:
    if local in ("language", "expressionLanguage") and value not in FEEL_LANGUAGES:
        report.about(_owner(node), f"has expressions in “{value[:80]}”: only FEEL is understood.")
    typed = local == "type" and node.get(f"{{{XSI}}}type") == value
    if typed and value.rsplit(":", 1)[-1] not in ("tFormalExpression", "tExpression", "Point"):
        report.about(_owner(node), f"has an expression of type “{value[:80]}”, which means nothing here.")


def _check_text(node: etree._Element, name: str, report: Report) -> None:
    pieces = [node.text or "", *(child.tail or "" for child in node)]
    if name not in TEXTUAL and any(piece.strip() for piece in pieces):
        found = next(piece.strip() for piece in pieces if piece.strip())
        report.about(_owner(node), f"holds loose text (“{found[:60]}”) that no one would see.")


def _owner(node: etree._Element) -> etree._Element:
    """The nearest BPMN element with an id of its own that people see on the diagram."""
    current: etree._Element | None = node
    while current is not None:
        namespace, local = qualified(current.tag)
        hidden = local.endswith("EventDefinition") or local == "multiInstanceLoopCharacteristics"
        if current.get("id") and namespace == BPMN and not hidden and f"bpmn:{local}" not in EXPRESSIONS:
            return current
        current = current.getparent()
    return node


def _id_of(node: etree._Element) -> str:
    return str(node.get("id") or "")
