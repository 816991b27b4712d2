"""What a case holds besides answers: letters made, files given, mails caught by the demo mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Document:
    """A letter of a case; `digest` is the SHA-256 of its bytes, `stable_key` names it over retries."""

    id: int
    case_id: str
    stable_key: str
    job_id: str | None
    letter: str
    title: str
    recipient: str
    media_type: str
    digest: str
    size: int
    made_at: datetime
    meta: Mapping[str, object] = field(default_factory=dict)
    sent_at: datetime | None = None
    channel: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that somebody gave to a case; `reference` is what a file answer holds."""

    id: int
    case_id: str
    filename: str
    media_type: str
    digest: str
    size: int
    added_by: str
    added_at: datetime

    @property
    def reference(self) -> str:
        """The value a file field of a form holds: `attachment:<id>:<digest>`."""
        return f"attachment:{self.id}:{self.digest}"


@dataclass(frozen=True)
class Mail:
    """A mail in the demo mailbox; `attachments` are (file name, media type, digest)."""

    id: int
    stable_key: str
    case_id: str | None
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None
    attachments: tuple[tuple[str, str, str], ...]
    at: datetime


@dataclass(frozen=True)
class MailPage:
    """One page of the demo mailbox, newest first."""

    rows: tuple[Mail, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
