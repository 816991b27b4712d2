"""Start a draft of the next version: one, shared by all who may change the guidance."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model.access import Rules
from engine.model.person import Actor
from engine.model.policy_draft import EDIT, PolicyDraft, must_be_allowed
from engine.model.version import Version
from engine.ports import Transaction, UnitOfWork

LONDON = ZoneInfo("Europe/London")


def start_policy_draft(uow: UnitOfWork, *, actor: Actor, now: datetime) -> PolicyDraft:
    """Begin from the version in force; where a draft is open already, that one is given.

    Raises NotAllowed, VersionNotFound when no version is in force.
    """
    with uow.write() as tx:
        version, rules = in_force(uow, tx, now)
        must_be_allowed(actor, rules, EDIT)
        found = tx.policy_drafts.open_one(lock=True)
        return found or tx.policy_drafts.begin(version.number, version.digest, actor.person.username, now)


def in_force(uow: UnitOfWork, tx: Transaction, now: datetime) -> tuple[Version, Rules]:
    """The version of today, whose settings say who may change the guidance."""
    version = tx.policies.in_force(now.astimezone(LONDON).date())
    return version, uow.library.open(tx, version.digest).rules
