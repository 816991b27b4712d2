"""The doctor: every finding, made to happen; what keeps a process from starting, and what a test may let pass."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.model.version import PUBLISHED, Version
from engine.settings import Mail, Settings, from_environment
from engine.store.migrate import WORKS_FROM, DatabaseNewer
from engine.store.product import Remembered
from engine.store.vitals import Vitals, look_at
from engine.wiring import anchor_when_due, build, migrate
from engine.wiring.check_database import check_database
from engine.wiring.check_machine import check_folder, check_ways_out
from engine.wiring.checkup import NotFit, check_review, check_up, clock_is_right, must_be_fit
from engine.wiring.finding import FATAL, FINE, WARNING, Finding
from engine.wiring.queue import RELEASE
from tests.worker import small
from tests.worker.mail_server import mail_server

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GOOD = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "server_encoding": "UTF8",
    "data_checksums": "on",
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A migrated database of each kind with the small policy in force."""
    given = from_environment(small.environment(database_url, tmp_path / "var", 1))
    migrate(given)
    product = build(given, queued=False)
    small.publish(product)
    product.close()
    return given


def test_a_record_that_no_anchor_pins_is_warned_of_and_sound_all_the_same(settings: Settings):
    assert of(check_up(settings), "anchors").level == FINE
    product = build(settings, queued=False)
    small.start(product)
    found = of(check_up(settings), "anchors")
    assert (found.level, "No anchor was ever made" in found.sentence) == (WARNING, True)
    assert "alongside anchor" in found.mend
    assert "anchors" not in {each.about for each in must_be_fit(replace(settings, testing=True))}
    assert anchor_when_due(product) == 1
    product.close()
    assert of(check_up(settings), "anchors").level == FINE
    week = timedelta(days=7)
    assert of(check_up(settings, datetime.now(UTC) + week - timedelta(hours=1)), "anchors").level == FINE
    found = of(check_up(settings, datetime.now(UTC) + week + timedelta(hours=1)), "anchors")
    assert (found.level, "The newest anchor is of" in found.sentence) == (WARNING, True)


def test_an_anchor_that_was_changed_is_not_taken_for_one():
    found = of(check_database(healthy(newest=NOW, newest_anchor='{"format": "alongside-anchor-1"}'), NOW), "anchors")
    assert (found.level, "--anchors FOLDER" in found.mend) == (WARNING, True)


def of(found, about: str) -> Finding:
    """The finding of that name."""
    return next(each for each in found if each.about == about)


def healthy(**more) -> Vitals:
    """A PostgreSQL server as it should be, but for something."""
    from importlib.metadata import version

    plain = {"kind": "postgresql", "version": (16, 4), "settings": GOOD, "has_queue": True}
    return Vitals(**{**plain, "remembered": {RELEASE: version("dbos")}, **more})


def test_a_sound_server_has_nothing_to_mend():
    assert {each.level for each in check_database(healthy(), NOW)} == {FINE}


@pytest.mark.parametrize(
    ("about", "level", "changed"),
    [
        ("version", FATAL, {"version": (14, 12)}),
        ("fsync", FATAL, {"settings": {**GOOD, "fsync": "off"}}),
        ("synchronous_commit", FATAL, {"settings": {**GOOD, "synchronous_commit": "off"}}),
        ("synchronous_commit", FINE, {"settings": {**GOOD, "synchronous_commit": "local"}}),
        ("full_page_writes", FATAL, {"settings": {**GOOD, "full_page_writes": "off"}}),
        ("encoding", FATAL, {"settings": {**GOOD, "server_encoding": "SQL_ASCII"}}),
        ("standby", FATAL, {"is_standby": True}),
        ("clock", WARNING, {"skew_seconds": -5.0}),
        ("clock", FATAL, {"skew_seconds": 45.0}),
        ("record", FATAL, {"newest": NOW + timedelta(hours=1)}),
        ("record", FINE, {"newest": NOW + timedelta(seconds=1)}),
        ("migrations", FATAL, {"missing": ("0008",)}),
        ("migrations", FATAL, {"unknown": ("9999",)}),
        ("migrations", WARNING, {"unknown": ("9999",), "remembered": {WORKS_FROM: "0005"}}),
        ("migrations", FATAL, {"unknown": ("9999",), "remembered": {WORKS_FROM: "9998"}}),
        ("queue", FATAL, {"has_queue": False}),
        ("queue", FATAL, {"remembered": {RELEASE: "0.1.0"}}),
        ("queue", WARNING, {"remembered": {RELEASE: "99.0"}}),
        ("history", WARNING, {"may_change_history": True}),
        ("checksums", WARNING, {"settings": {**GOOD, "data_checksums": "off"}}),
        ("wal", FATAL, {"kind": "sqlite", "settings": {"journal_mode": "delete", "synchronous": "full"}}),
        ("synchronous", FATAL, {"kind": "sqlite", "settings": {"journal_mode": "wal", "synchronous": "normal"}}),
        ("integrity", FATAL, {"kind": "sqlite", "settings": {}, "faults": ("a page is torn",)}),
    ],
)
def test_what_is_wrong_with_a_database_is_said_with_how_to_mend_it(about, level, changed):
    found = of(check_database(healthy(**changed), NOW), about)
    assert found.level == level
    assert found.sentence.endswith(".")
    assert bool(found.mend) == (level != FINE)


def test_each_kind_of_database_is_sound_and_only_a_test_may_run_on_one_that_forgets(settings: Settings):
    found = check_up(settings)
    fatal = {each.about for each in found if each.is_fatal}
    assert fatal == (set() if settings.is_embedded else {"fsync"})  # the tests' server runs without, for speed
    assert of(found, "policy").sentence == "Version 1 of the policy is in force."
    assert of(found, "review").level == WARNING  # the small policy has no review date
    assert of(found, "queue").level == FINE
    testing = replace(settings, testing=True)
    assert {each.about for each in must_be_fit(testing) if each.is_fatal} == fatal
    if fatal:
        with pytest.raises(NotFit, match="fsync is off"):
            must_be_fit(settings)
    _entries_of_a_wrong_clock_keep_nobody_from_starting_once_they_are_known(testing)
    _a_process_of_the_release_before_goes_on_in_the_middle_of_an_upgrade(testing)


def _a_process_of_the_release_before_goes_on_in_the_middle_of_an_upgrade(testing: Settings):
    engine = create_engine(testing.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alongside_version SET version_num = '9999'"))
    found = [each for each in must_be_fit(testing) if each.about == "migrations"]
    assert [each.level for each in found] == [WARNING]
    assert "still works" in found[0].sentence
    with pytest.raises(DatabaseNewer, match="later release"):
        migrate(testing)
    with engine.begin() as connection:
        connection.execute(text("UPDATE product SET value = '9999' WHERE name = :name"), {"name": WORKS_FROM})
    with pytest.raises(NotFit, match="tables of a later release"):
        must_be_fit(testing)
    engine.dispose()


def test_a_test_may_not_run_on_missing_tables_either(tmp_path: Path, database_url: str):
    settings = replace(from_environment(small.environment(database_url, tmp_path, 1)), testing=True)
    with pytest.raises(NotFit, match=r"queue's tables are missing.*alongside migrate"):
        must_be_fit(settings)  # the store's tables are there, the queue's are not


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    with pytest.raises(NotFit, match="There is no database"):
        must_be_fit(settings)
    assert not (tmp_path / "alongside.db").exists()


def test_a_server_that_is_gone_is_said_in_a_sentence(tmp_path: Path):
    settings = replace(
        from_environment({"ALONGSIDE_VAR": str(tmp_path)}), database=f"postgresql+psycopg://x@/x?host={tmp_path}"
    )
    assert "cannot be asked" in of(check_up(settings), "database").sentence


def test_a_file_that_is_damaged_is_found(migrated_sqlite: Path, tmp_path: Path):
    content = bytearray(migrated_sqlite.read_bytes())
    content[-4096:-4032] = b"\xff" * 64  # the head of the last page
    path = tmp_path / "alongside.db"
    path.write_bytes(content)
    found = [each for each in check_up(from_environment({"ALONGSIDE_VAR": str(tmp_path)})) if each.is_fatal]
    assert {each.about for each in found} & {"database", "integrity"}
    assert any("damaged" in each.sentence or "malformed" in each.sentence for each in found)
    assert not look_at(f"sqlite:///{migrated_sqlite}", deep=True).faults


def _entries_of_a_wrong_clock_keep_nobody_from_starting_once_they_are_known(testing: Settings):
    product = build(testing, queued=False)
    small.start(product)
    product.close()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(NotFit, match="yet to come"):
        must_be_fit(testing, yesterday)
    assert of(check_up(testing, yesterday), "record").is_fatal
    newest = clock_is_right(testing)
    assert newest is not None
    assert [each.level for each in must_be_fit(testing, yesterday) if each.about == "record"] == [WARNING]
    assert of(check_up(testing, yesterday), "record").level == WARNING


def test_in_the_demo_the_moved_clock_counts(migrated_sqlite: Path, tmp_path: Path):
    url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'alongside.db')}"
    remembered = Remembered(url)
    remembered.write("clock_offset_seconds", str(timedelta(days=60).total_seconds()))
    remembered.close()
    vitals = replace(look_at(url), newest=datetime.now(UTC) + timedelta(days=30))
    assert vitals.clock_offset == timedelta(days=60)
    assert of(check_database(vitals, datetime.now(UTC)), "record").is_fatal
    assert of(check_database(vitals, datetime.now(UTC) + vitals.clock_offset), "record").level == FINE


@pytest.mark.parametrize(("days", "level"), [(400, FINE), (30, WARNING), (-1, WARNING)])
def test_a_review_that_nears_or_has_passed_is_said(days: int, level: str):
    version = Version("1", "0" * 64, PUBLISHED, NOW.date(), "mary", NOW, review_date=NOW.date() + timedelta(days=days))
    assert check_review(version, NOW.date()).level == level


def test_without_a_policy_nothing_can_begin(tmp_path: Path):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    migrate(settings)
    assert of(check_up(settings), "policy").is_fatal
    assert not [
        each for each in must_be_fit(settings) if each.is_fatal
    ]  # pages are served all the same: the owner needs them


def test_a_folder_that_cannot_be_written_to(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    found = list(check_folder(from_environment({"ALONGSIDE_VAR": str(tmp_path / "file" / "var")})))
    assert [(each.about, each.level) for each in found] == [("var", FATAL)]


@pytest.mark.parametrize(("free", "level"), [(2**40, FINE), (500 * 2**20, WARNING), (2**20, FATAL)])
def test_a_disk_that_fills_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**41, 0, free))
    assert of(check_folder(from_environment({"ALONGSIDE_VAR": str(tmp_path)})), "disk").level == level


def test_keys_are_for_their_owner(tmp_path: Path):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    key = tmp_path / "web.key"
    key.write_bytes(b"x" * 32)
    key.chmod(0o600)
    assert of(check_folder(settings), "secrets").level == FINE
    key.chmod(0o640)
    assert of(check_folder(settings), "secrets").is_fatal
    key.chmod(0o600)
    tmp_path.chmod(0o777)
    assert of(check_folder(settings), "secrets").is_fatal


def test_the_embedded_database_is_not_for_everybody(tmp_path: Path):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    path = tmp_path / "alongside.db"
    path.touch(0o600)
    assert of(check_folder(settings), "file").level == FINE
    path.chmod(0o644)
    assert of(check_folder(settings), "file").level == WARNING


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (Mail(), "No mail server"),
        (Mail("mail.example.org"), "nobody can answer"),
        (Mail("mail.example.org", password="p", username="u", sender="a@example.org"), "in clear"),
    ],
)
def test_mail_that_could_not_leave(tmp_path: Path, mail: Mail, words: str):
    settings = replace(from_environment({"ALONGSIDE_VAR": str(tmp_path)}), mail=mail)
    found = of(check_ways_out(settings, deep=False), "mail")
    assert found.level == WARNING
    assert words in found.sentence


def test_the_mail_server_is_asked(tmp_path: Path):
    base = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    with mail_server() as (inbox, port):
        there = Mail("127.0.0.1", port, sender="a@example.org")
        assert of(check_ways_out(replace(base, mail=there), deep=True), "mail").level == FINE
        assert not inbox.arrived
    gone = Mail("127.0.0.1", small.free_port(), sender="a@example.org")
    assert "cannot be used" in of(check_ways_out(replace(base, mail=gone), deep=True), "mail").sentence


@pytest.mark.parametrize(
    ("url", "proxy", "level"),
    [
        ("http://127.0.0.1:8000", "", FINE),
        ("http://alongside.example", "", WARNING),
        ("https://alongside.example", "", WARNING),
        ("https://alongside.example", "127.0.0.1", FINE),
    ],
)
def test_how_people_reach_it(tmp_path: Path, url: str, proxy: str, level: str):
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path), "ALONGSIDE_BASE_URL": url, "ALONGSIDE_PROXY": proxy})
    assert of(check_ways_out(settings, deep=False), "https").level == level


def test_the_file_of_a_new_database_is_its_owners_only(tmp_path: Path) -> None:
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path / "var")})
    migrate(settings, queued=False)
    assert (tmp_path / "var/alongside.db").stat().st_mode & 0o777 == 0o600
