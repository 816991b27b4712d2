"""Keep a letter that a handler made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.commands.journalled import note
from engine.model.document import Document
from engine.model.person import SYSTEM
from engine.ports import UnitOfWork


def keep_document(
    uow: UnitOfWork,
    *,
    case_id: str,
    stable_key: str,
    letter: str,
    title: str,
    recipient: str,
    media_type: str,
    content: bytes,
    made_at: datetime,
    job_id: str | None = None,
    meta: Mapping[str, object] | None = None,
) -> Document:
    """The letter as kept; made again under the same stable key it is the one that was made first.

    Raises CaseNotFound.
    """
    made = Document(
        0, case_id, stable_key, job_id, letter, title, recipient, media_type, "", 0, made_at, dict(meta or {})
    )
    with uow.write() as tx:
        case = tx.cases.lock(case_id)
        found = tx.documents.by_key(stable_key)
        if found is not None:
            return found
        kept = tx.documents.add(made, content)
        about = {"document": kept.id, "letter": letter, "name": title, "recipient": recipient}
        note(tx, case, "letter_made", SYSTEM, made_at, {**about, "digest": kept.digest, "key": stable_key})
    return kept
