"""From wording and variables to a finished letter, or to its preview on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from handlers.job import Document, Fill, Recipient
from handlers.letters.blocks import Node, blocks
from handlers.letters.fill import fill_in
from handlers.letters.layout import to_pdf
from handlers.letters.page import to_html, to_text
from handlers.letters.required import check
from handlers.letters.wording import LetterRefused, Wording, parse
from handlers.letters.words import in_words

LONDON = ZoneInfo("Europe/London")
#: Makes the PDF of a sheet: (letter id, sheet, moment) -> bytes.
LayOut = Callable[[str, Mapping[str, object], datetime], bytes]
_read = lru_cache(maxsize=256)(parse)


@dataclass(frozen=True)
class Letter:
    """One letter to make: what it says, about which case, from which council, when."""

    wording: Wording
    case_id: str
    variables: Mapping[str, object]
    fill: Fill
    now: datetime
    settings: Mapping[str, object]

    def names(self, recipient: Recipient | None) -> Mapping[str, object]:
        """All that the wording may speak of."""
        known = {
            **self.variables,
            "case_id": self.case_id,
            "today": self.now.astimezone(LONDON).date(),
            "council": council(self.settings),
        }
        return known if recipient is None else {**known, "recipient": _context(recipient)}


def letter(
    letter_id: str,
    markdown: str,
    *,
    case_id: str,
    variables: Mapping[str, object],
    fill: Fill,
    now: datetime,
    settings: Mapping[str, object],
) -> Letter:
    """Read a wording and put it together with what it is filled from. Raises LetterRefused."""
    return Letter(_read(letter_id, markdown), case_id, variables, fill, now, settings)


def render(letter: Letter, recipient: Recipient, key: str, *, lay_out: LayOut = to_pdf) -> Document:
    """One recipient's copy, complete: PDF (as `lay_out` makes it), plain text and HTML.

    Raises LetterRefused when a placeholder has no value, a required content is missing or it cannot be printed.
    """
    wording, names = letter.wording, letter.names(recipient)
    body = blocks(wording.letter_id, fill_in(wording, names, letter.fill))
    text = to_text(body)
    check(wording, body, text, names, letter.fill)
    return Document(
        key=key,
        letter_id=wording.letter_id,
        title=wording.title,
        recipient=recipient.name,
        filename=_filename(wording.letter_id, letter.case_id, key),
        pdf=lay_out(wording.letter_id, _sheet(letter, recipient, body), letter.now),
        text=f"{wording.title}\n\n{text}",
        html=f'<article class="letter" lang="en-GB"><h2>{escape(wording.title)}</h2>{to_html(body)}</article>',
    )


def council(settings: Mapping[str, object]) -> dict[str, object]:
    """The council as letters speak of it: `[council]` of the pack's settings, every name there."""
    given = settings.get("council")
    known = given if isinstance(given, Mapping) else {}
    address = known.get("address")
    lines = address if isinstance(address, list | tuple) else str(address or "").splitlines()
    usual = dict.fromkeys(("name", "department", "phone", "email", "website"), "")
    plain = {str(name): str(value or "") for name, value in known.items()}
    return {**usual, **plain, "address": [str(line).strip() for line in lines if str(line).strip()]}


def subject(letter: Letter) -> str:
    """The e-mail's subject: the wording's, with the case's reference in its place."""
    return re.sub(r"\{\{\s*case_id\s*\}\}", lambda _: letter.case_id, letter.wording.subject)


def _sheet(letter: Letter, recipient: Recipient, body: list[Node]) -> Mapping[str, object]:
    """The letter as the layout reads it."""
    day = letter.now.astimezone(LONDON).date()
    sender = council(letter.settings)
    address = sender["address"]
    lines = [sender["department"], *(address if isinstance(address, list) else []), sender["phone"], sender["email"]]
    return {
        "title": letter.wording.title,
        "council": {"name": sender["name"], "lines": [line for line in lines if line]},
        "reference": letter.case_id,
        "date": in_words(day),
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "recipient": {"name": recipient.name, "address": list(recipient.address)},
        "body": body,
        "enclosures": list(letter.wording.enclosures),
    }


def _context(recipient: Recipient) -> Mapping[str, object]:
    """The recipient as the wording speaks of them."""
    return {
        **recipient.details,
        "name": recipient.name,
        "address": list(recipient.address),
        "email": recipient.email,
        "safe_to_email": recipient.safe_to_email,
    }


def _filename(letter_id: str, case_id: str, key: str) -> str:
    """A file name without personal data: the letter, the case's reference, the copy's number."""
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", f"{letter_id}-{case_id}-{key.rpartition('/')[2]}")
    return f"{safe.strip('-')}.pdf"


__all__ = ["LONDON", "LayOut", "Letter", "LetterRefused", "council", "letter", "render", "subject"]
