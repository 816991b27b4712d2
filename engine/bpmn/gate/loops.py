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
        self.beside = {diagram.id: _Beside(diagram) for diagram in diagrams.values()}
        #: Scopes that the flow can pass, or throw out of, without waiting: (process id, id of the scope).
        self.passes: set[Place] = set()
        self.throws: set[Place] = set()
        self._settle()

    def edges(self) -> dict[Place, set[Place]]:
        """Every step from place to place, calls and messages included."""
        found: dict[Place, set[Place]] = {}
        for diagram in self.diagrams.values():
            for node in diagram.nodes.values():
                found[(diagram.id, node.id)] = set(self._next(diagram, node)) | set(self._inside(diagram, node))
        self._add_messages(found)
        return found

    def _next(self, diagram: Diagram, node: Node) -> Iterable[Place]:
        """Where the flow goes on after a node in the same step."""
        if is_waiting(node):
            return
        scope = self._entered(diagram, node)
        if node.tag not in _CONTAINERS or scope in self.passes:
            for flow in diagram.out_of(node.id):
                yield diagram.id, flow.target
        beside = self.beside[diagram.id]
        if node.tag == "intermediateThrowEvent" and node.trigger == "link":
            targets = beside.links.get((node.scope, _link(node)), ())
            yield from ((diagram.id, own) for own in targets[:1])  # more than one is refused elsewhere
        if scope in self.throws:
            yield from ((diagram.id, own) for own in beside.catching.get(node.id, ()))

    def _inside(self, diagram: Diagram, node: Node) -> Iterable[Place]:
        """The starts that a subprocess or call sets going at once."""
        scope = self._entered(diagram, node)
        if scope is not None:
            process, own = scope
            for start in self.diagrams[process].inside(own):
                if start.tag == "startEvent":
                    yield process, start.id

    def _entered(self, diagram: Diagram, node: Node) -> Place | None:
        """The scope that a subprocess or a call enters, when it is known."""
        if node.tag == "subProcess" and not node.is_event_subprocess:
            return diagram.id, node.id
        if node.tag == "callActivity":
            called = node.extension("calledElement")
            process = "" if called is None else called.get("processId") or ""
            return (process, process) if process in self.diagrams else None
        return None

    def _settle(self) -> None:
        """Which scopes can be passed, or thrown out of, without waiting; each may depend on others."""
        scopes = [(d.id, n.id) for d in self.diagrams.values() for n in d.nodes.values() if n.tag == "subProcess"]
        scopes = [*reversed(scopes), *((own, own) for own in self.diagrams)]  # inner before outer
        before = -1
        while before < len(self.passes) + len(self.throws):
            before = len(self.passes) + len(self.throws)
            for scope in scopes:
                self._run(scope)

    def _run(self, scope: Place) -> None:
        """Go through a scope from its start: does it reach an end, does it throw, before anything waits?"""
        diagram = self.diagrams[scope[0]]
        todo = [(diagram.id, n.id) for n in diagram.inside(scope[1]) if n.tag == "startEvent"]
        seen = set[Place]()
        while todo:
            place = todo.pop()
            node = diagram.nodes.get(place[1])
            if place in seen or node is None:
                continue
            seen.add(place)
            if node.tag == "endEvent":
                self.passes.add(scope)
            thrown = node.tag in _THROWS and node.trigger in ("error", "escalation")
            if thrown or self._entered(diagram, node) in self.throws:
                self.throws.add(scope)
            todo += self._next(diagram, node)

    def _add_messages(self, edges: dict[Place, set[Place]]) -> None:
        """A message thrown reaches at once what handles every one: non-interrupting borders and event subprocesses."""
        for diagram in self.diagrams.values():
            for node in diagram.nodes.values():
                name = diagram.message_of(node)
                handles = node.tag in ("boundaryEvent", "startEvent") and not node.interrupts
                if name and handles:
                    edges.setdefault(("", name), set()).add((diagram.id, node.id))
                elif name and node.tag in _THROWS:
                    edges[(diagram.id, node.id)].add(("", name))

    def fault(self, circle: list[Place]) -> Fault:
        """What to say of a circle: its elements by label, the first named as the place."""
        places = [(p, n) for p, n in circle if p in self.diagrams and n in self.diagrams[p].nodes]
        process, first = places[0]
        diagram = self.diagrams[process]
        names = [self.diagrams[p].nodes[n].name or n for p, n in places]
        shown = ", ".join(f"“{name[:60]}”" for name in names[:6]) + (" and more" if len(names) > 6 else "")
        line = line_of(diagram.nodes[first].xml)
        sentence = f"The flow can go round for ever without waiting for anybody: {shown}. Put a task or a timer in it."
        return Fault(diagram.path, first, sentence, line)


class _Beside:
    """What can be reached beside the flows of a diagram: links by scope and name, borders that catch by host."""

    def __init__(self, diagram: Diagram) -> None:
        self.links: dict[tuple[str, str], list[str]] = {}
        self.catching: dict[str, list[str]] = {}
        for node in diagram.nodes.values():
            if node.tag == "intermediateCatchEvent" and node.trigger == "link":
                self.links.setdefault((node.scope, _link(node)), []).append(node.id)
            if node.tag == "boundaryEvent" and node.trigger in ("error", "escalation"):
                self.catching.setdefault(node.host, []).append(node.id)


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
