"""Add to a case's journal: every command does, in the transaction of what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from engine.model.case import Case
from engine.model.journal import Entry, seal
from engine.model.person import Actor
from engine.ports import Transaction


def journal(
    tx: Transaction,
    case: Case,
    kind: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
    *,
    done_at: datetime | None = None,
) -> Case:
    """Write the next entry of the case; the case with the new end of its journal (not saved yet)."""
    entry = Entry(
        case_id=case.id,
        seq=case.journal_seq + 1,
        kind=kind,
        actor=actor.person.username,
        role=actor.role,
        done_at=done_at or now,
        recorded_at=now,
        policy_digest=case.head.policy_digest,
        version=case.head.version,
        body=body,
    )
    sealed = seal(entry, case.journal_hash)
    tx.journal.append([sealed])
    return replace(case, journal_seq=sealed.seq, journal_hash=sealed.hash)


def note(tx: Transaction, case: Case, kind: str, actor: Actor, now: datetime, body: Mapping[str, object]) -> Case:
    """Write an entry for something that was not a step, and save the end of the journal."""
    noted = journal(tx, case, kind, actor, now, body)
    tx.cases.save(case, noted)
    return noted
