"""Advice, requests, drafts, troubles and looks: small tables around a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from engine.feel import decode, encode
from engine.model import wire
from engine.model.case import AdviceRow, View
from engine.model.errors import IncidentNotFound
from engine.model.incident import LOOK_FIRST, Incident, IncidentList, IncidentRow, Trouble
from engine.model.task import Draft
from engine.store.prepared import Prepared
from engine.store.rows import pages
from engine.store.schema import advice
from engine.store.schema_records import access_log, drafts, incidents, requests
from engine.store.upsert import put_row

_ANSWER = Prepared(update(requests).where(requests.c.key == bindparam("taken")).values(answer=bindparam("given")))
_TRIED_WITH_OTHERS = (incidents.c.status == "open", incidents.c.reason.not_like(f"%{LOOK_FIRST}%"))


class SqlAdvice:
    """The latest advice of one transaction's cases."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def put(self, rows: Sequence[AdviceRow]) -> None:
        """One statement a row: there is seldom more than one."""
        for row in rows:
            own = {"place" if name == "where" else name: value for name, value in vars(row).items()}
            own |= {"result": encode(row.result), "trace": wire.plain(row.trace)}
            put_row(self._connection, advice, own, key=("case_id", "variable", "place"))

    def of_case(self, case_id: str) -> Sequence[AdviceRow]:
        """Newest first."""
        statement = select(advice).where(advice.c.case_id == case_id).order_by(advice.c.seq.desc(), advice.c.variable)
        return [_advice(row) for row in self._connection.execute(statement).mappings()]


def _advice(row: RowMapping) -> AdviceRow:
    own = {"where" if name == "place" else name: value for name, value in row.items()}
    return AdviceRow(**{**own, "result": decode(row["result"])})


class SqlRequests:
    """The idempotency keys of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def claim(self, key: str, command: str, actor: str, at: datetime) -> bool:
        """On PostgreSQL this waits for a transaction that is taking the same key."""
        return self._taken(key, command, actor, None, at)

    def keep(self, key: str, command: str, actor: str, answer: bytes, at: datetime) -> bool:
        """One statement."""
        return self._taken(key, command, actor, answer, at)

    def _taken(self, key: str, command: str, actor: str, answer: bytes | None, at: datetime) -> bool:
        row = {"key": key, "command": command, "actor": actor, "answer": answer, "at": at}
        return put_row(self._connection, requests, row, key=("key",), replace=False)

    def recall(self, key: str) -> tuple[str, str, bytes | None] | None:
        """What was asked and answered under the key."""
        asked = select(requests.c.command, requests.c.actor, requests.c.answer).where(requests.c.key == key)
        row = self._connection.execute(asked).first()
        return None if row is None else (row.command, row.actor, row.answer)

    def answer(self, key: str, answer: bytes) -> None:
        """The answer is kept with the effect, in the same commit."""
        _ANSWER.run(self._connection, {"taken": key, "given": answer})


class SqlDrafts:
    """The half-filled forms of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def put(self, draft: Draft) -> None:
        """The latest one wins: it is one person's own."""
        put_row(self._connection, drafts, dict(vars(draft)), key=("task_id", "username"))

    def find(self, task_id: str, username: str) -> Draft | None:
        """None when nothing was kept."""
        asked = select(drafts).where(drafts.c.task_id == task_id, drafts.c.username == username)
        row = self._connection.execute(asked).mappings().first()
        return None if row is None else Draft(**row)


class SqlIncidents:
    """The incidents of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def raised(self, trouble: Trouble, at: datetime) -> int:
        """The same trouble, still open, is one incident however often it happens."""
        same = [incidents.c[name] == getattr(trouble, name) for name in ("case_id", "element_id", "kind", "what")]
        asked = select(incidents.c.id).where(incidents.c.status == "open", *same)
        found = self._connection.scalar(asked)
        if found is None:
            return self._new(trouble, at)
        counted = {"times": incidents.c.times + 1, "last_at": at, "reason": trouble.reason}
        self._connection.execute(update(incidents).where(incidents.c.id == found).values(**counted))
        return int(found)

    def _new(self, trouble: Trouble, at: datetime) -> int:
        row = {**vars(trouble), "status": "open", "times": 1, "raised_at": at, "last_at": at}
        return int(self._connection.execute(incidents.insert().values(**row).returning(incidents.c.id)).scalar_one())

    def find(self, incident_id: int) -> Incident:
        """Open or settled."""
        row = self._connection.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().first()
        if row is None:
            raise IncidentNotFound(f"There is no incident {incident_id}.")
        return Incident(**row)

    def resolve(self, incident_id: int, by: str, at: datetime) -> None:
        """Keep who settled it and when."""
        settled = {"status": "resolved", "resolved_by": by, "resolved_at": at}
        self._connection.execute(update(incidents).where(incidents.c.id == incident_id).values(**settled))

    def listed(self, *, status: str | None = None, case_id: str | None = None) -> Sequence[Incident]:
        """Newest first."""
        wanted = {"status": status, "case_id": case_id}
        where = [incidents.c[name] == value for name, value in wanted.items() if value is not None]
        statement = select(incidents).where(*where).order_by(incidents.c.last_at.desc(), incidents.c.id.desc())
        return [Incident(**row) for row in self._connection.execute(statement).mappings()]

    def page(self, status: str, page: int, size: int) -> IncidentList:
        """Three statements."""
        those = incidents.c.status == status
        total = int(self._connection.scalar(select(func.count()).select_from(incidents).where(those)) or 0)
        wanted = select(incidents).where(those).order_by(incidents.c.last_at.desc(), incidents.c.id.desc())
        found = self._connection.execute(wanted.limit(size).offset((page - 1) * size)).mappings()
        shown = [Incident(**row) for row in found]
        counted = self._counted({each.reason for each in shown})
        rows = tuple(IncidentRow(each, alike=counted.get((each.kind, each.reason), 0)) for each in shown)
        return IncidentList(rows, total, page, pages(total, size))

    def _counted(self, reasons: Collection[str]) -> Mapping[tuple[str, str], int]:
        """How many are open, by kind and reason."""
        said = (incidents.c.kind, incidents.c.reason)
        asked = select(*said, func.count()).where(*_TRIED_WITH_OTHERS, incidents.c.reason.in_(reasons))
        return {(kind, reason): number for kind, reason, number in self._connection.execute(asked.group_by(*said))}

    def alike(self, incident: Incident) -> Sequence[int]:
        """One statement."""
        same = (incidents.c.kind == incident.kind, incidents.c.reason == incident.reason)
        asked = select(incidents.c.id).where(*_TRIED_WITH_OTHERS, *same).order_by(incidents.c.id)
        return list(self._connection.scalars(asked))


class SqlViews:
    """Who looked at what."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def add(self, case_id: str, username: str, role: str, at: datetime, what: str, why: str = "") -> None:
        """A row that nothing can change or remove."""
        row = {"case_id": case_id, "username": username, "role": role, "at": at, "what": what, "why": why}
        self._connection.execute(access_log.insert(), row)

    def of_case(self, case_id: str, most: int | None = None) -> Sequence[View]:
        """Newest first."""
        mine = select(access_log).where(access_log.c.case_id == case_id)
        statement = mine.order_by(access_log.c.id.desc()).limit(most)
        return [View(**row) for row in self._connection.execute(statement).mappings()]

    def count(self, case_id: str) -> int:
        """Read by the index on the case."""
        counted = select(func.count()).select_from(access_log).where(access_log.c.case_id == case_id)
        return int(self._connection.scalar(counted) or 0)
