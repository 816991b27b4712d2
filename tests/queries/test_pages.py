"""Pages of a task and a case: everything that a person needs to decide, and nothing they may not see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.commands import (
    claim_task,
    deliver_message,
    keep_attachment,
    keep_document,
    keep_mail,
    mark_sent,
    record_view,
    save_draft,
)
from engine.model.errors import CaseNotFound, DocumentNotFound, NobodyWaiting, TaskNotFound
from engine.queries import (
    attachment,
    case_page,
    document,
    history,
    history_page,
    incidents,
    mail_attachment,
    mailbox,
    message_page,
    policy_page,
    start_page,
    task_page,
)
from tests.office import CHE, LEA, MAX, SID, WES, WIN, Office, acting
from tests.queries.statements import counted


def test_a_task_page_shows_the_question_the_advice_and_what_came_before(office: Office) -> None:
    task = office.complete(office.start().opened[0], {"finding": "yes"}).opened[0]
    page = task_page(office.uow, office.machine, person=LEA, task_id=task, now=office.now)
    assert (page.task.name, page.form.id, page.guidance) == ("Choose a route", "choose", ("T-1", "T-2"))
    assert (page.advice.value, page.advice.answer_key, page.advice.decision_id) == ("plan", "route", "D-route_advice")
    assert [line.sentence for line in page.before] == ["Wes completed “Assess”.", "Wes started the case."]
    assert page.before[0].details[0] == "Finding: yes"
    assert page.variables["finding"] == "yes"
    assert (page.may_complete_as, page.may_claim, page.may_release) == (("lead",), True, False)
    assert page.seen_version == page.case.version


def test_who_may_only_look_is_shown_no_way_to_do_it(office: Office) -> None:
    case = office.start()
    page = task_page(office.uow, office.machine, person=LEA, task_id=case.opened[0], now=office.now)
    assert (page.may_complete_as, page.may_claim) == ((), False)


def test_a_claimed_task_may_be_released_by_its_holder_alone(office: Office) -> None:
    case = office.start()
    claim_task(office.uow, actor=acting(WIN), task_id=case.opened[0], now=office.now)

    def page(someone: object) -> object:
        return task_page(office.uow, office.machine, person=someone, task_id=case.opened[0], now=office.now)  # type: ignore[arg-type]

    assert (page(WIN).may_release, page(WIN).may_complete_as) == (True, ("worker",))
    assert (page(WES).may_release, page(WES).may_complete_as) == (False, ())


def test_a_half_filled_form_comes_back_to_its_writer_only(office: Office) -> None:
    case = office.start()
    save_draft(office.uow, person=WES, task_id=case.opened[0], raw={"note": ["half"]}, now=office.now)

    def draft(someone: object) -> object:
        page = task_page(office.uow, office.machine, person=someone, task_id=case.opened[0], now=office.now)  # type: ignore[arg-type]
        return page.draft

    assert draft(WES) == {"note": ["half"]}
    assert draft(WIN) is None


def test_another_teams_pages_do_not_exist(office: Office) -> None:
    case = office.start()
    with pytest.raises(TaskNotFound):
        task_page(office.uow, office.machine, person=SID, task_id=case.opened[0], now=office.now)
    with pytest.raises(CaseNotFound):
        case_page(office.uow, office.machine, person=SID, case_id=case.case_id, now=office.now)
    with pytest.raises(CaseNotFound):
        history(office.uow, person=SID, case_id=case.case_id)


def test_a_case_page_shows_strands_dates_people_and_history(office: Office) -> None:
    case = office.start("timed")
    page = case_page(office.uow, office.machine, person=LEA, case_id=case.case_id, now=office.now)
    (strand,) = page.strands
    assert (strand.name, strand.is_running) == ("First strand", True)
    assert [(d.what, d.kind) for d in strand.next_dates] == [("Assess", "task"), ("too-late", "timer")]
    assert [row.task_id for row in strand.tasks] == list(case.opened)
    assert {token.kind for token in page.tokens} == {"task", "timer"}
    assert [person.username for person in page.people] == ["wes"]
    assert [line.sentence for line in page.history] == ["Wes started the case."]


def test_a_departure_is_told_with_its_reason(office: Office) -> None:
    task = office.complete(office.start().opened[0], {"finding": "yes"}).opened[0]
    done = office.complete(task, {"route": "court", "why": "Danger"}, acting(LEA))
    line = history(office.uow, person=LEA, case_id=done.case_id)[-1]
    assert line.sentence == "Lea completed “Choose a route”, departing from the advice."
    assert "The advice was: plan. The decision was: court. Reason: Danger" in line.details
    assert line.role_name == "Lead"


def test_history_tells_changes_with_what_they_replaced(office: Office) -> None:
    case = office.start("pair", answers={"shared": "old"})
    office.complete(case.opened[0], {"left_word": "a", "shared": "new"})
    line = history(office.uow, person=LEA, case_id=case.case_id)[-1]
    assert "Shared: new (before: old)" in line.details


def test_a_change_can_be_recorded_by_who_may(office: Office) -> None:
    case = office.start("waiting")
    page = case_page(office.uow, office.machine, person=WES, case_id=case.case_id, now=office.now)
    (change,) = page.changes
    assert (change.label, change.form_id, change.may_send_as) == ("Moved away", "moved", ("worker",))
    ask = message_page(office.uow, office.machine, person=LEA, case_id=case.case_id, message="moved", now=office.now)
    assert (ask.form.id, ask.change.may_send_as) == ("moved", ())
    deliver_message(
        office.uow,
        office.machine,
        actor=acting(WES),
        case_id=case.case_id,
        name="moved",
        payload={"where_to": "Elsewhere"},
        now=office.now,
    )
    line = history(office.uow, person=WES, case_id=case.case_id)[-1]
    assert (line.sentence, line.details[0]) == ("Wes recorded “Moved away”.", "Where_to: Elsewhere")
    with pytest.raises(NobodyWaiting):
        message_page(office.uow, office.machine, person=WES, case_id=case.case_id, message="born", now=office.now)


def test_letters_and_files_are_for_who_may_see_the_case(office: Office) -> None:
    case = office.start()
    about = {"letter": "first", "title": "First letter", "recipient": "A. Parent", "media_type": "application/pdf"}
    key = {"case_id": case.case_id, "stable_key": f"{case.case_id}.j1"}
    kept = keep_document(office.uow, **key, **about, content=b"%PDF", made_at=office.now)
    again = keep_document(office.uow, **key, **about, content=b"%PDF other", made_at=office.now)
    assert again == kept
    for _ in range(2):
        mark_sent(office.uow, **key, channel="e-mail", reference="<1@x>", sent_at=office.now)
    found, content = document(office.uow, person=WES, document_id=kept.id)
    assert (content, found.channel, found.sent_at) == (b"%PDF", "e-mail", office.now)
    with pytest.raises(DocumentNotFound):
        document(office.uow, person=SID, document_id=kept.id)
    sentences = [line.sentence for line in history(office.uow, person=WES, case_id=case.case_id)]
    assert sentences[1:] == [
        "The letter “First letter” was made for A. Parent.",
        "The letter “First letter” was sent to A. Parent by e-mail.",
    ]


def test_a_given_file_is_found_by_the_reference_in_the_answer(office: Office) -> None:
    case = office.start()
    given = keep_attachment(
        office.uow,
        actor=acting(WES),
        case_id=case.case_id,
        filename="plan.txt",
        media_type="text/plain",
        content=b"the plan",
        now=office.now,
    )
    assert attachment(office.uow, person=LEA, reference=given.reference) == (given, b"the plan")
    for wrong in (given.reference[:-1] + "x", "attachment:999999:x", "nonsense"):
        with pytest.raises(DocumentNotFound):
            attachment(office.uow, person=LEA, reference=wrong)
    with pytest.raises(DocumentNotFound):
        attachment(office.uow, person=SID, reference=given.reference)


def test_the_mailbox_catches_a_mail_once(office: Office) -> None:
    mail = {"sender": "a@x", "to": ["b@x"], "subject": "S", "text": "T", "attachments": [("l.pdf", "x/y", b"1")]}
    assert keep_mail(office.uow, stable_key="m1", now=office.now, **mail)
    assert not keep_mail(office.uow, stable_key="m1", now=office.now, **mail)
    caught = mailbox(office.uow)
    assert (caught.total, caught.rows[0].to, caught.rows[0].subject) == (1, ("b@x",), "S")
    assert mail_attachment(office.uow, mail_id=caught.rows[0].id, index=0) == ("l.pdf", "x/y", b"1")


def test_looks_are_listed(office: Office) -> None:
    case = office.start()
    record_view(office.uow, actor=acting(MAX), case_id=case.case_id, what="case", now=office.now)
    page = case_page(office.uow, office.machine, person=LEA, case_id=case.case_id, now=office.now)
    assert [(view.username, view.role, view.what) for view in page.views] == [("max", "manager", "case")]
    with pytest.raises(CaseNotFound):
        record_view(office.uow, actor=acting(SID), case_id=case.case_id, what="case", now=office.now)


def test_the_policy_page_says_what_is_in_force(office: Office) -> None:
    page = policy_page(office.uow, now=office.now)
    assert (page.in_force.number, page.in_force.approved_by, page.in_force.effective_from) == (
        "1",
        "max",
        date(2026, 1, 1),
    )
    assert policy_page(office.uow, now=office.now - timedelta(days=365)).in_force is None
    assert start_page(office.uow, now=office.now).process_id == "plain"


def test_an_involved_role_still_sees_the_case_after_its_task(office: Office) -> None:
    first = office.complete(office.start().opened[0], {"finding": "yes"})
    second = office.complete(first.opened[0], {"route": "plan"}, acting(LEA))
    office.complete(second.opened[0], {}, acting(CHE))
    assert (
        case_page(office.uow, office.machine, person=CHE, case_id=first.case_id, now=office.now).case.status == "ended"
    )
    assert incidents(office.uow) == ()


def test_a_page_costs_the_same_statements_however_long_its_history(office: Office) -> None:
    case = office.start("waiting")
    about = {"case_id": case.case_id, "name": "moved", "payload": {"where_to": "x"}, "now": office.now}

    def cost() -> tuple[int, int]:
        with counted(office) as on_case:
            case_page(office.uow, office.machine, person=LEA, case_id=case.case_id, now=office.now)
        with counted(office) as on_task:
            task_page(office.uow, office.machine, person=LEA, task_id=case.opened[0], now=office.now)
        return len(on_case), len(on_task)

    before = cost()
    for _ in range(30):
        deliver_message(office.uow, office.machine, actor=acting(WES), **about)  # type: ignore[arg-type]
    assert cost() == before
    assert before <= (15, 8)


def test_a_long_history_is_read_page_by_page_and_its_case_page_stays_short(office: Office) -> None:
    case = office.start("waiting")
    about = {"case_id": case.case_id, "name": "moved", "now": office.now}
    for number in range(60):
        payload = {"where_to": f"place {number}"}
        deliver_message(office.uow, office.machine, actor=acting(WIN), payload=payload, **about)  # type: ignore[arg-type]
    page = case_page(office.uow, office.machine, person=LEA, case_id=case.case_id, now=office.now)
    assert (page.entries, [line.seq for line in page.history]) == (61, list(range(47, 62)))
    assert [(who.username, who.roles) for who in page.people] == [("wes", ("Worker",)), ("win", ("Worker",))]
    first = history_page(office.uow, person=LEA, case_id=case.case_id)
    second = history_page(office.uow, person=LEA, case_id=case.case_id, page=2)
    assert [line.seq for line in first.lines + second.lines] == list(range(61, 0, -1))
    assert (first.total, first.pages, second.page) == (61, 2, 2)
    assert history_page(office.uow, person=LEA, case_id=case.case_id, page=9).page == 2
    with pytest.raises(CaseNotFound):
        history_page(office.uow, person=SID, case_id=case.case_id)


def test_many_looks_are_counted_and_the_latest_shown(office: Office) -> None:
    case = office.start()
    for minute in range(60):
        at = office.now + timedelta(minutes=minute)
        record_view(office.uow, actor=acting(MAX), case_id=case.case_id, what="case", now=at)
    page = case_page(office.uow, office.machine, person=LEA, case_id=case.case_id, now=office.now)
    assert (page.view_count, len(page.views)) == (60, 50)
    assert page.views[0].at == office.now + timedelta(minutes=59)
