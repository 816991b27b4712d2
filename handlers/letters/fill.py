"""Filling a wording: blocks and placeholders in, Markdown with marks out; a gap is an error, never an empty space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import bidirectional, category

from handlers.job import Fill
from handlers.letters.tags import CLOSE, OPEN, Block, Part, Value, at, read
from handlers.letters.wording import LetterRefused, Wording
from handlers.letters.words import in_words

_MOST = 500
_UNREADABLE = object()
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@dataclass(frozen=True)
class Filled:
    """Markdown with a mark for each value, and the values' words in the order of their numbers."""

    markdown: str
    values: tuple[str, ...]


def fill_in(
    wording: Wording, variables: Mapping[str, object], fill: Fill, gaps: list[LetterRefused] | None = None
) -> Filled:
    """The wording with every block decided and every placeholder given its value.

    Raises LetterRefused naming the placeholder and its line when an expression cannot be evaluated or has no value;
    for a preview, give a list of `gaps`: they are noted there and shown in brackets instead.
    """
    filler = _Filler(wording, fill, [], gaps)
    markdown = "".join(filler.expand(read(wording), variables))
    return Filled(markdown, tuple(filler.values))


@dataclass(frozen=True)
class _Filler:
    """Fills one wording; `values` grows by a placeholder at a time, `gaps` is None where a gap is an error."""

    wording: Wording
    fill: Fill
    values: list[str]
    gaps: list[LetterRefused] | None

    def expand(self, parts: Sequence[Part], variables: Mapping[str, object]) -> Iterator[str]:
        """The parts as Markdown with a mark for each value."""
        for part in parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Value):
                self.values.append(self.words(part, variables))
                yield f"{OPEN}{len(self.values) - 1}{CLOSE}"
            elif part.kind == "if":
                holds = self.evaluate(part, variables) is True
                yield from self.expand(part.parts if holds else part.other or [], variables)
            else:
                for item in self.items(part, variables):
                    yield from self.expand(part.parts, {**variables, part.name: item})

    def words(self, part: Value, variables: Mapping[str, object]) -> str:
        """A placeholder's value in words, never empty."""
        value = self.evaluate(part, variables)
        words = clean(in_words(value) or "").strip()
        if not words and value is not _UNREADABLE:
            self.gap(part, f"{{{{ {part.expression} }}}} has no value, and a letter may have no gap")
        return words or f"[not known yet: {part.expression}]"

    def items(self, part: Block, variables: Mapping[str, object]) -> Sequence[object]:
        """What a block is repeated for."""
        value = self.evaluate(part, variables)
        if value is _UNREADABLE:
            return ()
        if not isinstance(value, list | tuple):
            self.gap(part, f"{{{{#each {part.expression}}}}} has no list to go through")
            return ()
        if len(value) > _MOST:
            raise at(self.wording, part.line, f"{{{{#each {part.expression}}}}} has more than {_MOST} items")
        return value

    def evaluate(self, part: Value | Block, variables: Mapping[str, object]) -> object:
        """An expression's value; whatever goes wrong is told with its line."""
        try:
            return self.fill(part.expression, variables)
        except Exception as error:
            self.gap(part, f"{{{{ {part.expression} }}}} cannot be filled: {error}", error)
            return _UNREADABLE

    def gap(self, part: Value | Block, sentence: str, cause: Exception | None = None) -> None:
        """Refuse, or note what is missing."""
        refusal = at(self.wording, part.line, sentence)
        if self.gaps is None:
            raise refusal from cause
        self.gaps.append(refusal)


def clean(words: str) -> str:
    """Typed text as a letter can print it: no control characters, no marks that turn the reading direction."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in lines if letter == "\n" or not _unprintable(letter))


def _unprintable(letter: str) -> bool:
    """Control, private-use, unassigned and surrogate characters, and those that turn the reading direction."""
    return category(letter) in {"Cc", "Co", "Cn", "Cs"} or bidirectional(letter) in _TURNS
