"""The case page and what is done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import add_person, deliver_message, keep_attachment, keep_document, keep_mail, mark_sent
from tests.office import WES, acting
from tests.web.conftest import HASH, NOW, Site


def test_cases_are_listed_with_their_next_date(site: Site) -> None:
    case = site.office.start(title="Robin Example").case_id
    page = site.sign_in("wes").get("/cases").text
    assert f'href="/cases/{case}"' in page
    assert "Robin Example" in page
    assert "12 Mar 2026" in page


def test_a_name_that_is_looked_for_stands_in_no_address(site: Site) -> None:
    site.office.start(title="Robin Example")
    site.office.start(title="Alex Madeup")
    reader = site.sign_in("wes")
    found = reader.post("/cases", {"text": "Robin", "status": "open"})
    assert "Robin" not in found.location
    page = reader.get(found.location).text
    assert "Robin Example" in page
    assert "Alex Madeup" not in page
    cleared = reader.post("/cases", {"do": "clear", "text": "Robin"})
    assert "Alex Madeup" in reader.get(cleared.location).text


def test_another_teams_cases_are_not_listed(site: Site) -> None:
    case = site.office.start().case_id
    assert case not in site.sign_in("sid").get("/cases").text
    assert case in site.sign_in("max").get("/cases").text


def test_a_case_shows_its_dates_people_history_and_who_looked(site: Site) -> None:
    started = site.office.start()
    site.office.complete(started.opened[0], {"finding": "All is well"})
    reader = site.sign_in("wes")
    page = reader.get(f"/cases/{started.case_id}").text
    assert "Choose a route" in page
    assert "Wes completed “Assess”" in page
    assert "Finding: All is well" in page
    assert "Worker" in page
    again = reader.get(f"/cases/{started.case_id}").text
    assert "1 view" in again
    assert "A. Child" not in again.partition("</title>")[0]


def test_the_whole_history_is_a_link_away_in_pages(site: Site) -> None:
    case = site.office.start("waiting").case_id
    for number in range(60):
        payload = {"where_to": f"Place {number}"}
        about = {"case_id": case, "name": "moved", "payload": payload, "now": site.office.now}
        deliver_message(site.office.uow, site.office.machine, actor=acting(WES), **about)
    reader = site.sign_in("wes")
    assert "The whole history (61 entries)" in reader.get(f"/cases/{case}").text
    first = reader.get(f"/cases/{case}/history").text
    assert "Page 1 of 2" in first
    assert "Place 59" in first
    assert "Wes started the case." not in first
    assert "Wes started the case." in reader.get(f"/cases/{case}/history?page=2").text
    assert "history" in reader.get(f"/cases/{case}").text


def test_a_change_is_recorded_once(site: Site) -> None:
    case = site.office.start("waiting").case_id
    reader = site.sign_in("wes")
    assert "Moved away" in reader.get(f"/cases/{case}").text
    reader.get(f"/cases/{case}/change/moved")
    empty = reader.post(f"/cases/{case}/change/moved", {"key": reader.hidden("key")})
    assert empty.status_code == 422
    form = {"key": reader.hidden("key"), "where_to": "Another town"}
    first, second = (reader.post(f"/cases/{case}/change/moved", form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    page = reader.get(first.location).text
    assert "Moved away: recorded." in page
    assert page.count("Where_to: Another town") + page.count("Where to: Another town") == 1


def test_a_change_that_nothing_waits_for_is_told(site: Site) -> None:
    case = site.office.start("plain").case_id
    reader = site.sign_in("wes")
    assert reader.get(f"/cases/{case}/change/moved").status_code == 409


def test_a_change_for_other_roles_is_not_offered(site: Site) -> None:
    case = site.office.start("waiting").case_id
    reader = site.sign_in("lea")
    assert "Moved away" not in reader.get(f"/cases/{case}").text
    assert "Your role does not record this change" in reader.get(f"/cases/{case}/change/moved").text


def test_starting_a_case_leads_to_it(site: Site) -> None:
    reader = site.sign_in("wes")
    assert "Start a case" in reader.get("/cases/start").text
    form = {"key": reader.hidden("key"), "do": "complete"}
    first, second = (reader.post("/cases/start", form) for _ in range(2))
    assert first.location == second.location
    assert "is open" in reader.get(first.location).text
    assert "Assess" in reader.get(first.location).text


@pytest.fixture
def letter(site: Site) -> tuple[str, int]:
    """A case with a letter; the case and the letter's number."""
    case = site.office.start().case_id
    made = keep_document(
        site.office.uow,
        case_id=case,
        stable_key="k",
        letter="invitation",
        title="Invitation",
        recipient="Parent One",
        media_type="application/pdf",
        content=b"%PDF-1.7 letter",
        made_at=NOW,
    )
    mark_sent(site.office.uow, case_id=case, stable_key="k", channel="email", reference="m1", sent_at=NOW)
    return case, made.id


def test_a_letter_is_listed_and_downloaded_by_those_who_see_the_case(site: Site, letter: tuple[str, int]) -> None:
    case, number = letter
    reader = site.sign_in("wes")
    assert "Invitation" in reader.get(f"/cases/{case}").text
    response = reader.client.get(f"/documents/{number}")
    assert response.data == b"%PDF-1.7 letter"
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "Parent" not in response.headers["Content-Disposition"]
    assert "document Invitation" in reader.get(f"/cases/{case}").text
    assert site.sign_in("sid").get(f"/documents/{number}").status_code == 404


def test_a_file_that_could_run_is_only_bytes_to_save(site: Site) -> None:
    case = site.office.start().case_id
    kept = keep_attachment(
        site.office.uow,
        actor=acting(WES),
        case_id=case,
        filename="page.html",
        media_type="text/html",
        content=b"<script>alert(1)</script>",
        now=NOW,
    )
    reader = site.sign_in("wes")
    response = reader.client.get(f"/attachments/{kept.id}/{kept.digest}")
    assert response.mimetype == "application/octet-stream"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert reader.get(f"/attachments/{kept.id}/{'0' * 64}").status_code == 404


def test_incidents_are_for_those_who_see_every_case_and_are_tried_again(site: Site) -> None:
    task = site.office.start("broken").opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{task}")
    reader.post(f"/tasks/{task}", {"finding": "x", "key": reader.hidden("key")})
    manager = site.sign_in("max")
    page = manager.get("/incidents").text
    assert "Try again" in page
    assert "In the step “Gateway 7”" in page
    assert "It has been sent" not in page
    assert "needs putting right" in manager.get(f"/cases/{task.partition('.')[0]}").text
    assert manager.post("/incidents/1/retry").status_code == 303
    assert "Nothing waits to be put right" in manager.get("/incidents").text
    assert "Settled" in manager.get("/incidents?status=resolved").text
    assert manager.post("/incidents/1/retry").status_code == 404


def test_the_demo_clock_moves_forward_only(site: Site) -> None:
    reader = site.sign_in("wes")
    reader.get("/demo/clock")
    assert reader.post("/demo/clock", {"days": "14"}).status_code == 303
    assert site.alongside.moment == NOW + timedelta(days=14)
    assert "16 March 2026" in reader.get("/demo/clock").text
    back = reader.post("/demo/clock", {"to-day": "1", "to-month": "1", "to-year": "2026"})
    assert back.status_code == 422
    assert "must be after today" in back.text
    far = reader.post("/demo/clock", {"to-day": "1", "to-month": "1", "to-year": "2099"})
    assert "within ten years" in far.text
    reader.post("/demo/clock", {"to-day": "1", "to-month": "July", "to-year": "2026"})
    assert "1 July 2026" in reader.get("/demo/clock").text


def test_the_demo_mailbox_shows_mails_as_text(site: Site) -> None:
    mail = {"sender": "a@example.org", "to": ("b@example.org",), "subject": "A <b>task</b>", "text": "Dear <i>you</i>"}
    keep_mail(site.office.uow, stable_key="m", now=NOW, **mail)
    reader = site.sign_in("wes")
    assert "A &lt;b&gt;task" in reader.get("/demo/mailbox").text
    assert "Dear &lt;i&gt;you" in reader.get("/demo/mailbox/1").text


def test_the_policy_page_names_versions_and_their_review(site: Site) -> None:
    page = site.sign_in("wes").get("/policy").text
    assert "Version 1, since 1 January 2026" in page
    assert "In force" in page


def test_a_person_with_two_roles_chooses_in_which_they_act(site: Site) -> None:
    both = type(WES)("wes", "Wes", frozenset({"worker", "lead"}), WES.teams)
    add_person(site.office.uow, person=both, password_hash=HASH)
    first = site.office.start().opened[0]
    choose = site.office.complete(first, {"finding": "f"}).opened[0]
    reader = site.sign_in("wes")
    reader.get(f"/tasks/{choose}")
    sent = reader.post(f"/tasks/{choose}", {"route": "plan", "act_as": "chair", "key": reader.hidden("key")})
    assert sent.status_code == 303
    assert "Lead" in reader.get(sent.location).text


def test_a_task_is_given_to_somebody_with_a_reason(site: Site) -> None:
    task = site.office.start().opened[0]
    lead = site.sign_in("lea")
    lead.get(f"/tasks/{task}/reassign")
    assert "Give the reason" in lead.post(f"/tasks/{task}/reassign", {"to": "win"}).text
    assert lead.post(f"/tasks/{task}/reassign", {"to": "win", "reason": "Wes is ill"}).status_code == 303
    assert task not in site.sign_in("wes").get("/tasks").text
    assert task in site.sign_in("win").get("/tasks").text
    assert lead.post(f"/tasks/{task}/reassign", {"to": "che", "reason": "No chair does this"}).status_code == 403


def test_a_case_is_given_to_another_team_and_leaves_the_old_one(site: Site) -> None:
    case = site.office.start().case_id
    lead = site.sign_in("lea")
    lead.get(f"/cases/{case}/reassign")
    moved = lead.post(f"/cases/{case}/reassign", {"worker": "sid", "team": "south", "reason": "Moved house"})
    assert moved.location == "/cases"
    assert lead.get(f"/cases/{case}").status_code == 404
    assert case in site.sign_in("sid").get("/cases").text


def test_a_withdrawn_case_keeps_its_record_and_has_no_tasks(site: Site) -> None:
    started = site.office.start()
    lead = site.sign_in("lea")
    lead.get(f"/cases/{started.case_id}/withdraw")
    lead.post(f"/cases/{started.case_id}/withdraw", {"reason": "Opened twice", "key": lead.hidden("key")})
    page = lead.get(f"/cases/{started.case_id}").text
    assert "withdrew the case: Opened twice." in page
    assert "Withdrawn" in page
    reader = site.sign_in("wes")
    assert started.opened[0] not in reader.get("/tasks").text
    late = reader.post(f"/tasks/{started.opened[0]}", {"finding": "Too late", "key": "k"})
    assert late.status_code == 409
    assert "Too late" in late.text
