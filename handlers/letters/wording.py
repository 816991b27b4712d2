"""A letter's file: settings at the top, Markdown with placeholders below; read once into a Wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from handlers.job import JobRefused

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_KNOWN = {"title", "subject", "to", "guidance", "required", "enclosures"}


class LetterRefused(JobRefused):
    """A letter that cannot be made: what is wrong, and where, in words."""


@dataclass(frozen=True)
class Required:
    """Something a finished letter must contain: a heading with text below it, or a sentence; `when` is FEEL."""

    heading: str = ""
    text: str = ""
    when: str = ""


@dataclass(frozen=True)
class Wording:
    """One letter's wording; `line` is the line of the file on which `body` begins (from 1)."""

    letter_id: str
    title: str
    subject: str
    to: str
    guidance: tuple[str, ...]
    required: tuple[Required, ...]
    enclosures: tuple[str, ...]
    body: str
    line: int


def parse(letter_id: str, markdown: str) -> Wording:
    """Read one letter's file. Raises LetterRefused naming what is missing or unknown."""
    text = markdown.replace("\r\n", "\n").removeprefix("\ufeff")
    match = _FRONT.match(text)
    if match is None:
        raise LetterRefused(f"letter {letter_id}: begin the file with its settings between two lines of ---")
    front = _settings(letter_id, match.group(1))
    return Wording(
        letter_id=letter_id,
        title=_plain(letter_id, front, "title"),
        subject=_subject(letter_id, front),
        to=str(front.get("to", "")).strip().removeprefix("=").strip(),
        guidance=_ids(front.get("guidance")),
        required=tuple(_required(letter_id, item) for item in _items(letter_id, front, "required")),
        enclosures=tuple(str(item) for item in _items(letter_id, front, "enclosures")),
        body=text[match.end() :],
        line=text.count("\n", 0, match.end()) + 1,
    )


def _settings(letter_id: str, text: str) -> Mapping[str, object]:
    """The settings at the top as a mapping of known names."""
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = str(error).replace("\n", " ")
        raise LetterRefused(f"letter {letter_id}: its settings cannot be read: {reason}") from error
    if not isinstance(front, dict):
        raise LetterRefused(f"letter {letter_id}: its settings are not a list of names and values")
    unknown = sorted(str(name) for name in front if name not in _KNOWN)
    if unknown:
        raise LetterRefused(f"letter {letter_id}: unknown setting {unknown[0]!r}")
    return front


def _plain(letter_id: str, front: Mapping[str, object], name: str) -> str:
    """A setting that must be there, in plain words without placeholders."""
    value = str(front.get(name) or "").strip()
    if not value:
        raise LetterRefused(f"letter {letter_id}: it has no {name}")
    if "{{" in value:
        raise LetterRefused(f"letter {letter_id}: its {name} may hold no placeholder: it is shown in lists")
    return value


def _subject(letter_id: str, front: Mapping[str, object]) -> str:
    """The e-mail's subject: no placeholder but the case's reference, so that no personal data can stand in it."""
    value = " ".join(str(front.get("subject") or front.get("title") or "").split())
    for name in _PLACEHOLDER.findall(value):
        if name.strip() != "case_id":
            raise LetterRefused(
                f"letter {letter_id}: its subject may hold no placeholder but {{{{ case_id }}}}, not {name.strip()!r}:"
                " a subject is read by others than the person it is for"
            )
    return value


def _ids(value: object) -> tuple[str, ...]:
    """Guidance ids given as a list or separated by commas."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _items(letter_id: str, front: Mapping[str, object], name: str) -> list[object]:
    """A setting that is a list, or not there."""
    value = front.get(name) or []
    if not isinstance(value, list):
        raise LetterRefused(f"letter {letter_id}: its setting {name!r} is not a list")
    return value


def _required(letter_id: str, item: object) -> Required:
    """One required content: a heading's words, or a mapping of heading or text and when."""
    if isinstance(item, str) and item.strip():
        return Required(heading=item.strip())
    if isinstance(item, dict) and set(item) <= {"heading", "text", "when"} and ("heading" in item) != ("text" in item):
        words = {name: str(value).strip() for name, value in item.items()}
        return Required(
            words.get("heading", ""), words.get("text", ""), words.get("when", "").removeprefix("=").strip()
        )
    raise LetterRefused(
        f"letter {letter_id}: a required content is a heading, or a heading or text with when: {item!r}"
    )
