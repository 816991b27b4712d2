"""Publish a version in one go, for setting up: two people, one submitting and one approving."""

from __future__ import annotations

from datetime import date, datetime

from engine.commands.approve_version import Published, approve_version
from engine.commands.submit_version import submit_version
from engine.model.bundle import Bundle
from engine.model.person import Actor
from engine.model.version import PUBLISHED
from engine.ports import Machine, UnitOfWork


def publish_policy(
    uow: UnitOfWork,
    machine: Machine,
    *,
    bundle: Bundle,
    number: str,
    effective_from: date,
    updated_by: Actor,
    approved_by: Actor,
    change_note: str = "",
    review_date: date | None = None,
    now: datetime,
) -> Published:
    """Submit and approve; publishing the same content under the same number again changes nothing.

    Raises PolicyRejected, and ApprovalRefused when both are one person or the number has other content.
    """
    with uow.read() as tx:
        found = tx.policies.find(number)
    if found is not None and found.status == PUBLISHED and found.digest == bundle.digest:
        return Published(number, found.digest, found.effective_from)
    submit_version(
        uow,
        machine,
        actor=updated_by,
        bundle=bundle,
        number=number,
        effective_from=effective_from,
        change_note=change_note,
        review_date=review_date,
        now=now,
    )
    return approve_version(uow, actor=approved_by, number=number, digest=bundle.digest, now=now)
