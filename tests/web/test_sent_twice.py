"""Whatever a page changes, sent twice it happens once and is answered alike: a double click, or a second try."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.commands import fail_job, keep_attachment, record_incident
from tests.office import WES, acting
from tests.web.conftest import NOW, Reader, Site

Sending = Callable[[], TestResponse]


def case_of(task: str) -> str:
    return task.partition(".")[0]


def kinds(site: Site, case_id: str) -> list[str]:
    with site.office.uow.read() as tx:
        return [entry.kind for entry in tx.journal.entries(case_id)]


def twice(reader: Reader, page: str, address: str, /, **typed: Any) -> tuple[TestResponse, TestResponse]:
    """Open the page, then send its form two times, the first time's answer not looked at."""
    assert reader.get(page).status_code == 200
    form = {"csrf_token": reader.hidden("csrf_token"), "key": reader.hidden("key"), **typed}
    first = reader.client.post(address, data=form)
    second = reader.client.post(address, data=form)
    assert (first.status_code, first.location) == (303, second.location)
    assert second.status_code == 303
    return first, second


@pytest.mark.parametrize(
    ("who", "what", "typed", "kind"),
    [
        ("wes", "claim", {}, "task_claimed"),
        ("wes", "postpone", "day", "task_postponed"),
        ("lea", "reassign", {"to": "win", "reason": "Leave"}, "task_reassigned"),
    ],
)
def test_what_is_done_with_a_task(site: Site, who: str, what: str, typed: Any, kind: str) -> None:
    task = site.office.start("plain").opened[0]
    day = NOW + timedelta(days=3)
    parts = {"planned_for-day": day.day, "planned_for-month": day.month, "planned_for-year": day.year}
    typed = {**parts, "reason": "Ill", "authorised_by": "Lea"} if typed == "day" else typed
    page = f"/tasks/{task}" if what == "claim" else f"/tasks/{task}/{what}"
    twice(site.sign_in(who), page, f"/tasks/{task}/{what}", **typed)
    assert kinds(site, case_of(task)).count(kind) == 1


def test_a_late_second_claim_does_not_take_back_what_was_released(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    form = {"csrf_token": reader.hidden("csrf_token"), "key": reader.hidden("key")}
    reader.client.post(f"/tasks/{task}/claim", data=form)
    twice(reader, f"/tasks/{task}", f"/tasks/{task}/release")
    assert reader.client.post(f"/tasks/{task}/claim", data=form).status_code == 303
    with site.office.uow.read() as tx:
        assert tx.tasks.find(task).claimed_by is None
    assert kinds(site, case_of(task)) == ["case_started", "task_claimed", "task_released"]


@pytest.mark.parametrize(
    ("what", "typed", "kind"),
    [
        ("reassign", {"team": "south", "worker": "sid", "reason": "Moved"}, "case_reassigned"),
        ("withdraw", {"reason": "In error"}, "case_withdrawn"),
    ],
)
def test_what_is_done_with_a_case(site: Site, what: str, typed: dict[str, str], kind: str) -> None:
    case_id = site.office.start("plain").case_id
    twice(site.sign_in("lea"), f"/cases/{case_id}/{what}", f"/cases/{case_id}/{what}", **typed)
    assert kinds(site, case_id).count(kind) == 1


def test_a_case_is_started_once(site: Site) -> None:
    first, _ = twice(site.sign_in("wes"), "/cases/start", "/cases/start", do="complete")
    with site.office.uow.read() as tx:
        assert [f"/cases/{case_id}" for case_id in tx.cases.ids()] == [first.location]


def test_a_file_given_with_a_form_is_kept_once(site: Site) -> None:
    case_id = site.office.start("plain").case_id
    given = {"actor": acting(WES), "case_id": case_id, "filename": "a.txt", "media_type": "text/plain"}
    kept = [
        keep_attachment(site.office.uow, **given, content=content, key=key, now=NOW)  # type: ignore[arg-type]
        for content, key in ((b"a", "one"), (b"a", "one"), (b"b", "two"))
    ]
    assert kept[0] == kept[1] != kept[2]
    assert kinds(site, case_id).count("attachment_added") == 2


def test_an_incident_is_retried_once(site: Site) -> None:
    case_id = site.office.start("plain").case_id
    number = record_incident(site.office.uow, case_id=case_id, element="x", kind="step", reason="It broke", now=NOW)
    twice(site.sign_in("max"), "/incidents", f"/incidents/{number}/retry")
    assert kinds(site, case_id).count("incident_retried") == 1


def test_a_letter_that_has_left_is_settled_once_and_is_not_sent(site: Site) -> None:
    case_id = site.office.start("plain").case_id
    with site.office.uow.read() as tx:
        job = tx.jobs.of_case(case_id)[0].id
    fail_job(site.office.uow, site.office.machine, job_id=job, reason="No answer", now=NOW)
    with site.office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
    page = site.sign_in("max").get("/incidents").text
    assert "It has been sent" in page
    assert "While doing “" in page
    twice(site.sign_in("max"), "/incidents", f"/incidents/{incident.id}/sent")
    assert kinds(site, case_id).count("incident_retried") == 1
    with site.office.uow.read() as tx:
        assert tx.jobs.find(job).status == "finished"
        assert tx.incidents.find(incident.id).status == "resolved"


def test_all_that_failed_alike_are_tried_again_once(site: Site) -> None:
    cases = [site.office.start("plain").case_id for _ in range(3)]
    for case_id in cases:
        with site.office.uow.read() as tx:
            job = tx.jobs.of_case(case_id)[0].id
        fail_job(site.office.uow, site.office.machine, job_id=job, reason="No answer", now=NOW)
    manager = site.sign_in("max")
    page = manager.get("/incidents").text
    assert page.count("Try all 3 like it again") == 3
    with site.office.uow.read() as tx:
        number = tx.incidents.listed(status="open")[0].id
    twice(manager, "/incidents", f"/incidents/{number}/retry", alike="yes")
    assert [kinds(site, case_id).count("incident_retried") for case_id in cases] == [1, 1, 1]
    assert "Nothing waits to be put right" in manager.get("/incidents").text


def test_many_incidents_come_in_pages(site: Site) -> None:
    case_id = site.office.start("plain").case_id
    for number in range(53):
        record_incident(site.office.uow, case_id=case_id, element=f"e{number}", kind="step", reason="It broke", now=NOW)
    manager = site.sign_in("max")
    page = manager.get("/incidents").text
    assert page.count('data-label="Problem"') == 50
    assert "Page 1 of 2" in page
    assert manager.get("/incidents?page=2").text.count('data-label="Problem"') == 3


def test_what_is_no_letter_cannot_have_been_sent(site: Site) -> None:
    case_id = site.office.start("plain").case_id
    number = record_incident(site.office.uow, case_id=case_id, element="x", kind="step", reason="It broke", now=NOW)
    manager = site.sign_in("max")
    assert "It has been sent" not in manager.get("/incidents").text
    assert manager.post(f"/incidents/{number}/sent").status_code == 404


def test_a_key_that_no_page_of_ours_sends_is_refused(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    for key in ("a" * 300, "a b", "<b>"):
        assert reader.post(f"/tasks/{task}", {"finding": "x", "key": key}).status_code == 400
    assert kinds(site, case_of(task)) == ["case_started"]


def test_a_body_that_is_no_form_is_not_a_form_left_empty(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    token = {"X-CSRFToken": reader.hidden("csrf_token")}
    for kind in ("application/json", "text/plain", "application/xml"):
        sent = reader.client.post(f"/tasks/{task}", data=b'{"finding": "x"}', content_type=kind, headers=token)
        assert sent.status_code == 415
    assert kinds(site, case_of(task)) == ["case_started"]


def test_bytes_that_are_no_text_are_refused_by_the_question(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    typed = f"csrf_token={reader.hidden('csrf_token')}&finding=%ED%A0%80"
    sent = reader.client.post(f"/tasks/{task}", data=typed, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 422
    assert "cannot be printed" in sent.text


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_what_is_too_large_or_too_much_is_refused_and_not_a_fault(site: Site, kind: str) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    for body in (b"a" * 5_000_000, b"a=1&" * 3000):
        sent = reader.client.post(f"/tasks/{task}", data=body, content_type=kind)
        assert sent.status_code == (415 if kind == "application/json" else 413)


@pytest.mark.parametrize("path", ["/cases/%00", "/tasks/a%00b", "/tasks?role=%00", "/policy/%00/diagrams/x"])
def test_an_address_with_a_character_that_no_database_keeps_is_not_found(site: Site, path: str) -> None:
    assert site.sign_in("wes").get(path).status_code == 404


def test_a_control_that_holds_such_a_character_is_refused(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    lead = site.sign_in("lea")
    lead.get(f"/tasks/{task}/reassign")
    assert lead.post(f"/tasks/{task}/reassign", {"to": "wi\0n", "reason": "x"}).status_code == 400


def test_a_case_whose_state_cannot_be_read_is_one_incident_and_the_rest_goes_on(site: Site) -> None:
    broken, sound = site.office.start("plain"), site.office.start("plain")
    with site.office.uow.write() as tx:
        before = tx.cases.find(broken.case_id)
        tx.connection.exec_driver_sql("UPDATE cases SET state = ? WHERE id = ?", (b"\xff\xfe", broken.case_id))
    reader = site.sign_in("wes")
    for path in (f"/cases/{broken.case_id}", f"/tasks/{broken.opened[0]}", f"/cases/{broken.case_id}"):
        refused = reader.get(path)
        assert refused.status_code == 409
        assert "The problem has the number" in refused.text
    assert reader.get(f"/cases/{sound.case_id}").status_code == 200
    assert broken.case_id in reader.get("/cases").text
    with site.office.uow.read() as tx:
        (incident,) = tx.incidents.listed(status="open")
    assert (incident.case_id, incident.kind, incident.times) == (broken.case_id, "state", 3)
    with site.office.uow.write() as tx:
        tx.connection.exec_driver_sql("UPDATE cases SET state = ? WHERE id = ?", (before.state, broken.case_id))
    twice(site.sign_in("max"), "/incidents", f"/incidents/{incident.id}/retry")
    assert reader.get(f"/tasks/{broken.opened[0]}").status_code == 200


def test_a_task_of_one_case_is_not_found_under_another(site: Site) -> None:
    one, other = site.office.start("plain"), site.office.start("plain")
    reader = site.sign_in("wes")
    assert reader.get(f"/cases/{one.case_id}/why/{one.opened[0]}").status_code == 200
    assert reader.get(f"/cases/{other.case_id}/why/{one.opened[0]}").status_code == 404


def test_files_come_with_their_form(site: Site) -> None:
    task = site.office.start("plain").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    form = {"csrf_token": reader.hidden("csrf_token"), "key": reader.hidden("key"), "do": "refresh"}
    for _ in range(2):
        given = {**form, "_file.paper": (io.BytesIO(b"x"), "a.txt", "text/\u00e4")}
        reader.client.post(f"/tasks/{task}", data=given, content_type="multipart/form-data")
    assert kinds(site, case_of(task)).count("attachment_added") == 1
