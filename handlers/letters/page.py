"""A letter as HTML for a page and as plain text; every word is escaped."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from handlers.letters.blocks import Node, words


def to_html(body: list[Node], level: int = 2) -> str:
    """The blocks as HTML; a first-level heading becomes `<h{level + 1}>`, for it stands below the letter's title."""
    return "".join(_BLOCKS[node["t"]](node, level) for node in body)


def to_text(body: list[Node], indent: str = "") -> str:
    """The blocks as plain text: headings on their own line, items with a dash, a table row by row."""
    return "".join(_text(node, indent) for node in body)


def _inline(nodes: list[Node]) -> str:
    """Inline nodes as HTML."""
    out = []
    for node in nodes:
        match node["t"]:
            case "text":
                out.append(escape(node["v"]))
            case "br":
                out.append("<br>")
            case "link":
                out.append(f'<a class="govuk-link" href="{escape(node["href"])}">{_inline(node["c"])}</a>')
            case tag:
                out.append(f"<{tag}>{_inline(node['c'])}</{tag}>")
    return "".join(out)


def _heading(node: Node, level: int) -> str:
    """A heading at its place in the page's outline."""
    rank = min(6, level + node["level"])
    size = "m" if node["level"] == 1 else "s"
    return f'<h{rank} class="govuk-heading-{size}">{_inline(node["c"])}</h{rank}>'


def _paragraph(node: Node, _level: int) -> str:
    """A paragraph."""
    return f'<p class="govuk-body">{_inline(node["c"])}</p>'


def _list(node: Node, level: int) -> str:
    """A list; an item of one paragraph needs no paragraph of its own."""
    kind = "bullet" if node["t"] == "ul" else "number"
    start = f' start="{node["start"]}"' if node.get("start", 1) != 1 else ""
    items = "".join(f"<li>{_item(item, level)}</li>" for item in node["items"])
    return f'<{node["t"]}{start} class="govuk-list govuk-list--{kind}">{items}</{node["t"]}>'


def _item(item: list[Node], level: int) -> str:
    """A list item's content."""
    if item and item[0]["t"] == "p":
        return _inline(item[0]["c"]) + to_html(item[1:], level)
    return to_html(item, level)


def _quote(node: Node, level: int) -> str:
    """A quotation."""
    return f'<blockquote class="govuk-inset-text">{to_html(node["c"], level)}</blockquote>'


def _table(node: Node, _level: int) -> str:
    """A table with column headings."""
    head = "".join(f'<th scope="col" class="govuk-table__header">{_inline(cell)}</th>' for cell in node["head"])
    rows = "".join(
        '<tr class="govuk-table__row">'
        + "".join(f'<td class="govuk-table__cell">{_inline(cell)}</td>' for cell in row)
        + "</tr>"
        for row in node["rows"]
    )
    return (
        f'<table class="govuk-table"><thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>'
        f'<tbody class="govuk-table__body">{rows}</tbody></table>'
    )


def _rule(_node: Node, _level: int) -> str:
    """A line across."""
    return '<hr class="govuk-section-break govuk-section-break--m govuk-section-break--visible">'


_BLOCKS: dict[str, Callable[[Node, int], str]] = {
    "h": _heading,
    "p": _paragraph,
    "ul": _list,
    "ol": _list,
    "quote": _quote,
    "table": _table,
    "rule": _rule,
}


def _text(node: Node, indent: str) -> str:
    """One block as plain text, an empty line after it."""
    match node["t"]:
        case "ul" | "ol":
            items = (to_text(item, indent + "  ").strip() for item in node["items"])
            lines = (f"{indent}{_bullet(node, count)} {item}\n" for count, item in enumerate(items))
            return "".join(lines) + "\n"
        case "quote":
            return to_text(node["c"], indent + "  ")
        case "table":
            rows = [" | ".join(words(cell) for cell in row) for row in [node["head"], *node["rows"]]]
            return "".join(f"{indent}{row}\n" for row in rows) + "\n"
        case "rule":
            return f"{indent}---\n\n"
    return indent + words(node).replace("\n", "\n" + indent) + "\n\n"


def _bullet(node: Node, count: int) -> str:
    """What stands before an item."""
    return "-" if node["t"] == "ul" else f"{node['start'] + count}."
