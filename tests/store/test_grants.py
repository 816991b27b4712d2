"""A PostgreSQL role that serves the product can do all that the product does, and nothing to history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import inspect, make_url

from engine.cli import main
from engine.hostile.forger import Forger
from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.player import play
from engine.rehearsal.publish import publish_pack
from engine.rehearsal.script import moment_of, read
from engine.settings import Settings, from_environment
from engine.store import SqlUnitOfWork
from engine.store.grants import HISTORY, KEPT, GrantsRefused, grant, statements
from engine.store.schema import metadata
from engine.wiring import FixedClock, anchor_now, build, migrate

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> str:
    """PostgreSQL only, with the queue's tables."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite knows no roles")
    migrate(from_environment({"ALONGSIDE_DATABASE": database_url, "ALONGSIDE_HOME": str(ROOT)}))
    return database_url


@pytest.fixture
def role(database: str) -> Iterator[str]:
    """A role that may serve."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    forger = Forger(database)
    with forger.connected() as run:
        run(f'CREATE ROLE "{name}" LOGIN')
    grant(database, name)
    yield name
    with forger.connected() as run:
        run(f'DROP OWNED BY "{name}"')
        run(f'DROP ROLE "{name}"')


def _as(database: str, role: str) -> str:
    return make_url(database).set(username=role).render_as_string(hide_password=False)


def test_every_table_has_its_grants(uow: SqlUnitOfWork) -> None:
    there = set(inspect(uow.engine).get_table_names()) - {"alongside_version"}
    assert there == set(metadata.tables)
    assert there >= KEPT
    said = " ".join(statements("app"))
    assert all(f"{table}" in said for table in there)
    assert "TRUNCATE" not in said


def test_the_role_can_neither_touch_history_nor_disarm_its_triggers(database: str, role: str) -> None:
    asked = ["ALTER TABLE journal DISABLE TRIGGER ALL", "DROP TABLE journal", "SET session_replication_role = replica"]
    for table in HISTORY:
        column = next(iter(table.columns)).name
        asked += [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]  # noqa: S608
    for statement in asked:
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with refused as found, Forger(database, role).connected() as run:
            run(statement)
        assert str(found.value).startswith(("permission denied", "must be owner")), statement


def test_the_product_works_as_that_role(database: str, role: str, tmp_path: Path) -> None:
    """A worked example from start to end, with its letters, timers and files, and an anchor over it."""
    settings = _settings(_as(database, role), tmp_path)
    script = read(ROOT / "processes/scenarios" / _example())
    start = moment_of(script.starts, NOW)
    with closing(build(settings, clock=FixedClock(start), queued=False)) as alongside:
        cast = read_cast(settings.people_file)
        add_cast(alongside, cast)
        publish_pack(alongside, settings.home, start)
        played = play(script, alongside, cast, now=NOW)
        assert played.faults == []
        alongside.move_clock(alongside.now() + timedelta(days=1))
        assert anchor_now(alongside) is not None


def _example() -> str:
    """The shortest worked example in which a letter is sent."""
    found = [path for path in (ROOT / "processes/scenarios").glob("*.yaml") if "letter" in path.read_text()]
    return min(found, key=lambda path: path.stat().st_size).name


def _settings(database: str, var: Path) -> Settings:
    told = {"ALONGSIDE_DATABASE": database, "ALONGSIDE_VAR": str(var), "ALONGSIDE_HOME": str(ROOT)}
    return from_environment({**told, "ALONGSIDE_DEMO": "1"})


def test_a_role_that_no_grant_can_hold_is_refused(database: str) -> None:
    with pytest.raises(GrantsRefused, match="is a superuser"):
        grant(database, "postgres")
    with pytest.raises(GrantsRefused, match="There is no role nobody"):
        grant(database, "nobody")


def test_the_command_prints_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE", database_url)
    code = main(["grants", 'a"b'])
    told = capsys.readouterr()
    if database_url.startswith("sqlite"):
        assert code == 2
        assert "SQLite knows no roles" in told.err
    else:
        assert code == 0
        assert "GRANT SELECT, INSERT ON" in told.out
        assert 'TO "a""b";' in told.out
