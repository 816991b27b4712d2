"""Keep how the worked examples go with a draft, so that whoever approves it sees the same."""

from __future__ import annotations

from engine.model.policy_draft import Rehearsal
from engine.ports import UnitOfWork


def keep_rehearsal(uow: UnitOfWork, *, rehearsal: Rehearsal) -> None:
    """Replace what was known of the same content."""
    with uow.write() as tx:
        tx.policy_drafts.put_rehearsal(rehearsal)
