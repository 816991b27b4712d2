"""Jobs: done once however often they are reported, and given up without harm."""

from __future__ import annotations

import pytest

from engine.commands import fail_job, finish_job, note_attempt, retry_incident, withdraw_case
from engine.model.errors import CaseEnded, JobNotOpen, NotAllowed
from engine.model.job import Job
from engine.queries import open_jobs
from engine.store import SqlUnitOfWork, open_store
from tests.fake_machine import FakeMachine
from tests.office import LEA, MAX, WES, Office, acting, open_office


def _letter(office: Office) -> Job:
    office.start("posted")
    (found,) = [each for each in open_jobs(office.uow) if not each.is_notice]
    return found


def test_a_parked_task_is_a_job_with_the_cases_values(office: Office) -> None:
    office.start("posted", answers={"child": "A"})
    (found,) = open_jobs(office.uow)
    assert (found.type, found.variables, found.run, found.stable_key) == ("letter", {"child": "A"}, 1, found.id)


def test_finishing_a_job_moves_the_case_on_once(office: Office) -> None:
    letter = _letter(office)
    first = finish_job(office.uow, office.machine, job_id=letter.id, result={"sent": True}, now=office.now)
    again = finish_job(office.uow, office.machine, job_id=letter.id, result={"sent": True}, now=office.now)
    assert (first.already, again.already, again.version) == (False, True, first.version)
    with office.uow.read() as tx:
        entries = tx.journal.entries(letter.case_id)
        assert [entry.kind for entry in entries] == ["case_started", "job_finished"]
        assert entries[-1].actor == "system"
        assert [task.name for task in tx.tasks.of_case(letter.case_id)] == ["Assess"]


def test_a_notice_closes_without_a_step(office: Office) -> None:
    case = office.start()
    (notice,) = open_jobs(office.uow)
    done = finish_job(office.uow, office.machine, job_id=notice.id, now=office.now)
    assert (done.version, open_jobs(office.uow)) == (case.version, ())


def test_a_business_error_goes_to_the_process(office: Office) -> None:
    letter = _letter(office)
    fail_job(office.uow, office.machine, job_id=letter.id, reason="no address", code="NO_ADDRESS", now=office.now)
    with office.uow.read() as tx:
        entry = tx.journal.entries(letter.case_id)[-1]
    assert (entry.kind, entry.body["event"]["code"]) == ("job_errored", "NO_ADDRESS")


def test_a_job_out_of_tries_waits_for_its_incident(office: Office) -> None:
    letter = _letter(office)
    assert note_attempt(office.uow, job_id=letter.id, reason="refused", now=office.now) == 1
    for _ in range(2):
        fail_job(office.uow, office.machine, job_id=letter.id, reason="refused", now=office.now)
    with office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
        status = tx.jobs.find(letter.id).status
    assert (incident.kind, incident.element_id, incident.times) == ("job", "send", 1)
    assert status == "failed"


def test_settling_the_incident_enqueues_the_job_again(uow: SqlUnitOfWork, database_url: str, now: object) -> None:
    enqueued: list[tuple[str, int]] = []

    class Queue:
        def enqueue(self, _connection: object, job: Job) -> None:
            enqueued.append((job.id, job.run))

    store = open_store(database_url, machine=FakeMachine(), jobs=Queue())
    try:
        office = open_office(store, FakeMachine(), now)  # type: ignore[arg-type]
        letter = _letter(office)
        fail_job(office.uow, office.machine, job_id=letter.id, reason="refused", now=office.now)
        with office.uow.read() as tx:
            (incident,) = tx.incidents.listed(status="open")
        retry_incident(office.uow, actor=acting(MAX), incident_id=incident.id, now=office.now)
        assert enqueued == [(letter.id, 1), (letter.id, 2)]
        finish_job(office.uow, office.machine, job_id=letter.id, now=office.now)
    finally:
        store.close()


def test_what_could_not_be_enqueued_did_not_happen(uow: SqlUnitOfWork, database_url: str, now: object) -> None:
    class Broken:
        def enqueue(self, _connection: object, _job: Job) -> None:
            raise ConnectionError("the queue is away")

    office = open_office(uow, FakeMachine(), now)  # type: ignore[arg-type]
    store = open_store(database_url, machine=FakeMachine(), jobs=Broken())
    try:
        with pytest.raises(Exception, match="ConnectionError"):
            Office(store, FakeMachine(), office.now).start("posted", case_id="AL-2")
        with uow.read() as tx:
            assert tx.cases.ids() == []
            assert [incident.case_id for incident in tx.incidents.listed()] == ["AL-2"]
    finally:
        store.close()


@pytest.mark.parametrize("job_id", ["AL-NOSUCHID.j1", "nonsense"])
def test_an_unknown_job_is_not_open(office: Office, job_id: str) -> None:
    with pytest.raises(JobNotOpen):
        finish_job(office.uow, office.machine, job_id=job_id, now=office.now)


def test_withdrawing_a_case_closes_all_that_waits_in_it(office: Office) -> None:
    letter = _letter(office)
    with pytest.raises(NotAllowed):
        withdraw_case(office.uow, actor=acting(WES), case_id=letter.case_id, reason="In error", now=office.now)
    done = withdraw_case(
        office.uow, actor=acting(LEA), case_id=letter.case_id, reason="In error", key="w", now=office.now
    )
    again = withdraw_case(
        office.uow, actor=acting(LEA), case_id=letter.case_id, reason="In error", key="w", now=office.now
    )
    assert done == again
    with pytest.raises(JobNotOpen):
        finish_job(office.uow, office.machine, job_id=letter.id, now=office.now)
    with pytest.raises(CaseEnded):
        withdraw_case(office.uow, actor=acting(LEA), case_id=letter.case_id, reason="In error", now=office.now)
    with office.uow.read() as tx:
        assert tx.cases.find(letter.case_id).head.status == "withdrawn"
        assert [entry.kind for entry in tx.journal.entries(letter.case_id)] == ["case_started", "case_withdrawn"]
