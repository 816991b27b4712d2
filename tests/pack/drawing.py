"""A diagram as it is drawn: shapes, lines and labels, and where they get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle on the page."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box, slack: float = 0) -> bool:
        """Whether the two share more than `slack` pixels each way."""
        return (
            self.x + slack < other.x + other.width
            and other.x + slack < self.x + self.width
            and self.y + slack < other.y + other.height
            and other.y + slack < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def meets(self, line: tuple[Point, Point], slack: float = 1) -> bool:
        """Whether an upright or level stretch of line runs through the inside."""
        (x1, y1), (x2, y2) = line
        stretch = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
        return self.overlaps(
            Box(stretch.x - 0.01, stretch.y - 0.01, stretch.width + 0.02, stretch.height + 0.02), slack
        )


class Drawing:
    """One .bpmn file."""

    def __init__(self, path: Path) -> None:
        self.path, self.tree = path, etree.parse(str(path))

    def all(self, *names: str) -> Iterator[etree._Element]:
        """Every BPMN element of these names."""
        return self.tree.iter(*(BPMN + name for name in names))

    @cached_property
    def process(self) -> etree._Element:
        """The file's only process."""
        (found,) = self.all("process")
        return found

    @cached_property
    def nodes(self) -> dict[str, etree._Element]:
        """Every flow node by id: whatever a sequence flow may touch, and embedded subprocesses."""
        kinds = ("Event", "Task", "Gateway", "subProcess", "callActivity")
        found = [e for e in self.process.iter(BPMN + "*") if e.tag.endswith(kinds)]
        return {e.get("id", ""): e for e in found}

    @cached_property
    def flows(self) -> dict[str, etree._Element]:
        """Every sequence flow by id."""
        return {e.get("id", ""): e for e in self.all("sequenceFlow")}

    @cached_property
    def shapes(self) -> dict[str, Box]:
        """Element id -> its shape."""
        drawn = self.tree.iter(BPMNDI + "BPMNShape")
        return {e.get("bpmnElement", ""): _box(e.find(DC + "Bounds")) for e in drawn}

    @cached_property
    def lines(self) -> dict[str, list[Point]]:
        """Flow id -> its waypoints."""
        drawn = self.tree.iter(BPMNDI + "BPMNEdge")
        return {e.get("bpmnElement", ""): [_point(w) for w in e.iterfind(DI + "waypoint")] for e in drawn}

    @cached_property
    def labels(self) -> dict[str, Box]:
        """Element id -> where its label is written, when it is written beside it."""
        found = {}
        for drawn in self.tree.iter(BPMNDI + "BPMNShape", BPMNDI + "BPMNEdge"):
            bounds = drawn.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
            if bounds is not None:
                found[drawn.get("bpmnElement", "")] = _box(bounds)
        return found

    def stretches(self, flow: str) -> list[tuple[Point, Point]]:
        """The straight stretches of a line."""
        return list(pairwise(self.lines[flow]))

    def around(self, node: str) -> set[str]:
        """What a node is allowed to touch: the subprocesses it stands in, and the host of a boundary event."""
        element = self.nodes[node]
        found = {above.get("id", "") for above in element.iterancestors(BPMN + "subProcess")}
        return {*found, element.get("attachedToRef", "")}

    def overlaps(self) -> list[str]:
        """Pairs of shapes that lie on each other."""
        return [
            f"{a} and {b}"
            for a, b in combinations(self.nodes, 2)
            if b not in self.around(a) and a not in self.around(b) and self.shapes[a].overlaps(self.shapes[b])
        ]

    def crossings(self) -> list[str]:
        """Pairs of lines that cross or run on each other; lines from one point or into one point may run together."""
        return [f"{a} and {b}" for a, b in combinations(self.lines, 2) if self._cross(a, b)]

    def _cross(self, a: str, b: str) -> bool:
        first, second = self.lines[a], self.lines[b]
        if first[0] == second[0] or first[-1] == second[-1]:
            return False
        return any(_touch(one, other) for one in self.stretches(a) for other in self.stretches(b))

    def run_through(self) -> list[str]:
        """Lines that run through a shape which they do not belong to."""
        solid = [node for node in self.nodes if not self.nodes[node].tag.endswith("subProcess")]
        return [
            f"{flow} through {node}"
            for flow in self.lines
            for node in solid
            if any(self.shapes[node].meets(stretch) for stretch in self.stretches(flow))
        ]

    def smudges(self) -> list[str]:
        """Labels that lie on a shape, on a line or on another label."""
        solid = [node for node in self.nodes if not self.nodes[node].tag.endswith("subProcess")]
        on = [f"{a} on {n}" for a, at in self.labels.items() for n in solid if at.overlaps(self.shapes[n], 2)]
        pairs = combinations(self.labels.items(), 2)
        on += [f"{a} on label {b}" for (a, at), (b, other) in pairs if at.overlaps(other, 3)]
        for name, at in self.labels.items():
            on += [f"{name} on line {f}" for f in self.lines if any(at.meets(s, 3) for s in self.stretches(f))]
        return on

    def out_of_lane(self) -> list[str]:
        """Nodes that are not drawn inside the lane that names them."""
        return [
            f"{ref.text} outside {lane.get('name')}"
            for lane in self.all("lane")
            for ref in lane.iterfind(BPMN + "flowNodeRef")
            if not self.shapes[lane.get("id", "")].holds(self.shapes[ref.text or ""])
        ]


def _box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    return Box(*(float(bounds.get(side, "nan")) for side in ("x", "y", "width", "height")))


def _point(waypoint: etree._Element) -> Point:
    return float(waypoint.get("x", "nan")), float(waypoint.get("y", "nan"))


def _touch(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two upright or level stretches have a point in common."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    return (
        max(min(ax, bx), min(cx, dx)) <= min(max(ax, bx), max(cx, dx)) + 0.5
        and max(min(ay, by), min(cy, dy)) <= min(max(ay, by), max(cy, dy)) + 0.5
    )
