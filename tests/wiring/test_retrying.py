"""A case whose stored state is lost is made anew from its record, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.audit import rebuilt, verify
from engine.commands import fail_job, mend_case, record_unreadable
from engine.commands.hold_after_restore import hold_after_restore
from engine.model.errors import CaseMovedOn, IncidentNotFound, NotAllowed, StateUnreadable
from engine.model.journal import Entry
from engine.store import SqlUnitOfWork
from engine.wiring.retrying import retry, retry_alike
from tests.fake_machine import FakeMachine
from tests.office import MAX, WES, Office, acting, open_office


@pytest.fixture
def office(open_uow: Callable[[], SqlUnitOfWork], now: object) -> Office:
    return open_office(open_uow(), FakeMachine(), now)  # type: ignore[arg-type]


def lost(office: Office) -> tuple[str, str, bytes, int]:
    """A case with a completed step whose state somebody wrote over: case, open task, state before, incident."""
    case = office.start("plain")
    office.complete(case.opened[0], {"finding": "It stands"})
    with office.uow.read() as tx:
        (task,) = tx.tasks.of_case(case.case_id)
        before = tx.cases.find(case.case_id).state
    write(office, case.case_id, b"\xff\xfe")
    failed = StateUnreadable("", "the stored state is damaged")
    record_unreadable(office.uow, case.case_id, failed, office.now)
    assert failed.incident_id is not None
    return case.case_id, task.id, before, failed.incident_id


def write(office: Office, case_id: str, state: bytes) -> None:
    with office.uow.write() as tx:
        case = tx.cases.find(case_id)
        tx.cases.save(case, replace(case, state=state))


def entries(office: Office, case_id: str) -> list[Entry]:
    with office.uow.read() as tx:
        return list(tx.journal.entries(case_id))


def test_retrying_makes_the_state_anew_and_the_case_goes_on(office: Office) -> None:
    case_id, _, before, incident = lost(office)
    done = retry(office.uow, office.machine, actor=acting(MAX), incident_id=incident, now=office.now)
    assert done.what == "case"
    with office.uow.read() as tx:
        assert tx.cases.find(case_id).state == before
        assert tx.incidents.listed(status="open") == []
    assert [entry.kind for entry in entries(office, case_id)][-2:] == ["state_rebuilt", "incident_retried"]
    assert verify(office.uow, office.machine, case_id=case_id).holds
    assert rebuilt(office.uow, office.machine, case_id=case_id) is None


def test_only_who_may_operate_mends(office: Office) -> None:
    case_id, _, _, incident = lost(office)
    with pytest.raises(NotAllowed):
        retry(office.uow, office.machine, actor=acting(WES), incident_id=incident, now=office.now)
    with office.uow.read() as tx:
        assert tx.cases.find(case_id).state == b"\xff\xfe"


def test_a_case_that_took_a_step_since_is_not_put_back(office: Office) -> None:
    case_id, _, before, _ = lost(office)
    with pytest.raises(CaseMovedOn):
        mend_case(office.uow, actor=acting(MAX), case_id=case_id, state=before, version=1, now=office.now)


def test_a_record_that_does_not_hold_mends_nothing(office: Office) -> None:
    case_id, _, _, _ = lost(office)
    with office.uow.write() as tx:
        case = tx.cases.find(case_id)
        tx.cases.save(case, replace(case, journal_hash="0" * 64))
    assert rebuilt(office.uow, office.machine, case_id=case_id) is None


def test_after_a_fix_all_that_it_had_stopped_are_tried_again(office: Office) -> None:
    failed = [_failed(office, "The mail server did not answer") for _ in range(3)]
    other = _failed(office, "The address is wrong")
    with office.uow.read() as tx:
        page = tx.incidents.page("open", 1, 2)
        names = tx.jobs.names([job for _, job in failed] + ["nowhere"])
    assert [(row.incident.id, row.alike) for row in page.rows] == [(other[0], 1), (failed[2][0], 3)]
    assert (page.total, page.page, page.pages) == (4, 1, 2)
    assert set(names) == {job for _, job in failed}
    asked = {"actor": acting(MAX), "incident_id": failed[1][0], "now": office.now}
    done = retry_alike(office.uow, office.machine, **asked, key="all")  # type: ignore[arg-type]
    assert [each.incident_id for each in done] == [failed[0][0], failed[2][0], failed[1][0]]
    with office.uow.read() as tx:
        assert [each.id for each in tx.incidents.listed(status="open")] == [other[0]]
        assert {tx.jobs.find(job).run for _, job in failed} == {2}
        assert tx.jobs.find(other[1]).run == 1


def test_what_is_settled_sets_nothing_else_going(office: Office) -> None:
    first, second = (_failed(office, "The mail server did not answer") for _ in range(2))
    asked = {"actor": acting(MAX), "now": office.now}
    retry(office.uow, office.machine, incident_id=first[0], **asked)  # type: ignore[arg-type]
    with pytest.raises(IncidentNotFound):
        retry_alike(office.uow, office.machine, incident_id=first[0], **asked)  # type: ignore[arg-type]
    with office.uow.read() as tx:
        assert [each.id for each in tx.incidents.listed(status="open")] == [second[0]]


def test_what_may_have_left_before_a_restore_is_never_tried_again_with_others(office: Office) -> None:
    for _ in range(2):
        office.start("plain")
    with office.uow.write() as tx:
        hold_after_restore(tx, made_at=office.now, now=office.now)
    with office.uow.read() as tx:
        held = tx.incidents.page("open", 1, 50).rows
    assert len(held) == 2
    assert len({row.incident.reason for row in held}) == 1
    assert {row.alike for row in held} == {0}
    asked = {"actor": acting(MAX), "incident_id": held[0].incident.id, "now": office.now}
    assert len(retry_alike(office.uow, office.machine, **asked)) == 1  # type: ignore[arg-type]


def _failed(office: Office, reason: str) -> tuple[int, str]:
    """A case whose first job was given up: the incident and the job."""
    case_id = office.start("plain").case_id
    with office.uow.read() as tx:
        job = tx.jobs.of_case(case_id)[0].id
    fail_job(office.uow, office.machine, job_id=job, reason=reason, now=office.now)
    with office.uow.read() as tx:
        return tx.incidents.listed(status="open", case_id=case_id)[0].id, job
