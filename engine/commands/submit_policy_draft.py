"""Submit what the draft holds as the next version, for another person's approval."""

from __future__ import annotations

import re
from datetime import date, datetime

from engine.commands.save_policy_draft import open_draft
from engine.commands.start_policy_draft import LONDON
from engine.commands.submit_version import Submitted, submit_version
from engine.model.errors import ApprovalRefused
from engine.model.person import Actor
from engine.model.policy_draft import DraftRefused, overlaid
from engine.ports import Machine, UnitOfWork

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}")


def submit_policy_draft(
    uow: UnitOfWork,
    machine: Machine,
    *,
    actor: Actor,
    digest: str,
    number: str,
    effective_from: date,
    change_note: str,
    review_date: date | None,
    key: str | None = None,
    now: datetime,
) -> Submitted:
    """Check the whole and keep it under its digest, which must be the one that the person looked at.

    Raises PolicyRejected with every fault; DraftRefused, ApprovalRefused, NotAllowed, DraftNotFound, KeyUsed.
    """
    if not _NUMBER.fullmatch(number):
        raise ApprovalRefused("The number may hold letters, digits, full stops and hyphens, at most 20.")
    if effective_from < now.astimezone(LONDON).date():
        raise ApprovalRefused("A version holds from today or later: cases that have begun keep theirs.")
    with uow.write() as tx:
        draft = open_draft(uow, tx, actor, now)
        base = tx.policies.bundle(draft.base_digest)
        bundle = overlaid(base, tx.policy_drafts.contents(draft))
    if bundle.digest == draft.base_digest:
        raise DraftRefused("Nothing differs from the version that the draft was begun from.")
    if bundle.digest != digest:
        raise DraftRefused("The draft was changed after you opened the page. Look at what changed, then submit again.")
    return submit_version(
        uow,
        machine,
        actor=actor,
        bundle=bundle,
        number=number,
        effective_from=effective_from,
        change_note=change_note,
        review_date=review_date,
        key=key,
        now=now,
    )
