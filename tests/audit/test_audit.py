"""The record can be trusted: it replays, and whatever was changed in it is named."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import text

from engine.audit import export, replay, verify, verify_all
from engine.commands import deliver_message, fail_job, finish_job, fire_timers, withdraw_case
from engine.model.errors import CaseNotFound
from engine.queries import history, open_jobs
from tests.office import CHE, LEA, WES, Office, acting


@pytest.fixture
def finished(office: Office) -> str:
    """A case that went all the way, with a departure from advice."""
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes", "note": "=1+1"})
    second = office.complete(first.opened[0], {"route": "court", "why": "Danger"}, acting(LEA))
    return office.complete(second.opened[0], {"held_on": "2026-02-20"}, acting(CHE)).case_id


def _change(office: Office, statement: str, **values: Any) -> None:
    """Somebody with their hands in the database."""
    with office.uow.write() as tx:
        if office.uow.engine.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                tx.connection.execute(text(f"DROP TRIGGER IF EXISTS journal_no_{verb}"))
        else:
            tx.connection.execute(text("ALTER TABLE journal DISABLE TRIGGER ALL"))
        tx.connection.execute(text(statement), values)


def test_a_finished_case_holds(office: Office, finished: str) -> None:
    verdict = verify(office.uow, office.machine, case_id=finished)
    assert (verdict.holds, verdict.entries, verdict.difference) == (True, 4, None)


def test_every_way_a_case_can_go_holds(office: Office) -> None:
    office.start("pair")
    office.start("waiting")
    timed = office.start("timed")
    posted, errored, withdrawn = office.start("posted"), office.start("posted"), office.start("posted")
    broken = office.start("exploding")
    jobs = {job.case_id: job.id for job in open_jobs(office.uow) if not job.is_notice}
    later = office.now + timedelta(days=14)
    fire_timers(office.uow, office.machine, now=later)
    finish_job(office.uow, office.machine, job_id=jobs[posted.case_id], now=later)
    fail_job(office.uow, office.machine, job_id=jobs[errored.case_id], reason="x", code="E", now=later)
    withdraw_case(office.uow, actor=acting(LEA), case_id=withdrawn.case_id, reason="x", now=later)
    waiting = office.start("waiting")
    payload = {"where_to": "x"}
    about = {"case_id": waiting.case_id, "name": "moved", "payload": payload, "now": later}
    deliver_message(office.uow, office.machine, actor=acting(WES), **about)  # type: ignore[arg-type]
    verdicts = {verdict.case_id: verdict for verdict in verify_all(office.uow, office.machine)}
    assert {case.case_id for case in (timed, posted, errored, withdrawn, broken, waiting)} <= set(verdicts)
    assert [verdict.difference for verdict in verdicts.values()] == [None] * 8


def test_replay_gives_each_step_again(office: Office, finished: str) -> None:
    steps = list(replay(office.uow, office.machine, case_id=finished))
    assert [step.entry.seq for step in steps] == [1, 2, 3, 4]
    assert steps[-1].outcome is not None
    assert steps[-1].outcome.ended


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", None),
        ("actor", "lee"),
        ("role", "leed"),
        ("kind", "task_completee"),
        ("done_at", "2026-03-02 09:30:00.000000Z"),
        ("recorded_at", "2026-03-02T09:30:00.000001Z"),
        ("policy_digest", "0" * 64),
        ("version", 9),
        ("previous", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_anything_changed_in_an_entry_is_named(office: Office, finished: str, column: str, value: Any) -> None:
    with office.uow.read() as tx:
        body = tx.connection.execute(text("SELECT body FROM journal WHERE seq = 3")).scalar_one()
    changed = body.replace("Danger", "Langer") if value is None else value
    _change(office, f"UPDATE journal SET {column} = :value WHERE seq = 3", value=changed)  # noqa: S608
    verdict = verify(office.uow, office.machine, case_id=finished)
    assert not verdict.holds
    assert verdict.difference is not None
    assert (verdict.difference.seq, verdict.difference.what) == (3, "chain")


@pytest.mark.parametrize("spot", range(0, 400, 37))
def test_any_byte_changed_in_a_body_is_named(office: Office, finished: str, spot: int) -> None:
    with office.uow.read() as tx:
        body = tx.connection.execute(text("SELECT body FROM journal WHERE seq = 2")).scalar_one()
    other = " " if body[spot] != " " else "x"
    _change(office, "UPDATE journal SET body = :body WHERE seq = 2", body=body[:spot] + other + body[spot + 1 :])
    difference = verify(office.uow, office.machine, case_id=finished).difference
    assert difference is not None
    assert difference.seq == 2


def test_an_entry_removed_is_named(office: Office, finished: str) -> None:
    _change(office, "DELETE FROM journal WHERE seq = 2")
    difference = verify(office.uow, office.machine, case_id=finished).difference
    assert difference is not None
    assert (difference.seq, difference.sentence) == (2, "Entry 2: entry 2 is missing: found 3 instead.")


def test_the_last_entry_removed_is_named(office: Office, finished: str) -> None:
    _change(office, "DELETE FROM journal WHERE seq = 4")
    difference = verify(office.uow, office.machine, case_id=finished).difference
    assert difference is not None
    assert difference.what == "end"


def test_a_state_that_the_journal_does_not_lead_to_is_named(office: Office, finished: str) -> None:
    _change(office, "UPDATE cases SET state = :state", state=b"{}")
    difference = verify(office.uow, office.machine, case_id=finished).difference
    assert difference is not None
    assert (difference.what, difference.sentence) == (
        "state",
        "The case's stored state is not the one that its journal leads to.",
    )


def test_a_task_closed_behind_the_journals_back_is_named(office: Office) -> None:
    case = office.start()
    _change(office, "UPDATE tasks SET closed_at = opened_at")
    difference = verify(office.uow, office.machine, case_id=case.case_id).difference
    assert difference is not None
    assert (difference.what, difference.recorded, difference.replayed) == ("tasks", ["t1"], [])


def test_a_machine_that_does_otherwise_is_named(office: Office, finished: str) -> None:
    office.machine.spoiled = True  # type: ignore[attr-defined]
    difference = verify(office.uow, office.machine, case_id=finished).difference
    assert difference is not None
    assert (difference.seq, difference.what) == (1, "state")


def test_json_holds_every_entry_as_it_was_hashed(office: Office, finished: str) -> None:
    entries = json.loads(export(office.uow, case_id=finished, form="json"))["entries"]
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert entries[2]["body"]["departed_from_advice"]["reason"] == "Danger"
    assert entries[3]["done_at"] == "2026-02-20T00:00:00.000000Z"


def test_csv_is_a_line_an_entry_and_harmless_in_a_spreadsheet(office: Office, finished: str) -> None:
    rows = list(csv.DictReader(io.StringIO(export(office.uow, case_id=finished, form="csv").decode())))
    assert [row["name"] for row in rows] == ["", "Assess", "Choose a route", "Hold the conference"]
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_xes_is_a_trace_of_named_events(office: Office, finished: str) -> None:
    log = etree.fromstring(export(office.uow, case_id=finished, form="xes"))
    space = {"x": "http://www.xes-standard.org/"}
    names = log.xpath("//x:event/x:string[@key='concept:name']/@value", namespaces=space)
    assert names == ["case_started", "Assess", "Choose a route", "Hold the conference"]


def test_what_is_not_there_cannot_be_proved_or_exported(office: Office) -> None:
    with pytest.raises(CaseNotFound):
        verify(office.uow, office.machine, case_id="AL-NONE")
    with pytest.raises(CaseNotFound):
        export(office.uow, case_id="AL-NONE", form="json")
    with pytest.raises(ValueError, match="not as pdf"):
        export(office.uow, case_id="AL-NONE", form="pdf")


@pytest.mark.parametrize("spot", range(0, 900, 60))
def test_the_page_of_a_damaged_case_still_opens(office: Office, finished: str, spot: int) -> None:
    with office.uow.read() as tx:
        body = tx.connection.execute(text("SELECT body FROM journal WHERE seq = 2")).scalar_one()
    spot %= len(body)
    _change(office, "UPDATE journal SET body = :body WHERE seq = 2", body=body[:spot] + "#" + body[spot + 1 :])
    lines = history(office.uow, person=LEA, case_id=finished)
    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert all(line.sentence for line in lines)


def test_a_damaged_moment_is_shown_as_none_that_can_be(office: Office, finished: str) -> None:
    _change(office, "UPDATE journal SET recorded_at = 'yesterday' WHERE seq = 2")
    assert history(office.uow, person=LEA, case_id=finished)[1].at.year == 1
