"""Keep a file that somebody gives to a case."""

from __future__ import annotations

from datetime import datetime

from engine.commands.access import must_see
from engine.commands.journalled import note
from engine.commands.once import once
from engine.model.case import Case
from engine.model.document import Attachment
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork


def keep_attachment(
    uow: UnitOfWork,
    *,
    actor: Actor,
    case_id: str,
    filename: str,
    media_type: str,
    content: bytes,
    key: str | None = None,
    now: datetime,
) -> Attachment:
    """The file as kept; its `reference` is what a file answer holds.

    The same file again under the same `key` is the one that was kept first. Raises CaseNotFound, KeyUsed.
    """
    offered = Attachment(0, case_id, filename, media_type, "", len(content), actor.person.username, now)
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        what = f"keep_attachment {case_id}"
        return once(tx, key, what, actor, now, Attachment, lambda: _keep(uow, tx, case, actor, offered, content))


def _keep(
    uow: UnitOfWork, tx: Transaction, case: Case, actor: Actor, offered: Attachment, content: bytes
) -> Attachment:
    must_see(tx, actor, case, uow.library.open(tx, case.head.policy_digest).rules)
    kept = tx.documents.attach(offered, content)
    about = {"attachment": kept.id, "name": kept.filename, "digest": kept.digest, "size": kept.size}
    note(tx, case, "attachment_added", actor, offered.added_at, about)
    return kept
