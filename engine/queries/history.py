"""The history of a case in words: one line for each thing that happened, newest last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.case import CaseHead
from engine.model.journal import Entry
from engine.model.person import Person
from engine.ports import Guidance, Transaction, UnitOfWork
from engine.queries.details import details_of
from engine.queries.seen import seen_case
from engine.queries.sentences import sentence_of

#: Lines on a page of history.
SIZE = 50


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened: `sentence` says it, `details` what was answered, advised and changed."""

    seq: int
    at: datetime
    done_at: datetime
    actor: str
    actor_name: str
    role: str
    role_name: str
    sentence: str
    kind: str
    element_id: str
    process_id: str
    where: str
    details: tuple[str, ...]
    policy_digest: str
    version: int


def history(uow: UnitOfWork, *, person: Person, case_id: str) -> tuple[HistoryLine, ...]:
    """The whole history, oldest first. Raises CaseNotFound. At most five statements."""
    with uow.read() as tx:
        _, guidance = seen_case(uow, tx, person, case_id)
        return lines_of(tx.journal.told(case_id), names_of(tx), guidance)


@dataclass(frozen=True)
class HistoryPage:
    """A page of a history, newest first; `total` entries there are."""

    case: CaseHead
    lines: tuple[HistoryLine, ...]
    total: int
    page: int
    pages: int


def history_page(uow: UnitOfWork, *, person: Person, case_id: str, page: int = 1) -> HistoryPage:
    """What happened, a page at a time. Raises CaseNotFound. At most six statements."""
    with uow.read() as tx:
        case, guidance = seen_case(uow, tx, person, case_id)
        total = case.journal_seq
        pages = max(1, -(-total // SIZE))
        shown = min(max(1, page), pages)
        entries = tx.journal.latest(case_id, SIZE, before=total + 1 - (shown - 1) * SIZE)
        return HistoryPage(case.head, lines_of(entries, names_of(tx), guidance)[::-1], total, shown, pages)


def journal_entries(uow: UnitOfWork, *, person: Person, case_id: str) -> tuple[Entry, ...]:
    """The journal itself, as it was hashed. Raises CaseNotFound."""
    with uow.read() as tx:
        seen_case(uow, tx, person, case_id)
        return tuple(tx.journal.entries(case_id))


def names_of(tx: Transaction) -> Mapping[str, str]:
    """Username -> name. One statement."""
    return {person.username: person.name for person in tx.people.all()} | {"system": "Alongside"}


def lines_of(
    entries: Iterable[Entry], names: Mapping[str, str], guidance: Guidance, *, details: bool = True
) -> tuple[HistoryLine, ...]:
    """The lines of a journal, in its order; without `details` only the sentences."""
    return tuple(_line(entry, names, guidance, details) for entry in entries)


def _line(entry: Entry, names: Mapping[str, str], guidance: Guidance, details: bool) -> HistoryLine:
    body: Mapping[str, Any] = entry.body
    return HistoryLine(
        seq=entry.seq,
        at=entry.recorded_at,
        done_at=entry.done_at,
        actor=entry.actor,
        actor_name=names.get(entry.actor, entry.actor),
        role=entry.role,
        role_name=guidance.rules.name(entry.role),
        sentence=sentence_of(entry, names),
        kind=entry.kind,
        element_id=body.get("element", ""),
        process_id=body.get("process", ""),
        where=body.get("where", ""),
        details=details_of(entry, guidance) if details else (),
        policy_digest=entry.policy_digest,
        version=entry.version,
    )
