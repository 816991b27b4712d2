"""Whom a letter is for: the FEEL list of its `to`, read into people with addresses."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.job import Recipient
from handlers.letters.fill import clean
from handlers.letters.render import Letter
from handlers.letters.wording import LetterRefused


def recipients(letter: Letter) -> tuple[Recipient, ...]:
    """The people the wording's `to` names, none for an empty list.

    Raises LetterRefused when it has no value, or when one of them has no name.
    """
    wording = letter.wording
    if not wording.to:
        raise LetterRefused(f"letter {wording.letter_id}: its settings do not say whom it is for (to:)")
    try:
        value = letter.fill(wording.to, letter.names(None))
    except Exception as error:
        raise LetterRefused(f"letter {wording.letter_id}: its recipients ({wording.to}): {error}") from error
    if value is None:
        raise LetterRefused(f"letter {wording.letter_id}: nobody has said whom it is for: {wording.to} has no value")
    people = value if isinstance(value, list | tuple) else [value]
    return tuple(_recipient(wording.letter_id, person) for person in people)


def _recipient(letter_id: str, person: object) -> Recipient:
    """One person: a context with at least a name."""
    if isinstance(person, str):
        person = {"name": person}
    if not isinstance(person, Mapping) or not str(person.get("name") or "").strip():
        raise LetterRefused(f"letter {letter_id}: one of its recipients has no name")
    return Recipient(
        name=_line(person["name"]),
        address=_address(person.get("address")),
        email=_line(person.get("email") or ""),
        safe_to_email=person.get("safe_to_email") is True,
        details={str(name): value for name, value in person.items()},
    )


def _address(value: object) -> tuple[str, ...]:
    """An address given as lines or as text with line breaks."""
    lines = value if isinstance(value, list | tuple) else str(value or "").splitlines()
    return tuple(line for line in (_line(item) for item in lines) if line)


def _line(value: object) -> str:
    """Words on one line."""
    return " ".join(clean(str(value)).split())
