"""What a handler is given and what it gives back: plain, frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: Evaluates a FEEL expression over variables and gives plain Python values (Decimal, str, date, list, dict ...).
#: Raises any exception, whose text says what is wrong, when the expression cannot be read or evaluated.
Fill = Callable[[str, Mapping[str, object]], object]


class JobRefused(Exception):
    """A job that no retry can mend; its text says why, fit to be shown to a person."""


@dataclass(frozen=True)
class Job:
    """One thing to do outside the process.

    `key` is stable: the same job has the same key however often it runs. `variables` are plain Python values, `headers`
    the diagram's task headers, `wording` the policy version's letters (letter id -> Markdown), `settings` the pack's
    own (council's name and address), `now` zone-aware.
    """

    type: str
    key: str
    case_id: str
    variables: Mapping[str, object]
    headers: Mapping[str, str]
    now: datetime
    wording: Mapping[str, str]
    fill: Fill
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipient:
    """Somebody whom a letter is for; `safe_to_email` is true only when somebody has checked that it is."""

    name: str
    address: tuple[str, ...] = ()
    email: str = ""
    safe_to_email: bool = False
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """A finished letter: `key` stable and unique, `pdf` PDF/UA-1, `text` and `html` the same words."""

    key: str
    letter_id: str
    title: str
    recipient: str
    filename: str
    pdf: bytes
    text: str
    html: str
    to_print: bool = False


@dataclass(frozen=True)
class Mail:
    """A message to send once: `key` stable (it becomes the Message-ID); no personal data in `subject`."""

    key: str
    to: tuple[str, ...]
    subject: str
    text: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a job made: documents to store, mails to send, variables to give back to the case."""

    documents: tuple[Document, ...] = ()
    mails: tuple[Mail, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)
