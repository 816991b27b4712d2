"""SpiffWorkflow's BPMN parser, taught the dialect: own specs, no recursion along flows, faults in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.dialect.element import Element, Flow, Trigger
from engine.bpmn.dialect.reader import BPMN, Names, Node, read_element, read_flow, read_names, tag_of
from engine.bpmn.spec.activities import DecisionTask, JobTask, Root, SendTask, UserTask
from engine.bpmn.spec.base import DialectSpec
from engine.bpmn.spec.containers import CallActivity, Container
from engine.bpmn.spec.events import BoundaryEvent, CatchEvent, EndEvent, StartEvent, ThrowEvent, Watch
from engine.bpmn.spec.gateways import EventGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.bpmn.spec.multi import MultiInstance
from engine.feel import FeelSyntaxError
from engine.model.errors import Fault

SPECS: dict[str, type[DialectSpec]] = {
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "userTask": UserTask,
    "serviceTask": JobTask,
    "sendTask": JobTask,
    "businessRuleTask": DecisionTask,
    "receiveTask": CatchEvent,
    "callActivity": CallActivity,
    "subProcess": Container,
    "exclusiveGateway": ExclusiveGateway,
    "inclusiveGateway": InclusiveGateway,
    "parallelGateway": ParallelGateway,
    "eventBasedGateway": EventGateway,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
}


_HANDLED = frozenset({"serviceTask", "sendTask", "receiveTask"})


class DialectProcess(BpmnProcessSpec):  # type: ignore[misc]
    """A process, or the inside of a subprocess: `first` is its start event, `watches` its armed triggers."""

    first: DialectSpec

    def __init__(self, name: str, process_id: str, description: str = "", filename: str | None = None) -> None:
        """Begin with our own root instead of SpiffWorkflow's start and end joins."""
        super().__init__(name=name, description=description, filename=filename)
        self.task_specs: dict[str, DialectSpec] = {}
        self.bpmn_start_events: list[DialectSpec] = []
        self.process_id = process_id
        self.start = Root(self, "", Element("", "process", process_id))
        self.end = None
        self.watches: list[Watch] = []
        self.reached: dict[tuple[str, str], frozenset[str]] = {}


class DialectProcessParser(ProcessParser):  # type: ignore[misc]
    """Reads one process or subprocess: first every node, then every flow, so that long chains need no stack."""

    parser: DialectParser

    def _parse(self) -> None:
        names = self.parser.names[self.filename]
        key = self.parser.keys[self.node]
        self.spec = DialectProcess(key, key.split("/")[0], self.get_name(), self.filename)
        for node in self.node:
            if tag_of(node) in SPECS:
                self._add_node(node, names)
        self._connect()

    def _add_node(self, node: Node, names: Names) -> None:
        """One flow node, and the process inside it."""
        if not node.get("id") or node.get("id") in self.spec.task_specs:
            self._fault(node, "it has no id, or another element has the same one")
            return
        try:
            element = read_element(node, self.spec.process_id, names)
        except FeelSyntaxError as wrong:
            self._fault(node, f"an expression cannot be read: {wrong.sentence}")
            return
        except ValueError as wrong:
            self._fault(node, str(wrong))
            return
        if element.tag in _HANDLED and element.job is None and element.trigger.kind == "none":
            self._fault(node, "it names neither a handler nor a message, so nothing would ever happen")
        if element.tag == "startEvent" and self.parser.is_event_subprocess(self.node):
            element = replace(element, outputs=(), trigger=Trigger())
        if self.parser.is_event_subprocess(node):
            self._add_watch(node, names)
        spec = self._build(element, node)
        if element.tag == "startEvent":
            self.spec.first = spec

    def _build(self, element: Element, node: Node) -> DialectSpec:
        """The spec of an element, inside a loop where it has one."""
        if element.loop is None:
            return self._plain(element, element.id, node)
        body = MultiInstance(self.spec, element.id, replace(element, inputs=(), outputs=()), element.loop)
        body.inner = self._plain(replace(element, loop=None), f"{element.id}#", node)
        return body

    def _plain(self, element: Element, name: str, node: Node) -> DialectSpec:
        kind = SPECS[element.tag]
        if element.tag == "sendTask" and element.trigger.kind == "message":
            kind = SendTask
        if not issubclass(kind, Container):
            return kind(self.spec, name, element)
        key = self.parser.keys.get(node) or (element.call.process_id if element.call else "")
        container = kind(self.spec, name, element, spec=key)
        container.is_triggered = self.parser.is_event_subprocess(node)
        return container

    def _add_watch(self, node: Node, names: Names) -> None:
        """The trigger of an event subprocess, armed while the process around it runs."""
        for start in node.findall(f"{BPMN}startEvent"):
            element = read_element(start, self.spec.process_id, names)
            watch = Watch(self.spec, f"{node.get('id')}!", element)
            watch.flows = (Flow("", str(node.get("id"))),)
            self.spec.watches.append(watch)

    def _connect(self) -> None:
        """Flows, boundary events and links."""
        defaults = {node.get("id"): node.get("default") for node in self.node if tag_of(node) in SPECS}
        for node in self.node.findall(f"{BPMN}sequenceFlow"):
            source = self.spec.task_specs.get(node.get("sourceRef"))
            target = self.spec.task_specs.get(node.get("targetRef"))
            if source is None or target is None:
                self._fault(node, "the flow leads from or to nothing")
                continue
            try:
                flow = read_flow(node, defaults.get(node.get("sourceRef")))
            except FeelSyntaxError as wrong:
                self._fault(node, f"its condition cannot be read: {wrong.sentence}")
                continue
            if flow.condition is not None and not isinstance(source, ExclusiveGateway | InclusiveGateway):
                self._fault(node, "a condition stands on a flow that does not leave a deciding gateway")
            source.flows = (*source.flows, flow)
            source.connect(target)
            target.incoming += 1
        for node in self.node.findall(f"{BPMN}boundaryEvent"):
            host = self.spec.task_specs.get(node.get("attachedToRef"))
            if host is None:
                self._fault(node, "it is not on the border of an activity")
            elif node.get("id") in self.spec.task_specs:
                host.boundaries = (*host.boundaries, str(node.get("id")))
        self._connect_links()

    def _connect_links(self) -> None:
        """A link throw goes on at the link catch of the same name."""
        links = [s for s in self.spec.task_specs.values() if s.element.trigger.kind == "link"]
        catches = {s.element.trigger.name: s for s in links if isinstance(s, CatchEvent)}
        for spec in links:
            if isinstance(spec, ThrowEvent) and spec.element.trigger.name in catches:
                spec.flows = (Flow("", catches[spec.element.trigger.name].element.id),)

    def _fault(self, node: Node, sentence: str) -> None:
        line = cast(int | None, node.sourceline)
        self.parser.faults.append(Fault(str(self.filename), str(node.get("id", "")), sentence, line))


class DialectParser(BpmnParser):  # type: ignore[misc]
    """Reads the diagrams of a pack; `faults` collects what is wrong with them."""

    PROCESS_PARSER_CLASS = DialectProcessParser

    def __init__(self) -> None:
        """Begin without files."""
        super().__init__()
        self.names: dict[str, Names] = {}
        self.keys: dict[Any, str] = {}
        self.faults: list[Fault] = []

    def add(self, path: str, source: bytes) -> None:
        """One diagram's bytes, read without entities, network or DTD."""
        try:
            root = etree.fromstring(source, _safe())
        except (etree.XMLSyntaxError, ValueError) as wrong:
            self.faults.append(Fault(path, "", f"the file is not XML: {wrong}"))
            return
        self.names[path] = read_names(root)
        for process in root.findall(f"{BPMN}process"):
            self._register(process, str(process.get("id", "")), path)

    def specs(self) -> dict[str, DialectProcess]:
        """Every process and inner process, by key: its id, or "process/subprocess" for an inner one."""
        return {key: parser.get_spec() for key, parser in self.process_parsers.items()}

    def is_event_subprocess(self, node: Node) -> bool:
        """Whether a subprocess is started by an event."""
        return bool(node.get("triggeredByEvent") == "true")

    def _register(self, process: Node, key: str, path: str) -> None:
        """A process and every subprocess inside it, without recursion."""
        stack = [(process, key)]
        while stack:
            node, key = stack.pop()
            if key in self.process_parsers:
                self.faults.append(Fault(path, key, "another diagram has a process with this id"))
                continue
            self.keys[node] = key
            parser = self.PROCESS_PARSER_CLASS(self, node, self.namespaces, self.data_stores, filename=path)
            self.process_parsers[key] = parser
            stack.extend((inner, f"{key}/{inner.get('id')}") for inner in _subprocesses(node))


def _subprocesses(node: Node) -> list[Node]:
    return list(node.findall(f"{BPMN}subProcess"))


def _safe() -> etree.XMLParser:
    """A parser that reads nothing but the bytes it is given."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
