"""Letters, files and caught mails; their bytes are kept once, under their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from engine.model.document import Attachment, Document, Mail, MailPage
from engine.model.errors import DocumentNotFound
from engine.store.schema import artefacts
from engine.store.schema_records import attachments, documents, mails
from engine.store.upsert import put_row


def keep(connection: Connection, content: bytes) -> str:
    """Keep bytes; their SHA-256 in hex."""
    digest = hashlib.sha256(content).hexdigest()
    put_row(connection, artefacts, {"digest": digest, "content": content}, key=("digest",), replace=False)
    return digest


def content_of(connection: Connection, digest: str) -> bytes:
    """The bytes of a digest."""
    content = connection.scalar(select(artefacts.c.content).where(artefacts.c.digest == digest))
    if content is None:
        raise DocumentNotFound("There is no such file.")
    return bytes(content)


class SqlDocuments:
    """The letters and files of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def add(self, document: Document, content: bytes) -> Document:
        """A letter made twice under one stable key is the letter made first."""
        digest = keep(self._connection, content)
        row = {name: value for name, value in vars(document).items() if name != "id"}
        row |= {"digest": digest, "size": len(content)}
        put_row(self._connection, documents, row, key=("stable_key",), replace=False)
        found = self.by_key(document.stable_key)
        if found is None:
            raise DocumentNotFound("There is no such letter.")
        return found

    def find(self, document_id: int) -> tuple[Document, bytes]:
        """With its bytes."""
        found = self._one(documents.c.id == document_id)
        if found is None:
            raise DocumentNotFound("There is no such letter.")
        return found, content_of(self._connection, found.digest)

    def by_key(self, stable_key: str) -> Document | None:
        """Without its bytes."""
        return self._one(documents.c.stable_key == stable_key)

    def sent(self, document: Document) -> None:
        """When and how it left."""
        changed = {name: getattr(document, name) for name in ("sent_at", "channel", "reference")}
        self._connection.execute(update(documents).where(documents.c.id == document.id).values(**changed))

    def of_case(self, case_id: str) -> Sequence[Document]:
        """Oldest first."""
        statement = select(documents).where(documents.c.case_id == case_id).order_by(documents.c.id)
        return [Document(**row) for row in self._connection.execute(statement).mappings()]

    def attach(self, attachment: Attachment, content: bytes) -> Attachment:
        """With its number and digest."""
        row = {name: value for name, value in vars(attachment).items() if name != "id"}
        row |= {"digest": keep(self._connection, content), "size": len(content)}
        made = self._connection.execute(attachments.insert().values(**row).returning(attachments)).mappings().one()
        return Attachment(**made)

    def attachment(self, attachment_id: int) -> tuple[Attachment, bytes]:
        """With its bytes."""
        asked = select(attachments).where(attachments.c.id == attachment_id)
        row = self._connection.execute(asked).mappings().first()
        if row is None:
            raise DocumentNotFound("There is no such file.")
        found = Attachment(**row)
        return found, content_of(self._connection, found.digest)

    def attachments(self, case_id: str) -> Sequence[Attachment]:
        """Oldest first."""
        statement = select(attachments).where(attachments.c.case_id == case_id).order_by(attachments.c.id)
        return [Attachment(**row) for row in self._connection.execute(statement).mappings()]

    def _one(self, where: Any) -> Document | None:
        row = self._connection.execute(select(documents).where(where)).mappings().first()
        return None if row is None else Document(**row)


class SqlMailbox:
    """The demo mailbox of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def add(self, mail: Mail, contents: Mapping[str, bytes]) -> bool:
        """A mail sent twice under one stable key is one mail."""
        for content in contents.values():
            keep(self._connection, content)
        row = {"recipients" if name == "to" else name: value for name, value in vars(mail).items() if name != "id"}
        return put_row(self._connection, mails, row, key=("stable_key",), replace=False)

    def page(self, page: int, size: int) -> MailPage:
        """Newest first."""
        total = int(self._connection.scalar(select(func.count()).select_from(mails)) or 0)
        statement = select(mails).order_by(mails.c.id.desc()).limit(size).offset((page - 1) * size)
        rows = tuple(_mail(row) for row in self._connection.execute(statement).mappings())
        return MailPage(rows, total, page, max(1, -(-total // size)))

    def find(self, mail_id: int) -> Mail:
        """One of them."""
        row = self._connection.execute(select(mails).where(mails.c.id == mail_id)).mappings().first()
        if row is None:
            raise DocumentNotFound("There is no such mail.")
        return _mail(row)

    def content(self, digest: str) -> bytes:
        """Of one attachment."""
        return content_of(self._connection, digest)


def _mail(row: RowMapping) -> Mail:
    return Mail(**{"to" if name == "recipients" else name: value for name, value in row.items()})
