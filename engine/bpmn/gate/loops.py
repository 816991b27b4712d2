"""Loops that never wait: a step could not end. Looked for in all diagrams together, across calls and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.bpmn.gate.diagram import Diagram, Node
from engine.bpmn.gate.names import line_of
from engine.model.errors import Fault

#: A place in the flow: process id, node id.
Place = tuple[str, str]
_WAITS = ("userTask", "serviceTask", "receiveTask", "eventBasedGateway")
_CONTAINERS = ("subProcess", "callActivity")
_THROWS = ("intermediateThrowEvent", "endEvent", "sendTask")


def endless_loops(diagrams: Mapping[str, Diagram]) -> list[Fault]:
    """A fault for each circle of elements none of which waits; diagrams by process id.

    A process that is not among them is taken to wait.
    """
    graph = _Graph(diagrams)
    return [graph.fault(circle) for circle in circles(graph.edges())]


def is_waiting(node: Node) -> bool:
    """Whether the case always rests at this node until something happens."""
    if node.tag == "sendTask":
        return not node.xml.get("messageRef")
    if node.tag == "intermediateCatchEvent":
        return node.trigger != "link"
    return node.tag in _WAITS


class _Graph:
    """Where the flow can go on within one step."""

    def __init__(self, diagrams: Mapping[str, Diagram]) -> None:
        self.diagrams = diagrams
        self.passes: set[Place] = set()
        self.throws: set[Place] = set()
        self._settle()

    def edges(self) -> dict[Place, set[Place]]:
        """Every step from place to place, calls and messages included."""
        found: dict[Place, set[Place]] = {}
        for diagram in self.diagrams.values():
            for node in diagrams_nodes(diagram):
                found[(diagram.id, node.id)] = set(self._next(diagram, node)) | set(self._inside(diagram, node))
        self._add_messages(found)
        return found

    def _next(self, diagram: Diagram, node: Node) -> Iterable[Place]:
        """Where the flow goes on after a node in the same step."""
        place = (diagram.id, node.id)
        if is_waiting(node):
            return
        if node.tag not in _CONTAINERS or place in self.passes:
            for flow in diagram.out_of(node.id):
                yield diagram.id, flow.target
        if node.tag == "intermediateThrowEvent" and node.trigger == "link":
            for other in diagram.inside(node.scope):
                if other.tag == "intermediateCatchEvent" and _link(other) == _link(node):
                    yield diagram.id, other.id
        if place in self.throws:
            for other in diagram.inside(node.scope):
                if other.tag == "boundaryEvent" and other.host == node.id and other.trigger in ("error", "escalation"):
                    yield diagram.id, other.id

    def _inside(self, diagram: Diagram, node: Node) -> Iterable[Place]:
        """The starts that a subprocess or call sets going at once."""
        target = self._entered(diagram, node)
        if target is not None:
            inner, scope = target
            for start in inner.inside(scope):
                if start.tag == "startEvent":
                    yield inner.id, start.id

    def _entered(self, diagram: Diagram, node: Node) -> tuple[Diagram, str] | None:
        """The scope that a subprocess or a call enters, when it is known."""
        if node.tag == "subProcess" and not node.is_event_subprocess:
            return diagram, node.id
        if node.tag == "callActivity":
            called = node.extension("calledElement")
            inner = self.diagrams.get("" if called is None else called.get("processId") or "")
            return None if inner is None else (inner, inner.id)
        return None

    def _settle(self) -> None:
        """Which containers the flow can pass, or throw out of, without waiting; each may depend on others."""
        holders = [(d, n) for d in self.diagrams.values() for n in diagrams_nodes(d) if n.tag in _CONTAINERS]
        changed = True
        while changed:
            changed = False
            for diagram, node in holders:
                changed |= self._settle_one(diagram, node)

    def _settle_one(self, diagram: Diagram, node: Node) -> bool:
        place, target = (diagram.id, node.id), self._entered(diagram, node)
        if target is None or (place in self.passes and place in self.throws):
            return False
        ends, throws = self._run(*target)
        before = len(self.passes) + len(self.throws)
        if ends:
            self.passes.add(place)
        if throws:
            self.throws.add(place)
        return len(self.passes) + len(self.throws) > before

    def _run(self, diagram: Diagram, scope: str) -> tuple[bool, bool]:
        """Whether a run through a scope can reach an end, and whether it can throw, before anything waits."""
        todo = [(diagram.id, n.id) for n in diagram.inside(scope) if n.tag == "startEvent"]
        seen, ends, throws = set[Place](), False, False
        while todo:
            place = todo.pop()
            node = diagram.nodes.get(place[1])
            if place in seen or node is None:
                continue
            seen.add(place)
            ends |= node.tag == "endEvent" or (not diagram.out_of(node.id) and not is_waiting(node))
            throws |= place in self.throws or (node.tag in _THROWS and node.trigger in ("error", "escalation"))
            todo += self._next(diagram, node)
        return ends, throws

    def _add_messages(self, edges: dict[Place, set[Place]]) -> None:
        """A message thrown reaches at once what handles every one: non-interrupting borders and event subprocesses."""
        handlers: dict[str, list[Place]] = {}
        for diagram in self.diagrams.values():
            for node in diagrams_nodes(diagram):
                handles = node.tag == "boundaryEvent" or (node.tag == "startEvent" and node.trigger == "message")
                if handles and node.trigger == "message" and not node.interrupts:
                    handlers.setdefault(diagram.message_of(node), []).append((diagram.id, node.id))
        for diagram in self.diagrams.values():
            for node in diagrams_nodes(diagram):
                throws = node.tag in _THROWS and (node.trigger == "message" or node.tag == "sendTask")
                if throws and diagram.message_of(node):
                    edges[(diagram.id, node.id)] |= set(handlers.get(diagram.message_of(node), ()))

    def fault(self, circle: list[Place]) -> Fault:
        """What to say of a circle: its elements by label, the first named as the place."""
        process, first = circle[0]
        diagram = self.diagrams[process]
        names = [self.diagrams[p].nodes[n].name or n for p, n in circle if n in self.diagrams[p].nodes]
        shown = ", ".join(f"“{name[:60]}”" for name in names[:6]) + (" and more" if len(names) > 6 else "")
        node = diagram.nodes.get(first)
        line = None if node is None else line_of(node.xml)
        sentence = f"The flow can go round for ever without waiting for anybody: {shown}. Put a task or a timer in it."
        return Fault(diagram.path, first, sentence, line)


def diagrams_nodes(diagram: Diagram) -> Iterable[Node]:
    """The flow nodes of a diagram."""
    return diagram.nodes.values()


def _link(node: Node) -> str:
    return str(node.definitions[0].get("name") or "") if node.trigger == "link" else ""


def circles(edges: Mapping[Place, Iterable[Place]]) -> list[list[Place]]:
    """The strongly connected places of a graph that lie on a circle (Tarjan's method, without recursion)."""
    index: dict[Place, int] = {}
    low: dict[Place, int] = {}
    stack: list[Place] = []
    on_stack: set[Place] = set()
    found: list[list[Place]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(sorted(edges.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            place, following = work[-1]
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(sorted(edges.get(target, ())))))
                    break
                if target in on_stack:
                    low[place] = min(low[place], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[place])
                if low[place] == index[place]:
                    found += _component(place, stack, on_stack, edges)
    return found


def _component(
    root: Place, stack: list[Place], on_stack: set[Place], edges: Mapping[Place, Iterable[Place]]
) -> list[list[Place]]:
    """Take one component off the stack; it counts when it has a circle."""
    members: list[Place] = []
    while True:
        place = stack.pop()
        on_stack.discard(place)
        members.append(place)
        if place == root:
            break
    is_circle = len(members) > 1 or root in set(edges.get(root, ()))
    return [members[::-1]] if is_circle else []
