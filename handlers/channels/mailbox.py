"""The demo's mailbox: nothing leaves; the host keeps each mail where a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.channels.email import message_id
from handlers.job import Document, Mail


@dataclass(frozen=True)
class Kept:
    """A mail as the host keeps it: `attachments` are the documents' keys and file names."""

    key: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[tuple[str, str], ...]
    at: datetime


Keep = Callable[[Kept], object]


def hand_over(keep: Keep, sender: str, mail: Mail, documents: Mapping[str, Document], now: datetime) -> str:
    """Hand one mail to the host; gives the Message-ID that it would have had."""
    attachments = tuple((key, documents[key].filename) for key in mail.documents)
    keep(Kept(mail.key, sender, mail.to, mail.subject, mail.text, attachments, now))
    return message_id(mail.key, sender)
