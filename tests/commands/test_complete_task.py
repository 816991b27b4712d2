"""Completing a task: what is kept, who may, and what is refused without a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from engine.commands import claim_task, release_task, save_draft
from engine.model.errors import (
    AnswersRejected,
    CaseMovedOn,
    KeyUsed,
    NotAllowed,
    StepFailed,
    TaskAlreadyComplete,
    TaskClaimed,
    TaskNotFound,
)
from engine.model.journal import first_break
from tests.office import CHE, LEA, SID, WES, WIN, Office, acting


def _entries(office: Office, case_id: str) -> list[object]:
    with office.uow.read() as tx:
        return list(tx.journal.entries(case_id))


def test_answers_move_the_case_on(office: Office) -> None:
    case = office.start()
    done = office.complete(case.opened[0], {"finding": "yes", "note": ""})
    assert done.case_id == case.case_id
    assert done.version == case.version + 1
    with office.uow.read() as tx:
        task, following = tx.tasks.find(case.opened[0]), tx.tasks.find(done.opened[0])
        assert (task.closed, task.completed_by, task.closed_at) == ("completed", "wes", office.now)
        assert (following.name, following.roles, following.is_open) == ("Choose a route", ("lead",), True)
        assert tx.cases.find(case.case_id).head.version == done.version


def test_the_journal_says_who_did_what_when_and_what_followed(office: Office) -> None:
    case = office.start()
    office.complete(case.opened[0], {"finding": "yes"})
    started, completed = _entries(office, case.case_id)
    assert first_break([started, completed]) is None
    assert (completed.kind, completed.actor, completed.role) == ("task_completed", "wes", "worker")
    assert completed.body["event"]["answers"] == {"finding": "yes", "note": None}
    changed = {change["name"]: (change["old"], change["new"]) for change in completed.body["outcome"]["changes"]}
    assert changed["finding"] == (None, "yes")
    assert completed.body["outcome"]["decisions"][0]["decision_id"] == "D-route_advice"
    assert completed.body["outcome"]["opened"][0]["name"] == "Choose a route"


def test_departing_from_the_advice_needs_a_reason(office: Office) -> None:
    task = office.complete(office.start().opened[0], {"finding": "yes"}).opened[0]
    with pytest.raises(AnswersRejected) as refused:
        office.complete(task, {"route": "court", "why": " "}, acting(LEA))
    assert list(refused.value.errors) == ["why"]


def test_departing_from_the_advice_is_remembered(office: Office) -> None:
    task = office.complete(office.start().opened[0], {"finding": "yes"}).opened[0]
    done = office.complete(task, {"route": "court", "why": "Danger"}, acting(LEA))
    departed = _entries(office, done.case_id)[-1].body["departed_from_advice"]
    assert (departed["advised"], departed["answered"], departed["reason"]) == ("plan", "court", "Danger")


def test_following_the_advice_needs_none(office: Office) -> None:
    task = office.complete(office.start().opened[0], {"finding": "yes"}).opened[0]
    done = office.complete(task, {"route": "plan"}, acting(LEA))
    assert "departed_from_advice" not in _entries(office, done.case_id)[-1].body


def test_when_it_was_done_is_kept_beside_when_it_was_recorded(office: Office) -> None:
    first = office.complete(office.start().opened[0], {"finding": "yes"})
    second = office.complete(first.opened[0], {"route": "plan"}, acting(LEA))
    last = office.complete(second.opened[0], {"held_on": date(2026, 2, 20)}, acting(CHE))
    entry = _entries(office, last.case_id)[-1]
    assert (entry.done_at, entry.recorded_at) == (datetime(2026, 2, 20, tzinfo=UTC), office.now)
    assert last.ended
    with office.uow.read() as tx:
        head = tx.cases.find(last.case_id).head
        assert (head.status, head.ended_at, head.outcome) == ("ended", office.now, "done")
        assert tx.timers.of_case(last.case_id) == []


def test_answers_are_judged_by_the_form_again(office: Office) -> None:
    case = office.start()
    with pytest.raises(AnswersRejected) as refused:
        office.complete(case.opened[0], {"finding": "", "other": 1})
    assert set(refused.value.errors) == {"finding", "other"}
    assert len(_entries(office, case.case_id)) == 1


def test_another_teams_task_does_not_exist(office: Office) -> None:
    case = office.start()
    with pytest.raises(TaskNotFound):
        office.complete(case.opened[0], {"finding": "yes"}, acting(SID))


def test_another_roles_task_is_refused(office: Office) -> None:
    case = office.start()
    with pytest.raises(NotAllowed, match="“Assess” is for Worker, not for Lead"):
        office.complete(case.opened[0], {"finding": "yes"}, acting(LEA))


def test_a_role_that_the_person_does_not_have_is_refused(office: Office) -> None:
    case = office.start()
    with pytest.raises(NotAllowed):
        office.complete(case.opened[0], {"finding": "yes"}, acting(WES, "lead"))


@pytest.mark.parametrize("task_id", ["AL-NOSUCHID.t1", "nonsense", ""])
def test_an_unknown_task_is_not_found(office: Office, task_id: str) -> None:
    with pytest.raises(TaskNotFound):
        office.complete(task_id, {})


def test_a_task_is_completed_once(office: Office) -> None:
    case = office.start()
    office.complete(case.opened[0], {"finding": "yes"})
    with pytest.raises(TaskAlreadyComplete, match="completed by wes"):
        office.complete(case.opened[0], {"finding": "no"}, acting(WIN))


def test_a_claimed_task_is_its_holders(office: Office) -> None:
    case = office.start()
    claim_task(office.uow, actor=acting(WIN), task_id=case.opened[0], now=office.now)
    with pytest.raises(TaskClaimed, match="taken by win"):
        office.complete(case.opened[0], {"finding": "yes"})
    release_task(office.uow, actor=acting(WIN), task_id=case.opened[0], now=office.now)
    office.complete(case.opened[0], {"finding": "yes"})


def test_the_same_key_gives_the_same_answer_once(office: Office) -> None:
    case = office.start()
    first = office.complete(case.opened[0], {"finding": "yes"}, key="k1")
    assert office.complete(case.opened[0], {"finding": "yes"}, key="k1") == first
    assert len(_entries(office, case.case_id)) == 2


def test_anothers_key_is_refused(office: Office) -> None:
    one, two = office.start(), office.start()
    office.complete(one.opened[0], {"finding": "yes"}, key="k1")
    with pytest.raises(KeyUsed):
        office.complete(two.opened[0], {"finding": "yes"}, key="k1")
    with pytest.raises(KeyUsed):
        office.complete(one.opened[0], {"finding": "yes"}, acting(WIN), key="k1")


def test_a_refused_request_does_not_use_its_key_up(office: Office) -> None:
    case = office.start()
    with pytest.raises(AnswersRejected):
        office.complete(case.opened[0], {}, key="k1")
    office.complete(case.opened[0], {"finding": "yes"}, key="k1")


def test_an_older_page_is_accepted_when_others_work_does_not_touch_it(office: Office) -> None:
    case = office.start("pair")
    left, right = case.opened
    office.complete(left, {"left_word": "a", "shared": "mine"}, seen_version=case.version)
    done = office.complete(right, {"right_word": "b", "shared": "also"}, acting(WIN), seen_version=case.version)
    assert done.version == case.version + 2


def test_a_question_left_as_it_was_does_not_put_an_old_value_back(office: Office) -> None:
    case = office.start("pair", answers={"shared": "before"})
    left, right = case.opened
    office.complete(left, {"left_word": "a", "shared": "new"}, seen_version=case.version)
    stale = {"right_word": "b", "shared": "before"}
    with pytest.raises(CaseMovedOn, match="look again at shared"):
        office.complete(right, stale, acting(WIN), seen_version=case.version)
    office.complete(right, {**stale, "shared": "mine"}, acting(WIN), seen_version=case.version)


def test_a_failed_step_leaves_nothing_but_an_incident(office: Office) -> None:
    case = office.start("broken")
    with pytest.raises(StepFailed) as failed:
        office.complete(case.opened[0], {"finding": "yes"}, key="k1")
    with office.uow.read() as tx:
        incident = tx.incidents.find(failed.value.incident_id)
        assert (incident.case_id, incident.element_id, incident.kind) == (case.case_id, "gateway-7", "step")
        assert tx.tasks.find(case.opened[0]).is_open
        assert tx.cases.find(case.case_id).head.version == case.version
        assert [entry.kind for entry in tx.journal.entries(case.case_id)] == ["case_started", "incident_raised"]
        assert tx.requests.recall("k1") is None


def test_the_same_failure_again_is_the_same_incident(office: Office) -> None:
    case = office.start("broken")
    for _ in range(2):
        with pytest.raises(StepFailed):
            office.complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        assert [incident.times for incident in tx.incidents.listed(status="open")] == [2]


def test_what_nobody_foresaw_is_an_incident_too_and_its_details_stay_inside(office: Office) -> None:
    case = office.start("crashing")
    with pytest.raises(StepFailed, match="RuntimeError") as failed:
        office.complete(case.opened[0], {"finding": "yes"})
    assert "secret" not in str(failed.value)
    assert failed.value.incident_id is not None


def test_a_lack_of_memory_is_no_fault_of_the_case(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    case = office.start()
    with monkeypatch.context() as lack:
        lack.setattr(office.machine, "step", no_room)
        with pytest.raises(MemoryError):
            office.complete(case.opened[0], {"finding": "yes", "note": ""}, key="k1")
    with office.uow.read() as tx:
        assert not tx.incidents.listed()
        assert tx.requests.recall("k1") is None
    office.complete(case.opened[0], {"finding": "yes", "note": ""}, key="k1")


def test_a_state_that_cannot_be_read_stops_its_case_only(office: Office) -> None:
    case, other = office.start(), office.start()
    with office.uow.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE cases SET state = '{{' WHERE id = '{case.case_id}'")  # noqa: S608
    with pytest.raises(StepFailed):
        office.complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        assert [incident.kind for incident in tx.incidents.listed(status="open")] == ["state"]
    office.complete(other.opened[0], {"finding": "yes"})


def test_what_was_typed_goes_when_the_task_is_done(office: Office) -> None:
    case = office.start()
    save_draft(office.uow, person=WES, task_id=case.opened[0], raw={"note": ["half a"]}, now=office.now)
    with office.uow.read() as tx:
        assert tx.drafts.find(case.opened[0], "wes").raw == {"note": ["half a"]}
    office.complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        assert tx.drafts.find(case.opened[0], "wes") is None


def test_people_are_told_of_a_new_task_in_the_same_commit(office: Office) -> None:
    case = office.start()
    with office.uow.read() as tx:
        (told,) = tx.jobs.of_case(case.case_id)
    assert (told.type, told.variables["event"], told.variables["roles"]) == ("notice", "arrived", ["worker"])
    assert told.variables["due"] == office.now + timedelta(days=10)


def test_a_completion_is_one_commit_of_few_statements(office: Office) -> None:
    """Thirteen without a key, fifteen with one: what a step takes does not grow with the case."""
    sent: list[str] = []
    commits: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    first = office.complete(office.start().opened[0], {"finding": "yes"})
    event.listen(office.uow.engine, "before_cursor_execute", note)
    event.listen(office.uow.engine, "commit", commits.append)
    office.complete(first.opened[0], {"route": "plan"}, acting(LEA), key="k1")
    assert len(commits) == 1
    assert len([each for each in sent if not each.startswith("BEGIN")]) <= 15


def test_a_forms_rules_count_working_days_by_the_holidays_of_the_version(office: Office) -> None:
    """3 March is a holiday of the test's calendar, so one working day after the 2nd is the 4th."""
    late, in_time = office.start("planned"), office.start("planned")
    with pytest.raises(AnswersRejected) as refused:
        office.complete(late.opened[0], {"held_on": date(2026, 3, 5)})
    assert list(refused.value.errors) == ["held_on"]
    office.complete(in_time.opened[0], {"held_on": date(2026, 3, 4)})
