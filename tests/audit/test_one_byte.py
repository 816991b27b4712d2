"""One byte changed in any column of any journal row is named, on both databases; and what verify compares, it finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import asdict
from sqlalchemy import Connection, create_engine, text

from engine.audit import Difference, verify
from engine.commands import withdraw_case
from engine.model.journal import GENESIS, Entry, seal
from engine.store.schema import journal
from tests.office import CHE, LEA, Office, acting

COLUMNS = tuple(column.name for column in journal.columns)


@contextmanager
def _as_owner(office: Office) -> Iterator[Connection]:
    """The database without what keeps its journal from being changed, as its owner can open it."""
    engine = create_engine(office.uow.engine.url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        yield connection
    engine.dispose()


def _case(office: Office) -> str:
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes"})
    second = office.complete(first.opened[0], {"route": "court", "why": "Danger"}, acting(LEA))
    return office.complete(second.opened[0], {"held_on": "2026-02-20"}, acting(CHE)).case_id


def _flipped(value: Any) -> Any:
    """The value with one bit of a number, or one byte in the middle of a text, changed."""
    if isinstance(value, int):
        return value ^ 8
    at = len(value) // 2
    return f"{value[:at]}{'1' if value[at : at + 1] != '1' else '2'}{value[at + 1 :]}"


@pytest.mark.parametrize("column", COLUMNS)
def test_one_byte_changed_in_any_row_is_named(office: Office, column: str) -> None:
    case_id = _case(office)
    with office.uow.read() as tx:
        rows = tx.connection.execute(text("SELECT * FROM journal ORDER BY seq")).mappings().all()
    assert len(rows) == 4
    for row in rows:
        found = _verdict_with(office, case_id, row["seq"], column, _flipped(row[column]))
        assert found is not None, (row["seq"], column)
        assert found.seq in (row["seq"], row["seq"] - 1), (row["seq"], column, found)
        assert str(found.seq) in found.sentence
    assert verify(office.uow, office.machine, case_id=case_id).holds


def _verdict_with(office: Office, case_id: str, seq: int, column: str, value: Any) -> Difference | None:
    """What verify says of the change, which is then put back."""
    old = _write(office, case_id, seq, column, value)
    try:
        return verify(office.uow, office.machine, case_id=case_id).difference
    finally:
        now_case = value if column == "case_id" else case_id
        now_seq = value if column == "seq" else seq
        _write(office, now_case, now_seq, column, old)


def _write(office: Office, case_id: str, seq: int, column: str, value: Any) -> Any:
    with _as_owner(office) as connection:
        where = {"case_id": case_id, "seq": seq}
        asked = text(f"SELECT {column} FROM journal WHERE case_id = :case_id AND seq = :seq")  # noqa: S608
        old = connection.execute(asked, where).scalar_one()
        change = text(f"UPDATE journal SET {column} = :value WHERE case_id = :case_id AND seq = :seq")  # noqa: S608
        connection.execute(change, {**where, "value": value})
        return old


def _forge(office: Office, case_id: str, alter: Any) -> Difference | None:
    """Rewrite the case's whole journal with a new, fitting chain, as a forger who knows how it is made would."""
    with _as_owner(office):
        pass
    with office.uow.write() as tx:
        entries = tx.journal.entries(case_id)
        tx.connection.execute(text("DELETE FROM journal"))
        previous, forged = GENESIS, []
        for entry in entries:
            body = alter(entry.seq, json.loads(json.dumps(entry.body)))
            forged.append(seal(Entry(**{**asdict(entry), "body": body}), previous))
            previous = forged[-1].hash
        tx.journal.append(forged)
        tx.connection.execute(text("UPDATE cases SET journal_hash = :hash"), {"hash": previous})
    return verify(office.uow, office.machine, case_id=case_id).difference


@pytest.mark.parametrize(
    ("seq", "part", "forge"),
    [
        (2, "opened", lambda did: did["opened"][0].update(name="Another task")),
        (2, "decisions", lambda did: did["decisions"][0].update(result={"route": "other"})),
        (2, "path", lambda did: did["path"].append({**did["path"][0], "element_id": "elsewhere"})),
        (3, "changes", lambda did: did["changes"][0].update(new="changed")),
        (3, "closed", lambda did: did["closed"][0].update(completed=False)),
        (4, "state", lambda did: did.update(state="0" * 64)),
        (4, "end", lambda did: did.update(end=["another end"])),
    ],
)
def test_a_chain_forged_anew_is_found_by_running_it_again(office: Office, seq: int, part: str, forge: Any) -> None:
    case_id = _case(office)

    def alter(number: int, body: dict[str, Any]) -> dict[str, Any]:
        if number == seq:
            forge(body["outcome"])
        return body

    found = _forge(office, case_id, alter)
    assert found is not None
    assert (found.seq, found.what) == (seq, part)
    assert f"Entry {seq}" in found.sentence


def test_a_chain_forged_anew_without_a_change_holds(office: Office) -> None:
    assert _forge(office, _case(office), lambda _, body: body) is None


def test_a_withdrawn_case_holds(office: Office) -> None:
    case = office.start()
    withdraw_case(office.uow, actor=acting(LEA), case_id=case.case_id, reason="x", now=office.now)
    assert verify(office.uow, office.machine, case_id=case.case_id).holds
