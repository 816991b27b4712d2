"""Record an incident: what could not be done, in which case, at which element, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.commands.journalled import note
from engine.model.errors import CaseNotFound
from engine.model.incident import Trouble
from engine.model.person import SYSTEM
from engine.ports import Transaction, UnitOfWork


def record_incident(
    uow: UnitOfWork,
    *,
    case_id: str,
    element: str,
    kind: str,
    reason: str,
    what: Mapping[str, object] | None = None,
    now: datetime,
) -> int:
    """The incident's number; the same trouble, while it is open, keeps its number and counts up."""
    with uow.write() as tx:
        return raise_incident(tx, Trouble(case_id, element, kind, reason, dict(what or {})), now)


def raise_incident(tx: Transaction, trouble: Trouble, now: datetime) -> int:
    """The same inside a transaction; a case that exists has it in its journal too."""
    try:
        case = tx.cases.lock(trouble.case_id)
    except CaseNotFound:
        return tx.incidents.raised(trouble, now)
    number = tx.incidents.raised(trouble, now)
    about = {"incident": number, "element": trouble.element_id, "kind": trouble.kind, "reason": trouble.reason}
    note(tx, case, "incident_raised", SYSTEM, now, about)
    return number
