"""Backups: one file from either database into either; nothing is lost, nothing leaves twice, nothing by halves."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
import threading
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine

from engine.audit import verify_all
from engine.commands import add_person, fail_job, fire_timers, retry_incident
from engine.commands.hold_after_restore import Held, hold_after_restore
from engine.model.errors import IncidentNotFound, NotAllowed
from engine.model.person import Actor
from engine.settings import Settings, from_environment
from engine.store import upgrade
from engine.store.dump import LEFT_OUT, CannotBackUp, asking, rows, shapes
from engine.store.schema import metadata
from engine.store.vitals import look_at
from engine.wiring import Alongside, build, migrate
from engine.wiring.backup import check_file, portions_to_write, write_file
from engine.wiring.backup_file import contents_of
from engine.wiring.checkup import must_be_fit
from engine.wiring.errands import OTHER_MEANS
from engine.wiring.restore import CannotRestore, Restore
from tests.office import MAX, WES, Office, acting
from tests.worker import small
from tests.worker.mail_server import Inbox, mail_server

KINDS = ("sqlite", "postgresql")


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes empty databases, without a table; they are gone at the end."""
    made: list[tuple[str, str]] = []

    def make(kind: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        server = request.getfixturevalue("postgresql_url")
        _sql(server, f"CREATE DATABASE {name}")
        made.append((server, name))
        return str(server.replace("/postgres?", f"/{name}?"))

    yield make
    for server, name in made:
        _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def post() -> Iterator[tuple[Inbox, int]]:
    """A mail server."""
    with mail_server() as opened:
        yield opened


def settings_for(database: str, folder: Path, port: int) -> Settings:
    """What a process over that database is told."""
    return from_environment({**small.environment(database, folder, port), "ALONGSIDE_TESTING": "1"})


def backed_up(settings: Settings, path: Path) -> Path:
    """A backup, written and checked."""
    total = portions_to_write(settings)
    assert len(list(write_file(settings, path))) == total
    list(check_file(path))
    return path


def content(url: str) -> dict[str, list[list[object]]]:
    """Every row that a backup keeps, but what the product remembers of itself."""
    with asking(url) as connection:
        return {s.name: list(rows(connection, s)) for s in shapes() if s.name != "product"}


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_everything_comes_back_on_the_other_database_and_no_letter_leaves_twice(
    source, target, new_database, post, tmp_path
):
    inbox, port = post
    old = settings_for(new_database(source), tmp_path / "old", port)
    migrate(old)
    product = build(old)
    small.publish(product)
    done, undone = small.start(product), small.start(product)
    product.errands.do(f"{done}.{_job(product, done)}", product.now())
    path = backed_up(old, tmp_path / "backup.zip")
    assert not verified(product)
    product.errands.do_open(product.now())  # after the backup, before the disaster: the letter leaves
    product.close()
    assert len(inbox.arrived) == 2

    new = settings_for(new_database(target), tmp_path / "new", port)
    restore = Restore(new, path)
    list(restore.run())
    assert restore.held == Held(jobs=1, timers=0)
    must_be_fit(new)
    product = build(new)
    assert not verified(product)
    product.errands.do_open(product.now())
    assert len(inbox.arrived) == 2, "a letter left again unasked"
    with product.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
        assert [job.status for job in tx.jobs.of_case(undone)] == ["failed"]
        assert tx.jobs.of_case(done) == []
    assert "may already have been sent" in incident.reason
    assert small.kinds(product, undone) == ["case_started", "incident_raised"]

    about = {"actor": Actor(small.OWNER, "owner"), "incident_id": incident.id, "reference": "seen in the sent folder"}
    product.settle_as_sent(**about)
    assert len(inbox.arrived) == 2
    assert small.kinds(product, undone)[2:] == ["letter_made", "letter_sent", "job_finished", "incident_retried"]
    with product.uow.read() as tx:
        (letter,) = tx.documents.of_case(undone)
        assert (letter.channel, letter.reference) == (OTHER_MEANS, "seen in the sent folder")
        assert tx.incidents.find(incident.id).status == "resolved"
    assert not verified(product)
    assert small.start(product) not in (done, undone)  # numbers go on
    with pytest.raises(IncidentNotFound):
        product.settle_as_sent(**about)
    product.close()


def _job(product: Alongside, case_id: str) -> str:
    with product.uow.read() as tx:
        return tx.jobs.of_case(case_id)[0].local_id


def verified(product: Alongside) -> list[str]:
    """The cases whose record does not hold."""
    return [each.case_id for each in verify_all(product.uow, product.machine) if not each.holds]


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_is_refused_over_work_and_whole_when_forced(kind, new_database, migrated_sqlite, tmp_path):
    old = settings_for(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'old.db')}", tmp_path / "old", 1)
    product = build(old, queued=False)
    small.publish(product)
    case = small.start(product)
    product.close()
    path = backed_up(old, tmp_path / "backup.zip")
    before = content(old.database)

    new = settings_for(new_database(kind), tmp_path / "new", 1)
    upgrade(new.database)
    product = build(new, queued=False)
    add_person(product.uow, person=small.MAKER, password_hash="theirs")
    with pytest.raises(CannotRestore, match=r"others are connected|else has"):
        list(Restore(new, path, force=True).run())  # the product has it open
    product.close()
    with pytest.raises(CannotRestore, match=r"people \(1\).*--force"):
        list(Restore(new, path).run())
    list(Restore(new, path, force=True, was_stopped=True).run())
    assert content(new.database) == before
    product = build(new)
    with product.uow.read() as tx:
        assert [job.status for job in tx.jobs.of_case(case)] == ["open"]  # house was moved: nothing is held
    retry = Restore(new, path, force=True)
    product.close()
    _damage(path, tmp_path / "damaged.zip")
    with pytest.raises(msgspec.DecodeError):
        list(Restore(new, tmp_path / "damaged.zip", force=True).run())
    assert content(new.database) == before, "a restore that failed in the middle changed something"
    assert retry.held == Held()


def _damage(path: Path, to: Path) -> None:
    """The same backup with half a line in the last table but one."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text[: len(text) // 2] if name == "tables/policy_files.jsonl" else text)


def test_a_role_that_only_adds_to_history_may_do_so_after_a_restore_too(new_database, migrated_sqlite, tmp_path):
    from engine.store.grants import grant

    path = backed_up(settings_for(f"sqlite:///{migrated_sqlite}", tmp_path / "old", 1), tmp_path / "backup.zip")
    new = settings_for(new_database("postgresql"), tmp_path / "new", 1)
    migrate(new)
    role = f"app_{uuid.uuid4().hex[:8]}"
    _sql(new.database, f"CREATE ROLE {role} LOGIN")
    try:
        grant(new.database, role)
        list(Restore(new, path).run())
        engine = create_engine(new.database.replace("//postgres@", f"//{role}@"))
        with engine.connect() as connection:
            asked = "SELECT has_table_privilege('journal', 'INSERT'), has_table_privilege('journal', 'UPDATE')"
            assert connection.exec_driver_sql(asked).one() == (True, False)
        engine.dispose()
        served = new.database.replace("//postgres@", f"//{role}@")
        assert must_be_fit(dataclasses.replace(new, database=served))[0].about == "fsync"  # the tests' server's haste
        assert (look_at(served).may_change_history, look_at(new.database).may_change_history) == (False, True)
    finally:
        _sql(new.database, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_backup_is_of_one_moment_while_work_goes_on(migrated_sqlite, tmp_path):
    settings = settings_for(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'old.db')}", tmp_path / "var", 1)
    product = build(settings, queued=False)
    small.publish(product)
    small.start(product)
    stop, started = threading.Event(), threading.Event()

    def work() -> None:
        while not stop.is_set():
            small.start(product)
            started.set()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert started.wait(60)
        path = backed_up(settings, tmp_path / "backup.zip")
    finally:
        stop.set()
        worker.join()
    product.close()
    contents = contents_of(path)
    assert contents.rows("cases") == contents.rows("journal") == contents.rows("jobs") >= 2
    assert contents.kind == "sqlite"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if "unfinished" in each.name or each.name.startswith(".al")] == []


def test_a_database_that_is_not_there_cannot_be_backed_up(tmp_path):
    settings = settings_for(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path, 1)
    with pytest.raises(CannotBackUp, match="no database"):
        portions_to_write(settings)
    assert not list(tmp_path.iterdir())


def test_a_backup_replaces_no_other_and_is_of_this_release(migrated_sqlite, tmp_path):
    settings = settings_for(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'old.db')}", tmp_path / "var", 1)
    path = backed_up(settings, tmp_path / "backup.zip")
    with pytest.raises(CannotBackUp, match="there already"):
        list(write_file(settings, path))
    with sqlite3.connect(settings.database.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alongside_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(CannotBackUp, match="another release"):
        list(write_file(settings, tmp_path / "other.zip"))
    assert not (tmp_path / "other.zip").exists()


@pytest.mark.parametrize("harm", ["byte", "row", "table", "contents", "text", "later", "elsewhere"])
def test_a_file_that_is_not_a_whole_backup_is_refused(harm, migrated_sqlite, tmp_path):
    settings = settings_for(f"sqlite:///{migrated_sqlite}", tmp_path / "var", 1)
    path, bad = backed_up(settings, tmp_path / "backup.zip"), tmp_path / "bad.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "contents.json":
                said = json.loads(text)
                said["format"] += harm == "later"
                said["product"] = "else" if harm == "elsewhere" else said["product"]
                text = b"{" if harm == "text" else json.dumps(said).encode()
            if (harm, name) in (("contents", "contents.json"), ("table", "tables/people.jsonl")):
                continue
            new.writestr(name, text + (b"[]\n" if (harm, name) == ("row", "tables/people.jsonl") else b""))
    if harm == "byte":
        bad.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(CannotRestore, match="not a backup of this product, or not a whole one"):
        list(check_file(bad))


def test_a_backup_of_a_later_release_is_not_restored_by_an_earlier(new_database, migrated_sqlite, tmp_path):
    settings = settings_for(f"sqlite:///{migrated_sqlite}", tmp_path / "var", 1)
    path, later = backed_up(settings, tmp_path / "backup.zip"), tmp_path / "later.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(later, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b'"revision": "0', b'"revision": "9') if "contents" in name else text)
    with pytest.raises(CannotRestore, match="later release"):
        list(Restore(settings_for(new_database("sqlite"), tmp_path / "new", 1), later).run())


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_of_an_earlier_release_is_brought_up_to_date(kind, new_database, migrated_sqlite, tmp_path):
    settings = settings_for(f"sqlite:///{migrated_sqlite}", tmp_path / "var", 1)
    path, earlier = backed_up(settings, tmp_path / "backup.zip"), tmp_path / "earlier.zip"
    of_then = {"cases", "people", "journal", "tasks", "product"}
    person = b'["una","Una User","una@example.org","[]","[]","hash"]\n'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(earlier, "w") as new:
        for name in old.namelist():
            text = person if name == "tables/people.jsonl" else old.read(name)
            if name == "contents.json":
                said = json.loads(text)
                said["revision"] = "0004"
                said["parts"] = [part for part in said["parts"] if part["shape"]["name"] in of_then]
                text = json.dumps(said).encode()
            new.writestr(name, text)
    url = new_database(kind)
    list(Restore(settings_for(url, tmp_path / "new", 1), earlier).run())
    assert content(url)["people"][0][:2] == ["una", "Una User"]
    must_be_fit(settings_for(url, tmp_path / "new", 1))


def test_every_table_is_kept_or_left_out_on_purpose(migrated_sqlite):
    with sqlite3.connect(migrated_sqlite) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    kept = {shape.name for shape in shapes()}
    assert kept | LEFT_OUT | {"alongside_version", "sqlite_sequence"} >= there
    assert kept | LEFT_OUT == set(metadata.tables)


def test_timers_that_were_due_since_the_backup_wait_for_somebody(office: Office):
    case = office.start("timed")
    now = office.now + timedelta(days=15)
    with office.uow.write() as tx:
        made_at = office.now + timedelta(days=1)
        assert hold_after_restore(tx, made_at=made_at, now=now).timers == 1
    assert fire_timers(office.uow, office.machine, now=now).fired == 0
    with office.uow.read() as tx:
        held = next(each for each in tx.incidents.listed(status="open") if "timer" in each.what)
    assert "between the backup and the restore" in held.reason
    retry_incident(office.uow, actor=acting(MAX), incident_id=held.id, now=now)
    assert fire_timers(office.uow, office.machine, now=now).fired == 1
    assert case.case_id == held.case_id


def test_timers_that_were_overdue_before_the_backup_go_on(office: Office):
    office.start("timed")
    with office.uow.write() as tx:
        held = hold_after_restore(tx, made_at=office.now + timedelta(days=20), now=office.now + timedelta(days=21))
    assert held.timers == 0


def test_a_job_that_waited_for_somebody_already_has_one_incident_with_both_reasons(office: Office):
    case = office.start().case_id
    with office.uow.read() as tx:
        job = tx.jobs.of_case(case)[0].id
    fail_job(office.uow, office.machine, job_id=job, reason="The mail server was away.", now=office.now)
    with office.uow.write() as tx:
        assert hold_after_restore(tx, made_at=office.now, now=office.now).jobs == 1
    with office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
    assert incident.times == 2
    assert "may already have been sent" in incident.reason
    assert incident.reason.endswith("Before that: The mail server was away.")
    retry_incident(office.uow, actor=acting(MAX), incident_id=incident.id, now=office.now)
    with office.uow.read() as tx:
        assert tx.jobs.find(job).status == "open"


def test_only_who_may_operate_settles_what_was_held(office: Office):
    from engine.commands.settle_incident import may_settle, settle_incident

    office.start()
    with office.uow.write() as tx:
        hold_after_restore(tx, made_at=office.now, now=office.now)
    with office.uow.read() as tx:
        incident = tx.incidents.listed(status="open")[0]
    with pytest.raises(NotAllowed):
        may_settle(office.uow, actor=acting(WES), incident_id=incident.id)
    assert may_settle(office.uow, actor=acting(MAX), incident_id=incident.id) == incident
    settle_incident(office.uow, actor=acting(MAX), incident_id=incident.id, how="sent before", now=office.now)
    with pytest.raises(IncidentNotFound):
        settle_incident(office.uow, actor=acting(MAX), incident_id=incident.id, how="sent before", now=office.now)


def _sql(url: str, statement: str) -> None:
    """Statements outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
