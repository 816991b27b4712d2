"""Submit a version of the guidance for another person's approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.commands.once import once
from engine.model.bundle import Bundle
from engine.model.errors import ApprovalRefused
from engine.model.person import Actor
from engine.model.version import PUBLISHED, SUBMITTED, Version
from engine.ports import Machine, Transaction, UnitOfWork
from engine.ports.crash_points import crash_point


@dataclass(frozen=True)
class Submitted:
    """A version that waits for approval; the approval will be bound to the digest."""

    number: str
    digest: str


def submit_version(
    uow: UnitOfWork,
    machine: Machine,
    *,
    actor: Actor,
    bundle: Bundle,
    number: str,
    effective_from: date,
    change_note: str = "",
    review_date: date | None = None,
    key: str | None = None,
    now: datetime,
) -> Submitted:
    """Check the files and keep them under their digest; a version of that number not yet published is replaced.

    Raises PolicyRejected with every fault; ApprovalRefused when the number is published already; KeyUsed.
    """
    machine.compile(bundle)
    author = actor.person.username
    version = Version(number, bundle.digest, SUBMITTED, effective_from, author, now, change_note, review_date)
    with uow.write() as tx:
        what = f"submit_version {number}"
        done = once(tx, key, what, actor, now, Submitted, lambda: _submit(uow, tx, version, bundle))
        crash_point("submit.before_commit")
    crash_point("submit.after_commit")
    return done


def _submit(uow: UnitOfWork, tx: Transaction, version: Version, bundle: Bundle) -> Submitted:
    found = tx.policies.find(version.number)
    if found is not None and found.status == PUBLISHED:
        raise ApprovalRefused(f"Version {version.number} is published. Give the change a number of its own.")
    tx.policies.add(version, bundle)
    uow.library.open(tx, bundle.digest)
    return Submitted(version.number, bundle.digest)
