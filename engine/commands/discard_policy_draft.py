"""Discard the draft: it no longer stands in the way of another; every save of it stays on record."""

from __future__ import annotations

from datetime import datetime

from engine.commands.save_policy_draft import open_draft
from engine.model.person import Actor
from engine.model.policy_draft import DISCARDED, DraftRefused
from engine.ports import UnitOfWork


def discard_policy_draft(uow: UnitOfWork, *, actor: Actor, seen: int, now: datetime) -> None:
    """Close the draft as the page showed it. Raises DraftRefused when it was saved since, NotAllowed, DraftNotFound."""
    with uow.write() as tx:
        draft = open_draft(uow, tx, actor, now)
        if draft.last != seen:
            raise DraftRefused("The draft was changed after you opened the page. Look at it again.")
        tx.policy_drafts.close(draft, DISCARDED, actor.person.username, now)
