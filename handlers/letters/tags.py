"""A wording's placeholders and blocks, read into a tree with the line of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.letters.wording import LetterRefused, Wording

#: A value's place in the Markdown: private-use characters that no wording or value may hold, around its number.
OPEN, CLOSE = "\ue000", "\ue001"
MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_TAG = re.compile(
    r"^[ \t]*\{\{(?P<own>[ \t]*(?:[#/](?:(?!\}\}).)*|else)[ \t]*)\}\}[ \t]*(?:\n|\Z)|\{\{(?P<inline>.*?)\}\}",
    re.MULTILINE,
)
_EACH = re.compile(r"#each\s+(?P<list>.+)\s+as\s+(?P<name>[A-Za-z_]\w*)\Z")


@dataclass(frozen=True)
class Value:
    """A placeholder."""

    expression: str
    line: int


@dataclass
class Block:
    """A block: `kind` "", "if" or "each"; `parts` when true or for each item, `other` after else."""

    kind: str
    expression: str
    name: str
    line: int
    parts: list[Part] = field(default_factory=list)
    other: list[Part] | None = None

    @property
    def tail(self) -> list[Part]:
        """Where the next part goes."""
        return self.parts if self.other is None else self.other


Part = str | Value | Block


def read(wording: Wording) -> list[Part]:
    """The body as text, placeholders and blocks. Raises LetterRefused naming the line of a tag that does not fit."""
    if MARKS.search(wording.body):
        raise LetterRefused(f"letter {wording.letter_id}: it holds a character that no typeface has")
    stack, start = [Block("", "", "", wording.line)], 0
    for match in _TAG.finditer(wording.body):
        stack[-1].tail.append(wording.body[start : match.start()])
        start = match.end()
        tag = (match["own"] if match["own"] is not None else match["inline"]).strip()
        _take(wording, stack, tag, wording.line + wording.body.count("\n", 0, match.start()))
    stack[-1].tail.append(wording.body[start:])
    if len(stack) > 1:
        raise at(wording, stack[-1].line, f"{{{{#{stack[-1].kind}}}}} is never closed")
    return stack[0].parts


def expressions(wording: Wording) -> tuple[tuple[int, str], ...]:
    """Every FEEL expression in the text with its line: for checks before a version is published."""

    def walk(parts: Sequence[Part]) -> Iterator[tuple[int, str]]:
        for part in parts:
            if isinstance(part, str):
                continue
            yield part.line, part.expression
            if isinstance(part, Block):
                yield from walk(part.parts)
                yield from walk(part.other or [])

    return tuple(walk(read(wording)))


def _take(wording: Wording, stack: list[Block], tag: str, line: int) -> None:
    """Read one tag: open, turn or close a block, or note a placeholder."""
    if tag.startswith("#"):
        block = _opened(wording, tag, line)
        stack[-1].tail.append(block)
        stack.append(block)
    elif tag.startswith("/"):
        if stack[-1].kind != tag[1:].strip() or len(stack) == 1:
            raise at(wording, line, f"{{{{{tag}}}}} closes a block that is not open")
        stack.pop()
    elif tag == "else":
        if stack[-1].kind != "if" or stack[-1].other is not None:
            raise at(wording, line, "{{else}} stands outside an {{#if}}")
        stack[-1].other = []
    elif not tag:
        raise at(wording, line, "a placeholder is empty")
    else:
        stack[-1].tail.append(Value(tag, line))


def _opened(wording: Wording, tag: str, line: int) -> Block:
    """The block that a tag opens."""
    if tag.startswith("#if ") and tag[4:].strip():
        return Block("if", tag[4:].strip(), "", line)
    match = _EACH.match(tag)
    if match:
        return Block("each", match["list"].strip(), match["name"], line)
    raise at(wording, line, f"{{{{{tag}}}}} is no block: write {{{{#if FEEL}}}} or {{{{#each FEEL as name}}}}")


def at(wording: Wording, line: int, sentence: str) -> LetterRefused:
    """A refusal that names the letter and the line of its file."""
    return LetterRefused(f"letter {wording.letter_id}, line {line}: {sentence}")
