"""Messages: delivered once under one id, by who may, to where something waits."""

from __future__ import annotations

import pytest

from engine.commands import Delivered, deliver_message, start_case
from engine.model.errors import AnswersRejected, CaseNotFound, KeyUsed, NobodyWaiting, NotAllowed
from engine.model.person import SYSTEM, Actor
from tests.office import CHE, LEA, SID, WES, Office, acting


def _deliver(office: Office, case_id: str, actor: Actor = acting(WES), **more: object) -> Delivered:  # noqa: B008
    about = {"name": "moved", "payload": {"where_to": "Elsewhere"}, "now": office.now, **more}
    return deliver_message(office.uow, office.machine, actor=actor, case_id=case_id, **about)  # type: ignore[arg-type]


def test_five_deliveries_of_one_message_are_one(office: Office) -> None:
    case = office.start("waiting")
    answers = {_deliver(office, case.case_id, message_id="m1") for _ in range(5)}
    assert len(answers) == 1
    _deliver(office, case.case_id, message_id="m2")
    with office.uow.read() as tx:
        kinds = [entry.kind for entry in tx.journal.entries(case.case_id)]
    assert kinds == ["case_started", "message_delivered", "message_delivered"]


def test_a_message_is_judged_by_its_own_form(office: Office) -> None:
    case = office.start("waiting")
    with pytest.raises(AnswersRejected) as refused:
        _deliver(office, case.case_id, payload={})
    assert list(refused.value.errors) == ["where_to"]


def test_who_may_not_record_a_change_is_refused(office: Office) -> None:
    case = office.start("waiting")
    with pytest.raises(NotAllowed, match="“Moved away” is not for this role"):
        _deliver(office, case.case_id, acting(LEA))
    for outsider in (SID, CHE):
        with pytest.raises(CaseNotFound):
            _deliver(office, case.case_id, acting(outsider))


def test_a_message_that_nobody_waits_for_is_refused(office: Office) -> None:
    case = office.start()
    for actor in (acting(WES), SYSTEM):
        with pytest.raises(NobodyWaiting):
            _deliver(office, case.case_id, actor)


def test_a_case_is_started_once_under_one_key(office: Office) -> None:
    first, second = office.start(key="k"), office.start(key="k")
    assert first == second
    with office.uow.read() as tx:
        assert tx.cases.ids() == [first.case_id]
    with pytest.raises(KeyUsed):
        office.start(key="k", actor=acting(LEA))


def test_a_case_takes_its_names_from_its_answers(office: Office) -> None:
    answers = {"child": "B. Child", "team": "south", "worker": "sid"}
    case = start_case(
        office.uow, office.machine, actor=acting(WES), process_id="plain", answers=answers, now=office.now
    )
    with office.uow.read() as tx:
        head = tx.cases.find(case.case_id).head
    assert (head.title, head.team, head.worker) == ("B. Child", "south", "sid")


def test_who_may_not_start_a_case_is_refused(office: Office) -> None:
    with pytest.raises(NotAllowed):
        office.start(actor=acting(CHE))
