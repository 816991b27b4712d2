"""Planning and handing over: postponing, reassigning, claiming."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.commands import claim_task, postpone_task, reassign_case, reassign_task, release_task
from engine.model.errors import AnswersRejected, CaseNotFound, NotAllowed, TaskAlreadyComplete, TaskClaimed
from engine.queries import history, my_tasks
from tests.office import LEA, SID, WES, WIN, Office, acting


def test_postponing_plans_the_task_and_leaves_its_due_date(office: Office) -> None:
    task = office.start().opened[0]
    about = {"task_id": task, "planned_for": date(2026, 3, 20), "now": office.now}
    postpone_task(office.uow, actor=acting(WES), reason="School holidays", authorised_by="lea", **about)
    row = my_tasks(office.uow, person=WES, now=office.now).rows[0]
    assert (row.planned_for, row.due) == (date(2026, 3, 20), office.now + timedelta(days=10))
    line = history(office.uow, person=WES, case_id=row.case_id)[-1]
    assert line.sentence == (
        "Wes planned “Assess” for 20 March 2026, authorised by lea: School holidays. It is still due by 12 March 2026."
    )


def test_postponing_needs_a_reason_and_an_authoriser(office: Office) -> None:
    task = office.start().opened[0]
    with pytest.raises(AnswersRejected) as refused:
        postpone_task(
            office.uow,
            actor=acting(WES),
            task_id=task,
            planned_for=date(2026, 3, 20),
            reason=" ",
            authorised_by="",
            now=office.now,
        )
    assert set(refused.value.errors) == {"reason", "authorised_by"}


def test_a_task_is_given_to_somebody_who_may_do_it(office: Office) -> None:
    task = office.start().opened[0]
    about = {"task_id": task, "reason": "Leave", "now": office.now}
    with pytest.raises(NotAllowed):
        reassign_task(office.uow, actor=acting(WES), to="win", **about)
    with pytest.raises(NotAllowed, match="sid may not do"):
        reassign_task(office.uow, actor=acting(LEA), to="sid", **about)
    reassign_task(office.uow, actor=acting(LEA), to="win", **about)
    with pytest.raises(TaskClaimed):
        office.complete(task, {"finding": "yes"})
    reassign_task(office.uow, actor=acting(LEA), to=None, **about)
    office.complete(task, {"finding": "yes"})
    with pytest.raises(TaskAlreadyComplete):
        reassign_task(office.uow, actor=acting(LEA), to="win", **about)


def test_a_case_moves_to_another_team_with_its_tasks(office: Office) -> None:
    case = office.start()
    about = {"case_id": case.case_id, "now": office.now}
    reassign_case(office.uow, actor=acting(LEA), team="south", worker="sid", reason="Moved", **about)
    assert my_tasks(office.uow, person=SID, now=office.now).total == 1
    assert my_tasks(office.uow, person=WIN, now=office.now).total == 0
    with pytest.raises(CaseNotFound):
        reassign_case(office.uow, actor=acting(LEA), team="north", reason="Back", **about)
    assert history(office.uow, person=SID, case_id=case.case_id)[-1].sentence == (
        "Lea gave the case to Sid, team south: Moved."
    )


def test_claiming_twice_is_claiming_once(office: Office) -> None:
    case = office.start()
    for _ in range(2):
        claim_task(office.uow, actor=acting(WES), task_id=case.opened[0], now=office.now)
    with pytest.raises(TaskClaimed):
        release_task(office.uow, actor=acting(WIN), task_id=case.opened[0], now=office.now)
    for _ in range(2):
        release_task(office.uow, actor=acting(WES), task_id=case.opened[0], now=office.now)
    kinds = [line.kind for line in history(office.uow, person=WES, case_id=case.case_id)]
    assert kinds == ["case_started", "task_claimed", "task_released"]


def test_a_case_given_to_another_worker_stays_theirs_when_its_title_changes(office: Office) -> None:
    answers = {"child": "A", "team": "north", "worker": "wes"}
    case = office.start("retitled", title="", team="", worker=None, answers=answers)
    reassign_case(office.uow, actor=acting(LEA), case_id=case.case_id, worker="win", reason="Leave", now=office.now)
    office.complete(case.opened[0], {"child": "B"})
    with office.uow.read() as tx:
        head = tx.cases.find(case.case_id).head
    assert (head.title, head.worker, head.team) == ("B", "win", "north")
