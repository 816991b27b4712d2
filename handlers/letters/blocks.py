"""Markdown as a tree of blocks: the one form from which PDF, HTML and plain text are made.

A node is a dict with `t`: h (level, c), p (c), ul and ol (items, start), quote (c), table (head, rows), rule; inline
text (v), strong (c), em (c), link (href, c), br. Text is data in all of them: nothing in it is ever markup again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from handlers.letters.fill import Filled
from handlers.letters.tags import CLOSE, OPEN
from handlers.letters.wording import LetterRefused

Node = dict[str, Any]

_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_SAFE_LINK = re.compile(r"(https://[^\s]+|mailto:[^\s@]+@[^\s@]+|tel:\+?[0-9 -]+)\Z")
_ENCODED_MARK = "%EE%80%80"
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").disable(["code", "backticks"])
_MARKDOWN.validateLink = lambda url: bool(url)  # type: ignore[method-assign]  # judged by _SAFE_LINK, in words
_REFUSED = {
    "image": "a picture",
    "html_block": "HTML",
    "html_inline": "HTML",
    "fence": "a block of code",
}


def blocks(letter_id: str, filled: Filled) -> list[Node]:
    """The letter's blocks with every value in its place. Raises LetterRefused for what a letter may not hold."""
    tree = SyntaxTreeNode(_MARKDOWN.parse(filled.markdown))
    return _levelled(_Reader(letter_id, filled.values).all(tree.children))


class _Reader:
    """Reads one letter's Markdown; holds its id for refusals and its values."""

    def __init__(self, letter_id: str, values: Sequence[str]) -> None:
        """Keep what every part of the reading needs."""
        self.letter_id = letter_id
        self.values = values

    def all(self, nodes: Sequence[SyntaxTreeNode]) -> list[Node]:
        """Block nodes in order; a paragraph may become several."""
        return [block for node in nodes for block in self.block(node)]

    def block(self, node: SyntaxTreeNode) -> list[Node]:
        """One block of Markdown."""
        match node.type:
            case "paragraph":
                return [{"t": "p", "c": part} for part in _paragraphs(self.line(node))]
            case "heading":
                return [{"t": "h", "level": max(1, int(node.tag[1]) - 1), "c": _one_line(self.line(node))}]
            case "bullet_list":
                return [{"t": "ul", "items": [self.all(item.children) for item in node.children]}]
            case "ordered_list":
                start = int(node.attrs.get("start", 1))
                return [{"t": "ol", "start": start, "items": [self.all(item.children) for item in node.children]}]
            case "blockquote":
                return [{"t": "quote", "c": self.all(node.children)}]
            case "table":
                return [self.table(node)]
            case "hr":
                return [{"t": "rule"}]
        raise self.refusal(node)

    def table(self, node: SyntaxTreeNode) -> Node:
        """A table: its heading cells, and its rows of cells."""
        head = [self.line(cell) for row in node.children[0].children for cell in row.children]
        body = node.children[1].children if len(node.children) > 1 else []
        return {"t": "table", "head": head, "rows": [[self.line(cell) for cell in row.children] for row in body]}

    def line(self, node: SyntaxTreeNode) -> list[Node]:
        """The inline nodes of a paragraph, heading or cell."""
        return [part for inline in node.children for child in inline.children for part in self.inline(child)]

    def inline(self, node: SyntaxTreeNode) -> list[Node]:
        """One inline node of Markdown."""
        match node.type:
            case "text":
                return self.text(node.content)
            case "softbreak":
                return [{"t": "text", "v": " "}]
            case "hardbreak":
                return [{"t": "br"}]
            case "strong" | "em":
                return [{"t": node.type, "c": [part for child in node.children for part in self.inline(child)]}]
            case "link":
                return [self.link(node)]
        raise self.refusal(node)

    def text(self, content: str) -> list[Node]:
        """Text with each mark replaced by its value, line for line."""
        pieces = _MARK.split(content)
        out: list[Node] = []
        for index, piece in enumerate(pieces):
            words = self.values[int(piece)] if index % 2 else piece
            for count, part in enumerate(words.split("\n")):
                out += [{"t": "br"}] * bool(count) + ([{"t": "text", "v": part}] if part else [])
        return out

    def link(self, node: SyntaxTreeNode) -> Node:
        """A link whose target is fixed by the wording and leads to the web, a mailbox or a telephone."""
        href = str(node.attrs.get("href", ""))
        if _ENCODED_MARK in href or not _SAFE_LINK.match(href):
            raise LetterRefused(
                f"letter {self.letter_id}: a link must lead to https:, mailto: or tel: and hold no placeholder: {href}"
            )
        return {"t": "link", "href": href, "c": [part for child in node.children for part in self.inline(child)]}

    def refusal(self, node: SyntaxTreeNode) -> LetterRefused:
        """Why a kind of Markdown has no place in a letter."""
        what = _REFUSED.get(node.type, node.type)
        near = " ".join(_MARK.sub("...", node.content).split())[:60]
        return LetterRefused(f"letter {self.letter_id}: {what} has no place in a letter: {near}")


def _paragraphs(line: list[Node]) -> list[list[Node]]:
    """A line split where typed text has an empty line: two breaks in a row."""
    parts: list[list[Node]] = [[]]
    for node in line:
        last = parts[-1]
        if node["t"] == "br" and last and last[-1]["t"] == "br":
            last.pop()
            parts.append([])
        elif node["t"] != "br" or last:
            last.append(node)
    return [part for part in (_trimmed(part) for part in parts) if part]


def _trimmed(line: list[Node]) -> list[Node]:
    """A line without breaks at its end."""
    while line and line[-1]["t"] == "br":
        line = line[:-1]
    return line


def _one_line(line: list[Node]) -> list[Node]:
    """A line whose breaks are spaces."""
    return [{"t": "text", "v": " "} if node["t"] == "br" else node for node in line]


def _levelled(nodes: list[Node]) -> list[Node]:
    """The blocks with no heading more than one level below the one before it, as PDF/UA asks."""
    level = 0
    for node in nodes:
        if node["t"] == "h":
            level = node["level"] = min(node["level"], level + 1)
    return nodes


def words(node: Node | list[Node]) -> str:
    """The plain words of a node or of nodes in a row."""
    if isinstance(node, list):
        return "".join(words(part) for part in node)
    if node["t"] == "text":
        return str(node["v"])
    return "\n" if node["t"] == "br" else words(node.get("c", []))
