"""Keep a file that somebody gives to a case."""

from __future__ import annotations

from datetime import datetime

from engine.commands.access import must_see
from engine.commands.journalled import note
from engine.model.document import Attachment
from engine.model.person import Actor
from engine.ports import UnitOfWork


def keep_attachment(
    uow: UnitOfWork, *, actor: Actor, case_id: str, filename: str, media_type: str, content: bytes, now: datetime
) -> Attachment:
    """The file as kept; its `reference` is what a file answer holds. Raises CaseNotFound."""
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        must_see(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules)
        offered = Attachment(0, case_id, filename, media_type, "", len(content), actor.person.username, now)
        kept = tx.documents.attach(offered, content)
        about = {"attachment": kept.id, "name": filename, "digest": kept.digest, "size": kept.size}
        note(tx, case, "attachment_added", actor, now, about)
    return kept
