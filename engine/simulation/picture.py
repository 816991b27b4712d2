"""How cases flow, as one SVG: stages in layers from left to right, bands as wide as the cases that move. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.simulation.data import Node
from engine.simulation.measured import Flow

#: Pixels: the picture's width and edge, where the stages begin, a bar's width, and the width of the last labels.
WIDTH, MARGIN, TOP, BAR, LABEL = 1440, 24, 92, 14, 168
#: Pixels: the height that all cases together get, a line of a label, and the room between two stages.
BODY, LINE, GAP = 460, 16, 14
#: Colours that people who see few colours tell apart, dark enough on white; one a stage of the last layer, in turn.
COLOURS = ("#1d70b8", "#d4351c", "#00703c", "#7a4fa3", "#b25f00", "#28767a", "#912b60", "#505a5f")


@dataclass(frozen=True)
class Box:
    """A stage as it is drawn: its bar's left edge, top and height in pixels, and how many cases stand in it."""

    node: Node
    x: float
    y: float
    height: float
    cases: int
    colour: str


def draw(title: str, subtitle: str, layers: Sequence[Sequence[Node]], flow: Flow) -> str:
    """The picture as SVG with a title and a description for those who do not see it; stages without cases are left out.

    Needs at least one case.
    """
    shown = [[node for node in layer if flow.nodes[node.id]] for layer in layers]
    shown = [layer for layer in shown if layer]
    total = sum(flow.nodes[node.id] for node in shown[0]) if shown else 0
    boxes = _place(shown, flow, max(1, total))
    height = max((box.y + max(box.height, 4 * LINE) for box in boxes.values()), default=TOP) + 2 * GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-labelledby="title desc" font-family="Arial, Helvetica, sans-serif">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_in_words(subtitle, shown, flow))}</desc>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="38" font-size="24" font-weight="bold" fill="#0b0c0c">{escape(title)}</text>',
        f'<text x="{MARGIN}" y="64" font-size="15" fill="#505a5f">{escape(subtitle)}</text>',
        *_bands(boxes, flow, max(1, total)),
        *(_bar(box) for box in boxes.values() if box.cases),
        *(_label(box, total) for box in boxes.values() if box.cases),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _place(layers: Sequence[Sequence[Node]], flow: Flow, total: int) -> dict[str, Box]:
    """Every stage in its column; a stage never stands nearer to the next than its label needs.

    A band that passes over a column gets a place of its own below the column's stages: `_way` names it.
    """
    column_of = {node.id: column for column, layer in enumerate(layers) for node in layer}
    boxes: dict[str, Box] = {}
    for column, layer in enumerate(layers):
        x, y = _x(column, len(layers)), float(TOP)
        for row, node in enumerate(layer):
            cases = flow.nodes[node.id]
            height = max(2.0, BODY * cases / total)
            boxes[node.id] = Box(node, x, y, height, cases, COLOURS[row % len(COLOURS)])
            y += max(height, LINE * (len(_lines(node.title)) + 1) + 8) + GAP
        for (start, end), cases in sorted(flow.links.items()):
            if column_of[start] < column < column_of[end]:
                height = BODY * cases / total
                boxes[_way(start, end, column)] = Box(Node("", "", None), x, y + GAP, height, 0, "")
                y += height + 2 * GAP
    return boxes


def _x(column: int, columns: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN - BAR - LABEL) * column / max(1, columns - 1)


def _way(start: str, end: str, column: int) -> str:
    """The name of the place by which a band passes a column."""
    return f"{start}>{end}>{column}"


def _bands(boxes: Mapping[str, Box], flow: Flow, total: int) -> list[str]:
    """The bands between stages, in the order in which they leave and arrive, so that they cross least."""
    leaves = {name: box.y for name, box in boxes.items()}
    starts = {}
    for (start, end), cases in sorted(flow.links.items(), key=lambda link: _leaving(boxes, link[0])):
        starts[start, end] = leaves[start]
        leaves[start] += BODY * cases / total
    arrives = {name: box.y for name, box in boxes.items()}
    bands = []
    for (start, end), cases in sorted(flow.links.items(), key=lambda link: _arriving(boxes, link[0])):
        width = BODY * cases / total
        ways = sorted((box.x, box.y) for name, box in boxes.items() if name.startswith(f"{start}>{end}>"))
        places = [(boxes[start].x, starts[start, end]), *ways, (boxes[end].x, arrives[end])]
        words = f"{boxes[start].node.title} to {boxes[end].node.title}: {cases:,}"
        bands.append(_band([(x, y + width / 2) for x, y in places], width, boxes[end].colour, words))
        arrives[end] += width
    return bands


def _leaving(boxes: Mapping[str, Box], link: tuple[str, str]) -> tuple[float, float, float, float]:
    one, other = boxes[link[0]], boxes[link[1]]
    return one.x, one.y, other.x, other.y


def _arriving(boxes: Mapping[str, Box], link: tuple[str, str]) -> tuple[float, float, float, float]:
    one, other = boxes[link[0]], boxes[link[1]]
    return other.x, other.y, -one.x, one.y


def _band(places: Sequence[tuple[float, float]], width: float, colour: str, words: str) -> str:
    """One band through these places: as thick as its cases, at least a hair, with its words for the pointer."""
    (first, y), *others = places
    at = first + BAR
    path = f"M{at:.1f},{y:.1f}"
    for x, next_y in others:
        middle = (at + x) / 2
        end = x + BAR if (x, next_y) != others[-1] else x
        path += f" C{middle:.1f},{y:.1f} {middle:.1f},{next_y:.1f} {x:.1f},{next_y:.1f} L{end:.1f},{next_y:.1f}"
        at, y = end, next_y
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.3" stroke-width="{max(1.2, width):.1f}">'
        f"<title>{escape(words)}</title></path>"
    )


def _bar(box: Box) -> str:
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{BAR}" height="{box.height:.1f}" fill="{box.colour}">'
        f"<title>{escape(box.node.title)}: {box.cases:,}</title></rect>"
    )


def _label(box: Box, total: int) -> str:
    """The stage's name and its cases, beside the bar, with a white edge where they lie on a band."""
    x, y = box.x + BAR + 7, box.y + 16
    share = 100 * box.cases / total if total else 0
    halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
    lines = [*_lines(box.node.title), f"{box.cases:,} ({share:.{1 if share < 10 else 0}f}%)"]
    weights = ["bold"] * (len(lines) - 1) + ["normal"]
    spans = [
        f'<tspan x="{x:.1f}" dy="{LINE if number else 0}" font-weight="{weight}">{escape(line)}</tspan>'
        for number, (line, weight) in enumerate(zip(lines, weights, strict=True))
    ]
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="14" fill="#0b0c0c" {halo}>{"".join(spans)}</text>'


def _lines(title: str, longest: int = 20) -> list[str]:
    """A title in lines that fit beside a bar."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _in_words(subtitle: str, layers: Sequence[Sequence[Node]], flow: Flow) -> str:
    """The same in sentences: each layer's stages with their cases."""
    told = ["; ".join(f"{node.title}: {flow.nodes[node.id]:,}" for node in layer) for layer in layers]
    return f"{subtitle}. From left to right: " + ". Then ".join(told) + "."
