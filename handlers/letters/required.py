"""Is everything in the letter that must be? Checked on the finished words, when it is made."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.job import Fill
from handlers.letters.blocks import Node, words
from handlers.letters.wording import LetterRefused, Required, Wording


def check(wording: Wording, body: list[Node], text: str, variables: Mapping[str, object], fill: Fill) -> None:
    """Raise LetterRefused, naming each, when required contents are missing from a finished letter."""
    absent = missing(wording, body, text, variables, fill)
    if absent:
        raise LetterRefused(f"letter {wording.letter_id}: required and missing: {'; '.join(absent)}")


def missing(wording: Wording, body: list[Node], text: str, variables: Mapping[str, object], fill: Fill) -> list[str]:
    """The required headings and sentences that a letter does not hold."""
    sections = _sections(body)
    said = _folded(text)
    return [
        item.heading or item.text
        for item in wording.required
        if _applies(wording, item, variables, fill) and not _holds(item, sections, said)
    ]


def _applies(wording: Wording, item: Required, variables: Mapping[str, object], fill: Fill) -> bool:
    """Whether a required content is required this time."""
    if not item.when:
        return True
    try:
        return fill(item.when, variables) is True
    except Exception as error:
        raise LetterRefused(f"letter {wording.letter_id}: required when {item.when}: {error}") from error


def _holds(item: Required, sections: Mapping[str, bool], said: str) -> bool:
    """Whether the letter has the heading with something below it, or the sentence."""
    return sections.get(_folded(item.heading), False) if item.heading else _folded(item.text) in said


def _sections(body: list[Node]) -> dict[str, bool]:
    """Each heading -> whether anything stands below it, before the next heading of its level or above."""
    full: dict[str, bool] = {}
    above: list[tuple[int, str]] = []
    for node in body:
        if node["t"] == "h":
            above = [pair for pair in above if pair[0] < node["level"]]
            above.append((node["level"], _folded(words(node))))
            full.setdefault(above[-1][1], False)
        elif node["t"] != "rule":
            full.update({title: True for _, title in above})
    return full


def _folded(text: str) -> str:
    """Words only: case and spacing do not matter."""
    return " ".join(text.split()).casefold()
