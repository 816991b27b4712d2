"""Letters, files and the demo mailbox."""

from __future__ import annotations

from engine.model.document import Attachment, Document, Mail, MailPage
from engine.model.errors import CaseNotFound, DocumentNotFound
from engine.model.person import Person
from engine.ports import Transaction, UnitOfWork
from engine.queries.seen import seen_case

#: Mails on a page.
SIZE = 50


def document(uow: UnitOfWork, *, person: Person, document_id: int) -> tuple[Document, bytes]:
    """A letter with its bytes. Raises DocumentNotFound, also when the person may not see its case."""
    with uow.read() as tx:
        found, content = tx.documents.find(document_id)
        _must_see(uow, tx, person, found.case_id)
        return found, content


def attachment(uow: UnitOfWork, *, person: Person, reference: str) -> tuple[Attachment, bytes]:
    """A file by the reference that an answer holds. Raises DocumentNotFound."""
    kind, _, rest = reference.partition(":")
    number, _, digest = rest.partition(":")
    if kind != "attachment" or not number.isdecimal():
        raise DocumentNotFound("There is no such file.")
    with uow.read() as tx:
        found, content = tx.documents.attachment(int(number))
        if found.digest != digest:
            raise DocumentNotFound("There is no such file.")
        _must_see(uow, tx, person, found.case_id)
        return found, content


def mailbox(uow: UnitOfWork, *, page: int = 1) -> MailPage:
    """The demo mailbox, newest first. Two statements."""
    with uow.read() as tx:
        return tx.mailbox.page(max(1, page), SIZE)


def mail(uow: UnitOfWork, *, mail_id: int) -> Mail:
    """One mail. Raises DocumentNotFound."""
    with uow.read() as tx:
        return tx.mailbox.find(mail_id)


def mail_attachment(uow: UnitOfWork, *, mail_id: int, index: int) -> tuple[str, str, bytes]:
    """(file name, media type, bytes) of a mail's attachment, counted from 0. Raises DocumentNotFound."""
    with uow.read() as tx:
        listed = tx.mailbox.find(mail_id).attachments
        if not 0 <= index < len(listed):
            raise DocumentNotFound("There is no such attachment.")
        name, media_type, digest = listed[index]
        return name, media_type, tx.mailbox.content(digest)


def _must_see(uow: UnitOfWork, tx: Transaction, person: Person, case_id: str) -> None:
    try:
        seen_case(uow, tx, person, case_id)
    except CaseNotFound as error:
        raise DocumentNotFound("There is no such file.") from error
