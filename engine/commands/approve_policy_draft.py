"""Approve a submitted version as somebody whom the policy lets, and close the draft that it came from."""

from __future__ import annotations

from datetime import datetime

from engine.commands.approve_version import Published, approve_in
from engine.commands.once import once
from engine.commands.start_policy_draft import in_force
from engine.model.person import Actor
from engine.model.policy_draft import APPROVE, PUBLISHED, must_be_allowed, overlaid
from engine.ports import Transaction, UnitOfWork
from engine.ports.crash_points import crash_point


def approve_policy_draft(
    uow: UnitOfWork, *, actor: Actor, number: str, digest: str, key: str | None = None, now: datetime
) -> Published:
    """Publish the version; a draft that holds more than it stays open.

    Raises VersionNotFound; ApprovalRefused for its author or another content; NotAllowed, KeyUsed.
    """
    with uow.write() as tx:
        what = f"approve_policy_draft {number}"
        published = once(tx, key, what, actor, now, Published, lambda: _approve(uow, tx, actor, number, digest, now))
    crash_point("approve.after_commit")
    return published


def _approve(uow: UnitOfWork, tx: Transaction, actor: Actor, number: str, digest: str, now: datetime) -> Published:
    must_be_allowed(actor, in_force(uow, tx, now)[1], APPROVE)
    draft = tx.policy_drafts.open_one(lock=True)
    published = approve_in(tx, actor=actor, number=number, digest=digest, now=now)
    if draft is not None:
        held = overlaid(tx.policies.bundle(draft.base_digest), tx.policy_drafts.contents(draft))
        if held.digest == digest:
            tx.policy_drafts.close(draft, PUBLISHED, actor.person.username, now)
    return published
