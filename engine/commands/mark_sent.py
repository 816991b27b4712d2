"""Mark a letter as sent: when, by which channel, under which reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.commands.journalled import note
from engine.model.document import Document
from engine.model.errors import DocumentNotFound
from engine.model.person import SYSTEM, Actor
from engine.ports import UnitOfWork


def mark_sent(
    uow: UnitOfWork,
    *,
    case_id: str,
    stable_key: str,
    channel: str,
    reference: str,
    sent_at: datetime,
    actor: Actor = SYSTEM,
) -> Document:
    """The letter as marked; once marked it stays as it is. Raises CaseNotFound, DocumentNotFound."""
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        found = tx.documents.by_key(stable_key)
        if found is None or found.case_id != case_id:
            raise DocumentNotFound("There is no such letter.")
        if found.sent_at is not None:
            return found
        sent = replace(found, sent_at=sent_at, channel=channel, reference=reference)
        tx.documents.sent(sent)
        about = {"document": sent.id, "letter": sent.letter, "name": sent.title, "recipient": sent.recipient}
        note(tx, case, "letter_sent", actor, sent_at, {**about, "channel": channel, "reference": reference})
    return sent
