"""What every page asks first: may this person see it, and under which rules."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model.access import Rules, reach, sees_by_head
from engine.model.case import Case, CaseHead
from engine.model.errors import CaseNotFound, VersionNotFound
from engine.model.person import Person
from engine.ports import Guidance, Transaction, UnitOfWork

LONDON = ZoneInfo("Europe/London")


def seen_case(uow: UnitOfWork, tx: Transaction, person: Person, case_id: str) -> tuple[Case, Guidance]:
    """The case and its version, or CaseNotFound when the person may not see it. At most three statements."""
    case = tx.cases.find(case_id)
    guidance = uow.library.open(tx, case.head.policy_digest)
    if not may_see(tx, person, case.head, guidance.rules):
        raise CaseNotFound(f"There is no case {case_id}.")
    return case, guidance


def may_see(tx: Transaction, person: Person, head: CaseHead, rules: Rules) -> bool:
    """The rule of `engine.model.access`; asks the store only when the case's own row does not tell."""
    within = reach(person, rules)
    return sees_by_head(within, head) or tx.cases.is_involved(head.id, within)


def rules_in_force(uow: UnitOfWork, tx: Transaction, now: datetime) -> Rules:
    """The rules by which lists over many cases are cut: today's; before the first version, none."""
    try:
        version = tx.policies.in_force(now.astimezone(LONDON).date())
    except VersionNotFound:
        return Rules()
    return uow.library.open(tx, version.digest).rules
