"""Timers: each fires once, says how late it was, and one that fails stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import Swept, fire_timers, retry_incident
from engine.model.errors import IncidentNotFound, NotAllowed, StoreGone
from engine.queries import history
from tests.office import LEA, MAX, WES, Office, acting


def _sweep(office: Office, days: float, limit: int = 200) -> Swept:
    return fire_timers(office.uow, office.machine, now=office.now + timedelta(days=days), limit=limit)


def _kinds(office: Office, case_id: str) -> list[str]:
    with office.uow.read() as tx:
        return [entry.kind for entry in tx.journal.entries(case_id)]


def test_nothing_due_nothing_done(office: Office) -> None:
    office.start("timed")
    assert _sweep(office, 1) == Swept()


def test_a_due_timer_moves_the_case_on(office: Office) -> None:
    case = office.start("timed")
    _sweep(office, 13)
    assert _sweep(office, 14) == Swept(fired=1)
    with office.uow.read() as tx:
        assert tx.tasks.find(case.opened[0]).closed == "cancelled"
        assert [task.name for task in tx.tasks.of_case(case.case_id)] == ["Hold the conference"]
        assert tx.timers.of_case(case.case_id) == []
    assert _sweep(office, 15) == Swept()


def test_how_late_a_timer_was_is_kept(office: Office) -> None:
    case = office.start("timed")
    _sweep(office, 13)
    assert _sweep(office, 16) == Swept(fired=1, late=1)
    with office.uow.read() as tx:
        body = tx.journal.entries(case.case_id)[-1].body
    assert body["late_seconds"] == 2 * 86_400
    assert body["due"] == (office.now + timedelta(days=14)).isoformat()


def test_people_are_told_when_a_task_nears_its_date_and_when_it_is_overdue(office: Office) -> None:
    case = office.start()
    assert _sweep(office, 7) == Swept(notices=1)
    assert _sweep(office, 10) == Swept(notices=1)
    with office.uow.read() as tx:
        told = [job.variables["event"] for job in tx.jobs.of_case(case.case_id)]
    assert told == ["arrived", "warn", "overdue"]
    assert _kinds(office, case.case_id) == ["case_started", "task_overdue"]


def test_nobody_is_told_of_a_task_that_is_done(office: Office) -> None:
    case = office.start()
    office.complete(case.opened[0], {"finding": "yes"})
    assert _sweep(office, 30) == Swept()


def test_a_sweep_takes_no_more_than_it_was_told(office: Office) -> None:
    for _ in range(5):
        office.start("timed")
    assert _sweep(office, 14, limit=2).notices == 2
    total = [_sweep(office, 14, limit=2) for _ in range(7)]
    assert sum(swept.fired for swept in total) == 5


def test_after_weeks_down_each_timer_fires_once_in_order(office: Office) -> None:
    case = office.start("timed")
    swept = _sweep(office, 100)
    assert (swept.fired, swept.notices, swept.late) == (1, 2, 3)
    assert _kinds(office, case.case_id) == ["case_started", "task_overdue", "timer_fired"]


@pytest.mark.parametrize("lack", [MemoryError(), StoreGone("away")], ids=lambda lack: type(lack).__name__)
def test_a_timer_without_room_fires_in_the_next_sweep(
    office: Office, monkeypatch: pytest.MonkeyPatch, lack: Exception
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise lack

    case = office.start("timed")
    _sweep(office, 13)
    with monkeypatch.context() as moment:
        moment.setattr(office.machine, "step", no_room)
        assert _sweep(office, 14) == Swept()
    assert _sweep(office, 14) == Swept(fired=1)
    assert _kinds(office, case.case_id)[-1] == "timer_fired"


def test_a_timer_that_fails_is_an_incident_and_stops_no_other(office: Office) -> None:
    broken, whole = office.start("exploding"), office.start("timed")
    assert _sweep(office, 2) == Swept(failed=1)
    assert _sweep(office, 14).fired == 1
    with office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
        assert (incident.case_id, incident.kind, incident.element_id) == (broken.case_id, "timer", "bang")
        assert tx.tasks.find(broken.opened[0]).is_open
        assert not tx.tasks.find(whole.opened[0]).is_open


def test_a_settled_incident_lets_its_timer_fire_again(office: Office) -> None:
    case = office.start("exploding")
    _sweep(office, 2)
    with office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
    with pytest.raises(NotAllowed):
        retry_incident(office.uow, actor=acting(LEA), incident_id=incident.id, now=office.now)
    assert retry_incident(office.uow, actor=acting(MAX), incident_id=incident.id, now=office.now).what == "timer"
    with pytest.raises(IncidentNotFound):
        retry_incident(office.uow, actor=acting(MAX), incident_id=incident.id, now=office.now)
    assert _sweep(office, 2) == Swept(failed=1)
    assert _kinds(office, case.case_id) == ["case_started", "incident_raised", "incident_retried", "incident_raised"]


def test_a_deadline_that_was_missed_and_then_overtaken_is_recorded(office: Office) -> None:
    case = office.start("timed")
    office.at(office.now + timedelta(days=19)).complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        body = tx.journal.entries(case.case_id)[-1].body
        (missed,) = body["overtaken"]
    assert (missed["element"], missed["late_seconds"]) == ("too-late", 5 * 86_400)
    assert missed["due"] == (office.now + timedelta(days=14)).isoformat()
    (_, line) = history(office.uow, person=WES, case_id=case.case_id)
    assert "The date of “too-late” had been missed: it was 16 March 2026, 5 days before" in " ".join(line.details)
    assert _sweep(office, 20) == Swept()


def test_a_deadline_that_was_kept_is_not(office: Office) -> None:
    case = office.start("timed")
    office.at(office.now + timedelta(days=13)).complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        assert "overtaken" not in tx.journal.entries(case.case_id)[-1].body
