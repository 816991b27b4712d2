"""What is kept as bytes: letters, files and the mails of the demo mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.model.document import Attachment, Document, Mail, MailPage


class Documents(Protocol):
    """Letters and files; the bytes are kept once a digest."""

    def add(self, document: Document, content: bytes) -> Document:
        """Keep a letter; the same stable key again gives the one that is kept."""

    def find(self, document_id: int) -> tuple[Document, bytes]:
        """A letter and its bytes. Raises DocumentNotFound."""

    def by_key(self, stable_key: str) -> Document | None:
        """The letter of a stable key."""

    def sent(self, document: Document) -> None:
        """Keep when and how it left."""

    def of_case(self, case_id: str) -> Sequence[Document]:
        """The case's letters, oldest first."""

    def attach(self, attachment: Attachment, content: bytes) -> Attachment:
        """Keep a file that somebody gave."""

    def attachment(self, attachment_id: int) -> tuple[Attachment, bytes]:
        """A file and its bytes. Raises DocumentNotFound."""

    def attachments(self, case_id: str) -> Sequence[Attachment]:
        """The case's files, oldest first."""


class Mailbox(Protocol):
    """The demo mailbox: mails that were caught instead of sent."""

    def add(self, mail: Mail, contents: Mapping[str, bytes]) -> bool:
        """Keep a mail (`contents`: digest -> bytes); False when its stable key is kept already."""

    def page(self, page: int, size: int) -> MailPage:
        """Newest first."""

    def find(self, mail_id: int) -> Mail:
        """One mail. Raises DocumentNotFound."""

    def content(self, digest: str) -> bytes:
        """An attachment's bytes. Raises DocumentNotFound."""
