"""Tasks through the pages: what is sent happens once, what cannot be sent is never lost."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

from engine.commands import publish_policy
from tests.office import LEA, MAX, WIN, acting, bundle
from tests.web.conftest import NOW, Reader, Site


def opened(site: Site, process: str = "plain") -> str:
    """The first task of a new case."""
    return site.office.start(process).opened[0]


def form_of(reader: Reader, task: str) -> dict[str, str]:
    """The hidden fields of a task's page, opened."""
    assert reader.get(f"/tasks/{task}").status_code == 200
    return {"key": reader.hidden("key"), "seen_version": reader.hidden("seen_version")}


def test_my_tasks_are_listed_with_when_they_are_due(site: Site) -> None:
    task = opened(site)
    page = site.sign_in("wes").get("/tasks").text
    assert f'href="/tasks/{task}"' in page
    assert "12 Mar 2026" in page
    assert "due in 10 days" in page


def test_a_task_of_another_role_is_not_in_my_list_and_is_in_my_teams(site: Site) -> None:
    task = opened(site)
    lead = site.sign_in("lea")
    assert task not in lead.get("/tasks").text
    assert task in lead.get("/tasks/team").text


@pytest.mark.parametrize("query", ["overdue=yes", "claimed=me", "role=lead", "element=conference"])
def test_filters_narrow_the_list(site: Site, query: str) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    assert task not in reader.get(f"/tasks?{query}").text
    assert task in reader.get("/tasks?claimed=nobody&page=nonsense").text


def test_completing_a_task_moves_the_case_and_says_what_is_next(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    sent = reader.post(f"/tasks/{task}", {**form_of(reader, task), "finding": "It stands", "do": "complete"})
    assert sent.status_code == 303
    case = reader.get(sent.location).text
    assert "Assess: done." in case
    assert "Choose a route" in case
    assert "What happens next" in case
    assert "It stands" in case


def test_missing_answers_are_asked_again_with_all_that_was_typed(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    again = reader.post(
        f"/tasks/{task}", {**form_of(reader, task), "note": "  Keep <b>this</b> & that", "do": "complete"}
    )
    assert again.status_code == 422
    assert "Keep &lt;b&gt;this&lt;/b&gt; &amp; that" in again.text
    assert 'href="#finding"' in again.text
    assert 'id="finding-error"' in again.text
    assert "<title>Error: Assess" in again.text


def test_the_same_page_sent_twice_is_done_once_with_one_answer(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    form = {**form_of(reader, task), "finding": "Once", "do": "complete"}
    first, second = reader.post(f"/tasks/{task}", form), reader.post(f"/tasks/{task}", form)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    history = reader.get(first.location).text
    assert history.count("completed “Assess”") <= 2  # once in its strand, once in the history


def test_a_task_that_somebody_completed_meanwhile_shows_what_was_typed(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    form = form_of(reader, task)
    site.office.complete(task, {"finding": "Quicker"}, acting(WIN))
    late = reader.post(f"/tasks/{task}", {**form, "finding": "My own words", "do": "complete"})
    assert late.status_code == 409
    assert "This task is already done" in late.text
    assert "My own words" in late.text
    assert "Finding" in late.text


def test_a_page_that_the_case_has_left_behind_is_shown_again_with_the_words_kept(site: Site) -> None:
    started = site.office.start("pair", answers={"shared": "old"})
    left, right = started.opened
    reader = site.sign_in("wes")
    form = form_of(reader, left)
    site.office.complete(right, {"right_word": "r", "shared": "new"}, acting(WIN))
    stale = reader.post(f"/tasks/{left}", {**form, "left_word": "mine", "shared": "old", "do": "complete"})
    assert stale.status_code == 409
    assert "The case changed while this page was open" in stale.text
    assert 'value="mine"' in stale.text
    fresh = {"key": reader.hidden("key"), "seen_version": reader.hidden("seen_version")}
    assert fresh["seen_version"] != form["seen_version"]
    again = reader.post(f"/tasks/{left}", {**fresh, "left_word": "mine", "shared": "new", "do": "complete"})
    assert again.status_code == 303


def test_a_task_taken_by_another_keeps_the_words_and_says_who_has_it(site: Site) -> None:
    task = opened(site)
    reader, other = site.sign_in("wes"), site.sign_in("win")
    form = form_of(reader, task)
    other.get(f"/tasks/{task}")
    assert other.post(f"/tasks/{task}/claim").status_code == 303
    held = reader.post(f"/tasks/{task}", {**form, "finding": "Mine", "do": "complete"})
    assert held.status_code == 409
    assert "Somebody else is doing this task" in held.text
    assert "Mine" in held.text


def test_taking_a_task_and_giving_it_back(site: Site) -> None:
    task = opened(site)
    wes, win = site.sign_in("wes"), site.sign_in("win")
    wes.get(f"/tasks/{task}")
    wes.post(f"/tasks/{task}/claim")
    assert task not in win.get("/tasks").text
    assert "Give it back" in wes.get(f"/tasks/{task}").text
    wes.post(f"/tasks/{task}/release")
    assert task in win.get("/tasks").text


def test_a_wrong_role_may_not_and_anothers_case_is_not_there(site: Site) -> None:
    task = opened(site)
    lead = site.sign_in("lea")
    form = {"finding": "Not mine", "do": "complete"}
    assert "You can read about it here" in lead.get(f"/tasks/{task}").text
    assert lead.post(f"/tasks/{task}", form).status_code == 403
    stranger = site.sign_in("sid")
    assert stranger.get(f"/tasks/{task}").status_code == 404
    refused = stranger.post(f"/tasks/{task}", form)
    assert refused.status_code == 404
    assert "Not mine" in refused.text
    assert stranger.post("/tasks/AL-NOTHING.1", form).status_code == 404


def test_a_draft_waits_until_one_comes_back(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    saved = reader.post(f"/tasks/{task}", {**form_of(reader, task), "note": "Half a sen", "do": "save"})
    assert saved.location == "/tasks"
    assert "your answers are saved" in reader.get("/tasks").text
    assert "Half a sen" in reader.get(f"/tasks/{task}").text
    assert "Half a sen" not in site.sign_in("win").get(f"/tasks/{task}").text


def test_a_page_without_its_token_is_shown_again_with_its_words_and_nothing_sent(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    form = form_of(reader, task)
    bad = reader.client.post(f"/tasks/{task}", data={**form, "finding": "Typed with care", "csrf_token": "stale"})
    assert bad.status_code == 400
    assert 'value="Typed with care"' in bad.text
    assert task in reader.get("/tasks").text


def test_a_step_that_fails_loses_nothing_and_names_its_number(site: Site) -> None:
    task = opened(site, "broken")
    reader = site.sign_in("wes")
    failed = reader.post(f"/tasks/{task}", {**form_of(reader, task), "finding": "Long text", "do": "complete"})
    assert failed.status_code == 409
    assert "The problem has the number" in failed.text
    assert "Long text" in failed.text
    assert "Long text" in reader.get(f"/tasks/{task}").text  # as a draft, for when it is mended


def test_an_unknown_fault_is_told_plainly_without_its_trace(site: Site) -> None:
    task = opened(site, "crashing")
    reader = site.sign_in("wes")
    failed = reader.post(f"/tasks/{task}", {**form_of(reader, task), "finding": "x", "do": "complete"})
    assert failed.status_code in (409, 500)
    assert "secret detail" not in failed.text
    assert "Traceback" not in failed.text


def test_advice_stands_beside_the_form_and_departing_from_it_needs_a_reason(site: Site) -> None:
    task = site.office.complete(opened(site), {"finding": "f"}).opened[0]
    reader = site.sign_in("lea")
    form = form_of(reader, task)
    assert "Advice: plan" in reader.get(f"/tasks/{task}").text
    departed = reader.post(f"/tasks/{task}", {**form, "route": "other", "do": "complete"})
    assert departed.status_code == 422
    assert "Give the reason for departing from the advice" in departed.text
    assert 'href="#why"' in departed.text
    said = reader.post(f"/tasks/{task}", {**form, "route": "other", "why": "Because", "do": "complete"})
    assert said.status_code == 303


def test_planning_for_another_day_keeps_the_due_date(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}/postpone")
    day = {"planned_for-day": "9", "planned_for-month": "3", "planned_for-year": "2026"}
    missing = reader.post(f"/tasks/{task}/postpone", day)
    assert missing.status_code == 422
    assert 'value="9"' in missing.text
    done = reader.post(f"/tasks/{task}/postpone", {**day, "reason": "Ill", "authorised_by": "Lea"})
    assert done.status_code == 303
    page = reader.get(f"/tasks/{task}").text
    assert "Due 12 March 2026" in page
    assert "Planned for 9 March 2026" in page


@pytest.mark.parametrize(
    ("day", "says"), [("31", "must be a real date"), ("", "must include a day"), ("1", "today or later")]
)
def test_a_day_that_cannot_be_is_told(site: Site, day: str, says: str) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}/postpone")
    form = {"planned_for-day": day, "planned_for-month": "2", "planned_for-year": "2026"}
    told = reader.post(f"/tasks/{task}/postpone", {**form, "reason": "r", "authorised_by": "a"})
    assert told.status_code == 422
    assert says in told.text


def test_looking_at_a_task_is_recorded_on_its_case(site: Site) -> None:
    task = opened(site)
    site.sign_in("lea").get(f"/tasks/{task}")
    page = site.sign_in("wes").get(f"/cases/{task.partition('.')[0]}").text
    assert "task Assess" in page
    assert "Lea" in page


def test_a_letter_is_shown_beside_its_task(site: Site) -> None:
    site.alongside.letters["x"] = "<p>Dear parent</p>"
    task = opened(site)
    assert "Dear parent" not in site.sign_in("wes").get(f"/tasks/{task}").text


def test_too_much_is_refused(site: Site) -> None:
    task = opened(site)
    reader = site.sign_in("wes")
    form = form_of(reader, task)
    assert reader.post(f"/tasks/{task}", {**form, "finding": "x" * 2_000_000}).status_code == 413
    files = {"data": b"x" * 12_000_000, "content_type": "multipart/form-data; boundary=b"}
    assert reader.client.post(f"/tasks/{task}", **files).status_code == 413


def test_a_chair_sees_the_case_once_it_asks_something_of_them(site: Site) -> None:
    first = opened(site)
    chair = site.sign_in("che")
    assert chair.get(f"/cases/{first.partition('.')[0]}").status_code == 404
    choose = site.office.complete(first, {"finding": "f"}).opened[0]
    held = site.office.complete(choose, {"route": "plan"}, acting(LEA)).opened[0]
    assert chair.get(f"/tasks/{held}").status_code == 200


FILES = {"type": "filepicker", "key": "minutes", "label": "Minutes", "validate": {"required": True}}


@pytest.fixture
def with_files(site: Site) -> Site:
    """The same office, whose first form asks for a file and a text."""
    text = {"type": "textfield", "key": "finding", "label": "Finding", "validate": {"required": True}}
    form = json.dumps({"type": "default", "id": "assess", "components": [FILES, text]}).encode()
    publish_policy(
        site.office.uow,
        site.office.machine,
        bundle=bundle(**{"forms/assess.form": form}),
        number="2",
        effective_from=date(2026, 2, 1),
        updated_by=acting(LEA),
        approved_by=acting(MAX),
        now=NOW,
    )
    return site


def test_a_file_stays_with_a_page_that_is_shown_again(with_files: Site) -> None:
    task = opened(with_files)
    reader = with_files.sign_in("wes")
    form = form_of(reader, task)
    given = {**form, "_file.minutes": (io.BytesIO(b"%PDF-1.7"), "C:\\notes\\minutes.pdf", "application/pdf")}
    again = reader.post(f"/tasks/{task}", {**given, "do": "complete"})
    assert again.status_code == 422
    assert "minutes.pdf" in again.text
    reference = reader.hidden("minutes")
    sent = reader.post(f"/tasks/{task}", {**form, "minutes": reference, "finding": "f", "do": "complete"})
    assert sent.status_code == 303
    case = reader.get(sent.location).text
    number, digest = reference.split(":")[1:]
    assert f"/attachments/{number}/{digest}" in case
    assert reader.client.get(f"/attachments/{number}/{digest}").data == b"%PDF-1.7"


def test_a_file_can_be_taken_off_the_page(with_files: Site) -> None:
    task = opened(with_files)
    reader = with_files.sign_in("wes")
    given = {**form_of(reader, task), "_file.minutes": (io.BytesIO(b"x"), "a.txt"), "do": "refresh"}
    assert "a.txt" in reader.post(f"/tasks/{task}", given).text
    reference = reader.hidden("minutes")
    left = reader.post(f"/tasks/{task}", {"minutes": reference, "do": f"unfile:minutes:{reference}"})
    assert left.status_code == 200
    assert "a.txt" not in left.text


def test_a_reference_to_another_cases_file_shows_nothing_of_it(with_files: Site) -> None:
    task = opened(with_files)
    reader = with_files.sign_in("wes")
    planted = reader.post(f"/tasks/{task}", {**form_of(reader, task), "minutes": "attachment:99:aa", "do": "refresh"})
    assert planted.status_code == 200
    assert "File received" in planted.text
