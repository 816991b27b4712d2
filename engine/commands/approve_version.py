"""Approve a submitted version: another person than its author, and exactly the content they saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.model.errors import ApprovalRefused, VersionNotFound
from engine.model.person import Actor
from engine.model.version import PUBLISHED, Version
from engine.ports import Transaction, UnitOfWork
from engine.ports.crash_points import crash_point


@dataclass(frozen=True)
class Published:
    """A version that cases starting from its day on will take."""

    number: str
    digest: str
    effective_from: date


def approve_version(uow: UnitOfWork, *, actor: Actor, number: str, digest: str, now: datetime) -> Published:
    """Publish the version; approving it again changes nothing.

    Raises VersionNotFound; ApprovalRefused for its author, or when its content is no longer what was looked at.
    """
    with uow.write() as tx:
        published = approve_in(tx, actor=actor, number=number, digest=digest, now=now)
    crash_point("approve.after_commit")
    return published


def approve_in(tx: Transaction, *, actor: Actor, number: str, digest: str, now: datetime) -> Published:
    """The same within a transaction."""
    found = tx.policies.find(number)
    if found is None:
        raise VersionNotFound(f"There is no version {number}.")
    _must_fit(found, actor, digest)
    if found.status != PUBLISHED:
        approved = replace(found, status=PUBLISHED, approved_by=actor.person.username, approved_at=now)
        tx.policies.save(approved)
        crash_point("approve.before_commit")
    return Published(number, digest, found.effective_from)


def _must_fit(version: Version, actor: Actor, digest: str) -> None:
    if version.updated_by == actor.person.username:
        raise ApprovalRefused("A version is approved by another person than the one who wrote it.")
    if version.digest != digest:
        raise ApprovalRefused(f"Version {version.number} changed after you looked at it. Look at it again.")
