"""A letter's preview beside the task in which it is written: what is still missing is shown, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from handlers.job import Fill, Recipient
from handlers.letters.blocks import blocks
from handlers.letters.fill import fill_in
from handlers.letters.page import to_html, to_text
from handlers.letters.recipients import recipients
from handlers.letters.render import Letter
from handlers.letters.required import missing
from handlers.letters.wording import LetterRefused

_SOMEBODY = Recipient("[recipient not known yet]")


def preview_html(letter: Letter, level: int = 2) -> str:
    """The first recipient's copy as HTML for a page; its title is an `<h{level}>`.

    A placeholder without a value reads "[not known yet: ...]"; what is missing is listed above the letter.
    Raises LetterRefused only when the wording itself cannot be read.
    """
    gaps: list[LetterRefused] = []
    people = _people(letter, gaps)
    names = letter.names(people[0])
    body = blocks(letter.wording.letter_id, fill_in(letter.wording, names, letter.fill, gaps))
    absent = missing(letter.wording, body, to_text(body), names, _forgiving(letter.fill))
    notes = [*(str(gap) for gap in gaps), *(f"required and missing: {item}" for item in absent)]
    to = escape(", ".join(person.name for person in people))
    return (
        '<article class="letter" lang="en-GB">'
        f'<h{level} class="govuk-heading-l">{escape(letter.wording.title)}</h{level}>'
        f'{_notes(notes)}<p class="govuk-body">To: {to}</p>{to_html(body, level)}</article>'
    )


def _people(letter: Letter, gaps: list[LetterRefused]) -> tuple[Recipient, ...]:
    """The recipients as far as they are known."""
    try:
        return recipients(letter) or (_SOMEBODY,)
    except LetterRefused as refusal:
        gaps.append(refusal)
        return (_SOMEBODY,)


def _forgiving(fill: Fill) -> Fill:
    """The same expressions, with no value where there would be an error."""

    def patient(expression: str, variables: Mapping[str, object]) -> object:
        try:
            return fill(expression, variables)
        except Exception:
            return None

    return patient


def _notes(notes: list[str]) -> str:
    """What keeps the letter from being sent as it is."""
    items = "".join(f"<li>{escape(note)}</li>" for note in dict.fromkeys(notes))
    said = '<p class="govuk-body">This letter cannot be sent yet:</p>'
    return (
        f'<div class="govuk-inset-text">{said}<ul class="govuk-list govuk-list--bullet">{items}</ul></div>'
        if items
        else ""
    )
