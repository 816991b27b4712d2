"""A diagram as the checks see it: scopes, flow nodes and flows by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from lxml import etree

from engine.bpmn.gate.names import BPMN, ZEEBE, local_of

B, Z = f"{{{BPMN}}}", f"{{{ZEEBE}}}"
T = TypeVar("T")
EVENTS = ("startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "endEvent")
_HOLDERS = ("process", "subProcess", "adHocSubProcess", "transaction")


@dataclass(frozen=True, eq=False)
class Node:
    """A flow node; `scope` is the id of the process or subprocess in which it stands."""

    id: str
    tag: str
    xml: etree._Element = field(repr=False)
    scope: str
    host: str = ""

    @property
    def name(self) -> str:
        """Its label."""
        return str(self.xml.get("name") or "")

    def extension(self, name: str) -> etree._Element | None:
        """One of its zeebe extensions."""
        return self.xml.find(f"{B}extensionElements/{Z}{name}")

    def extensions(self, outer: str, inner: str) -> list[etree._Element]:
        """The entries of one of its zeebe extensions."""
        return self.xml.findall(f"{B}extensionElements/{Z}{outer}/{Z}{inner}")

    @property
    def properties(self) -> dict[str, str]:
        """Its zeebe properties by name."""
        return {p.get("name") or "": p.get("value") or "" for p in self.extensions("properties", "property")}

    @property
    def is_event_subprocess(self) -> bool:
        """Whether it is started by an event rather than by a flow."""
        return self.tag == "subProcess" and self.xml.get("triggeredByEvent") == "true"

    @property
    def definitions(self) -> list[etree._Element]:
        """Its event definitions."""
        return [child for child in self.xml if local_of(child).endswith("EventDefinition")]

    @property
    def trigger(self) -> str:
        """`timer`, `message`, ... of its first event definition; "none" without one."""
        found = self.definitions
        return local_of(found[0]).removesuffix("EventDefinition") if found else "none"

    @property
    def interrupts(self) -> bool:
        """Whether a boundary or start event ends what it interrupts."""
        return self.xml.get("cancelActivity", self.xml.get("isInterrupting", "true")) != "false"


@dataclass(frozen=True, eq=False)
class Flow:
    """A sequence flow; `scope` is where it is drawn."""

    id: str
    source: str
    target: str
    scope: str
    xml: etree._Element = field(repr=False)

    @property
    def condition(self) -> etree._Element | None:
        """Its condition."""
        return self.xml.find(f"{B}conditionExpression")


@dataclass(frozen=True, eq=False)
class Diagram:
    """One file with its one process."""

    path: str
    root: etree._Element = field(repr=False)
    process: etree._Element = field(repr=False)
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    messages: Mapping[str, str]

    @property
    def id(self) -> str:
        """The process's id."""
        return str(self.process.get("id") or "")

    @cached_property
    def declared(self) -> dict[str, etree._Element]:
        """Messages, errors and escalations by id."""
        return {str(child.get("id") or ""): child for child in self.root}

    def inside(self, scope: str) -> list[Node]:
        """The flow nodes that stand directly in a process or subprocess."""
        return self._inside.get(scope, [])

    def out_of(self, node: str) -> list[Flow]:
        """The flows that leave a node."""
        return self._out.get(node, [])

    def into(self, node: str) -> list[Flow]:
        """The flows that reach a node."""
        return self._into.get(node, [])

    @cached_property
    def _inside(self) -> dict[str, list[Node]]:
        return _grouped((node.scope, node) for node in self.nodes.values())

    @cached_property
    def _out(self) -> dict[str, list[Flow]]:
        return _grouped((flow.source, flow) for flow in self.flows.values())

    @cached_property
    def _into(self) -> dict[str, list[Flow]]:
        return _grouped((flow.target, flow) for flow in self.flows.values())

    def message_of(self, node: Node) -> str:
        """The name of the message that a node waits for or throws; "" for none."""
        refs = [node.xml.get("messageRef"), *(each.get("messageRef") for each in node.definitions)]
        return next((self.messages.get(ref, "") for ref in refs if ref), "")


def text_of(node: etree._Element | None) -> str:
    """All text of an element."""
    return "" if node is None else str(node.xpath("string()")).strip()


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def read_process(path: str, root: etree._Element, process: etree._Element) -> Diagram:
    """The diagram around one process; what has no id is left out (another check says so)."""
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    for scope in _scopes(process):
        holder = str(scope.get("id") or "")
        for child in scope:
            _collect(child, holder, nodes, flows)
    messages = {m.get("id") or "": m.get("name") or "" for m in root.findall(f"{B}message")}
    return Diagram(path, root, process, nodes, flows, messages)


def _collect(child: etree._Element, scope: str, nodes: dict[str, Node], flows: dict[str, Flow]) -> None:
    tag, own = local_of(child), str(child.get("id") or "")
    if tag == "sequenceFlow" and own:
        flows.setdefault(own, Flow(own, child.get("sourceRef") or "", child.get("targetRef") or "", scope, child))
    elif own and is_flow_node(tag):
        nodes.setdefault(own, Node(own, tag, child, scope, child.get("attachedToRef") or ""))


def is_flow_node(tag: str) -> bool:
    """Whether a tag is a task, event, gateway, subprocess or call, supported or not."""
    lower = tag.lower()
    return lower.endswith(("task", "gateway")) or tag in EVENTS or tag in _HOLDERS[1:] or tag == "callActivity"


def _scopes(process: etree._Element) -> Iterator[etree._Element]:
    """The process and every subprocess in it, outer before inner."""
    yield process
    for child in process:
        if local_of(child) in _HOLDERS:
            yield from _scopes(child)
