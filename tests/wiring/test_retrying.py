"""A case whose stored state is lost is made anew from its record, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.audit import rebuilt, verify
from engine.commands import mend_case, record_unreadable
from engine.model.errors import CaseMovedOn, NotAllowed, StateUnreadable
from engine.model.journal import Entry
from engine.store import SqlUnitOfWork
from engine.wiring.retrying import retry
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
