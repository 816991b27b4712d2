"""Save one file of the draft: nobody's text is ever overwritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from engine.commands.start_policy_draft import in_force
from engine.model.errors import Fault, PolicyRejected
from engine.model.person import Actor
from engine.model.policy_draft import (
    ASIDE,
    EDIT,
    MAX_FILE_BYTES,
    TYPED,
    DraftMovedOn,
    DraftNotFound,
    PolicyDraft,
    Save,
    must_be_a_path,
    must_be_allowed,
)
from engine.ports import Transaction, UnitOfWork

#: Why a text cannot be read at all; nothing when it can, however wrong what it says may be.
Unreadable = Callable[[str, bytes], Sequence[Fault]]


def save_policy_draft(
    uow: UnitOfWork,
    *,
    actor: Actor,
    path: str,
    content: bytes | None,
    revision: int,
    unreadable: Unreadable,
    how: str = TYPED,
    now: datetime,
) -> Save:
    """Keep the file's text (None removes it) made from that `revision`; the same text again changes nothing.

    Raises DraftMovedOn when somebody saved the file since: theirs stands, this text is kept aside. PolicyRejected for
    a text that cannot be read; NotAllowed, DraftNotFound, DraftRefused.
    """
    must_be_a_path(path)
    must_be_readable(path, content, unreadable)
    with uow.write() as tx:
        draft = open_draft(uow, tx, actor, now)
        theirs = draft.files.get(path)
        if _is_same(tx, draft, path, content):
            return theirs or Save(0, draft.id, path, 0, _digest(content), actor.person.username, now, how)
        stale = theirs is not None and theirs.revision != revision
        save = tx.policy_drafts.save(draft, path, content, actor.person.username, now, ASIDE if stale else how)
    if stale and theirs is not None:
        raise DraftMovedOn(theirs, save)
    return save


def open_draft(uow: UnitOfWork, tx: Transaction, actor: Actor, now: datetime) -> PolicyDraft:
    """The draft, held until the commit. Raises NotAllowed, DraftNotFound."""
    must_be_allowed(actor, in_force(uow, tx, now)[1], EDIT)
    draft = tx.policy_drafts.open_one(lock=True)
    if draft is None:
        raise DraftNotFound("There is no draft: it was published or discarded. Start one first.")
    return draft


def must_be_readable(path: str, content: bytes | None, unreadable: Unreadable) -> None:
    """Raises PolicyRejected for a text that is too long or that its reader cannot read."""
    if content is None:
        return
    if len(content) > MAX_FILE_BYTES:
        raise PolicyRejected([Fault(path, "", "The file is larger than 1 MB.")])
    faults = unreadable(path, content)
    if faults:
        raise PolicyRejected(faults)


def _is_same(tx: Transaction, draft: PolicyDraft, path: str, content: bytes | None) -> bool:
    """Whether the draft holds just this already."""
    found = draft.files.get(path)
    if found is not None:
        return found.digest == _digest(content)
    return tx.policies.bundle(draft.base_digest).files.get(path) == content


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
