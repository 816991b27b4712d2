"""Discard the draft: it no longer stands in the way of another; every save of it stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.commands.once import once
from engine.commands.save_policy_draft import open_draft
from engine.model.person import Actor
from engine.model.policy_draft import DISCARDED, DraftRefused
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Discarded:
    """The draft that was closed."""

    draft_id: int


def discard_policy_draft(
    uow: UnitOfWork, *, actor: Actor, seen: int, key: str | None = None, now: datetime
) -> Discarded:
    """Close the draft as the page showed it.

    Raises DraftRefused when it was saved since, NotAllowed, DraftNotFound, KeyUsed.
    """
    with uow.write() as tx:
        what = "discard_policy_draft"
        return once(tx, key, what, actor, now, Discarded, lambda: _discard(uow, tx, actor, seen, now))


def _discard(uow: UnitOfWork, tx: Transaction, actor: Actor, seen: int, now: datetime) -> Discarded:
    draft = open_draft(uow, tx, actor, now)
    if draft.last != seen:
        raise DraftRefused("The draft was changed after you opened the page. Look at it again.")
    tx.policy_drafts.close(draft, DISCARDED, actor.person.username, now)
    return Discarded(draft.id)
