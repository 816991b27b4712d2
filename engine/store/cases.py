"""Cases: one row each, locked by whoever changes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, RowMapping, bindparam, exists, or_, select, update

from engine.model.access import Reach
from engine.model.case import Case, CaseHead
from engine.model.errors import CaseMovedOn, CaseNotFound
from engine.store.prepared import Prepared
from engine.store.schema import cases, offers, tasks

_REST = ("state", "journal_seq", "journal_hash", "tokens")
HEAD = tuple(cases.c[name] for name in CaseHead.__struct_fields__)
_ONE = select(*HEAD, *(cases.c[name] for name in _REST)).where(cases.c.id == bindparam("case_id"))
_FIND = Prepared(_ONE)
_LOCK = Prepared(_ONE.with_for_update())
_TRY = Prepared(_ONE.with_for_update(skip_locked=True))
_ADD = Prepared(cases.insert())


class SqlCases:
    """The cases of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def lock(self, case_id: str) -> Case:
        """The case, held until the commit (SQLite holds the whole database from BEGIN IMMEDIATE)."""
        return self._one(_LOCK, case_id)

    def try_lock(self, case_id: str) -> Case | None:
        """The case, or None when another transaction holds it."""
        row = _TRY.first(self._connection, {"case_id": case_id})
        return None if row is None else _case(row)

    def find(self, case_id: str) -> Case:
        """The case, not held."""
        return self._one(_FIND, case_id)

    def add(self, case: Case) -> None:
        """A new row."""
        _ADD.run(self._connection, _row(case))

    def save(self, before: Case, after: Case) -> None:
        """Replace the row if it still is at the version and journal entry it was read at."""
        fence = {"case_id": after.id, "was_version": before.head.version, "was_seq": before.journal_seq}
        row, was = _row(after), _row(before)
        names = frozenset(name for name in row if row[name] != was[name]) or frozenset({"version"})
        done = _save(names).run(self._connection, fence | {f"new_{name}": row[name] for name in names})
        if done != 1:
            raise CaseMovedOn(f"Case {after.id} was changed by somebody else at the same moment.")

    def is_involved(self, case_id: str, within: Reach) -> bool:
        """One statement over the offers and tasks of the case."""
        asked = select(offers.c.task_id).where(offers.c.case_id == case_id, offers.c.role.in_(within.roles))
        return bool(self._connection.scalar(select(or_(exists(asked), exists(_held(case_id, within.username))))))

    def ids(self) -> Sequence[str]:
        """Oldest first."""
        return list(self._connection.scalars(select(cases.c.id).order_by(cases.c.opened_at, cases.c.id)))

    def _one(self, statement: Prepared, case_id: str) -> Case:
        row = statement.first(self._connection, {"case_id": case_id})
        if row is None:
            raise CaseNotFound(f"There is no case {case_id}.")
        return _case(row)


@lru_cache(maxsize=64)
def _save(names: frozenset[str]) -> Prepared:
    """The statement that writes these columns."""
    fence = {"id": "case_id", "version": "was_version", "journal_seq": "was_seq"}
    still = [cases.c[name] == bindparam(given) for name, given in fence.items()]
    return Prepared(update(cases).where(*still).values({name: bindparam(f"new_{name}") for name in sorted(names)}))


def _held(case_id: str, username: str) -> Any:
    """Open tasks of the case that are the person's own."""
    mine = or_(tasks.c.assignee == username, tasks.c.claimed_by == username)
    return select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.closed_at.is_(None), mine)


def head_of(row: RowMapping) -> CaseHead:
    """The head in a row that holds all its columns."""
    return CaseHead(**{name: row[name] for name in CaseHead.__struct_fields__})


def _case(row: Sequence[Any]) -> Case:
    """The case in a row of `_ONE`: a head's fields in their order, and the rest."""
    return Case(CaseHead(*row[: len(HEAD)]), *row[len(HEAD) :])


def _row(case: Case) -> dict[str, Any]:
    return {
        **asdict(case.head),
        "state": case.state,
        "journal_seq": case.journal_seq,
        "journal_hash": case.journal_hash,
        "tokens": case.tokens,
    }
