"""The auditor's pages over the made-up office: what they say, what they refuse, and that each look is kept."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.commands import Completed
from engine.queries import views
from tests.office import CHE, LEA, MAX, acting
from tests.web.conftest import Site


@pytest.fixture
def finished(site: Site) -> str:
    """A case that went all the way, departing from the advice on its way; its end was recorded two weeks late."""
    office = site.office
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes", "note": "=1+1"})
    second = office.complete(first.opened[0], {"route": "court", "why": "Danger at home"}, acting(LEA))
    later = office.at(office.now + timedelta(days=14))
    done: Completed = later.complete(second.opened[0], {"held_on": "2026-03-05"}, acting(CHE))
    return done.case_id


def test_the_chronology_says_every_step_in_words_without_javascript(site: Site, finished: str) -> None:
    page = site.sign_in("max").get(f"/cases/{finished}/replay").text
    for words in (
        "Wes started the case.",
        "Wes completed “Assess”.",
        "Lea completed “Choose a route”, departing from the advice.",
        "Che completed “Hold the conference”.",
        "recorded 16 March 2026",
        "Danger at home",
    ):
        assert words in page


def test_the_player_is_given_a_frame_for_each_entry(site: Site, finished: str) -> None:
    frames = json.loads(site.sign_in("max").get(f"/cases/{finished}/replay/frames").text)["frames"]
    assert [frame["seq"] for frame in frames] == [1, 2, 3, 4]
    assert frames[0]["date"] == "2026-03-02"
    assert frames[-1]["at"] == []


def test_a_step_shows_the_advice_then_the_departure_with_its_reason(site: Site, finished: str) -> None:
    reader = site.sign_in("max")
    advised, departed = (reader.get(f"/cases/{finished}/replay/{seq}").text for seq in (2, 3))
    assert "Why did it advise this?" in advised
    assert "Danger at home" not in advised
    assert "decided otherwise" in departed
    assert "The reason given: Danger at home" in departed
    assert "Lead" in departed


def test_a_step_names_who_supplied_each_value(site: Site, finished: str) -> None:
    page = " ".join(site.sign_in("max").get(f"/cases/{finished}/replay/2").text.split())
    assert '<td class="govuk-table__cell" data-label="Value">=1+1</td>' in page
    assert "Wes, Worker" in page


def test_a_step_that_is_not_there_is_not_found(site: Site, finished: str) -> None:
    assert site.sign_in("max").get(f"/cases/{finished}/replay/99").status_code == 404


def test_as_at_a_date_knows_only_what_was_recorded_by_then(site: Site, finished: str) -> None:
    page = site.sign_in("max").get(f"/cases/{finished}/as-at?on=2026-03-06").text
    assert "Hold the conference" in page
    assert "Already done by then, but recorded only later" in page
    assert "Ended" not in page


def test_as_at_the_end_says_that_it_ended(site: Site, finished: str) -> None:
    page = site.sign_in("max").get(f"/cases/{finished}/as-at?on=2026-03-16").text
    assert "Ended" in page
    assert "recorded only later" not in page


def test_as_at_before_the_case_began(site: Site, finished: str) -> None:
    assert "The case had not begun." in site.sign_in("max").get(f"/cases/{finished}/as-at?on=2025-01-01").text


@pytest.mark.parametrize("typed", ["soon", "2026-02-30", "9999-12-31", "<script>"])
def test_what_is_no_date_is_said_and_kept(site: Site, finished: str, typed: str) -> None:
    response = site.sign_in("max").get(f"/cases/{finished}/as-at", query_string={"on": typed})
    assert response.status_code == 422
    assert "Enter a date as year, month and day" in response.text
    assert "<script>" not in response.text


def test_why_goes_back_to_the_person_and_the_answer(site: Site, finished: str) -> None:
    page = site.sign_in("max").get(f"/cases/{finished}/why/{finished}.t2").text
    assert "Why is “Choose a route” here?" in page
    assert page.index("Wes completed “Assess”.") < page.index("Wes started the case.")


def test_why_a_table_advised_what_it_did(site: Site, finished: str) -> None:
    response = site.sign_in("max").get(f"/cases/{finished}/why/2/route_advice")
    assert response.status_code == 200
    assert "Wes completed “Assess”." in response.text


@pytest.mark.parametrize("path", ["why/no-such", "why/2/no-such", "why/99/route_advice", "export/pdf"])
def test_what_is_not_there_is_not_found(site: Site, finished: str, path: str) -> None:
    assert site.sign_in("max").get(f"/cases/{finished}/{path}").status_code == 404


def test_the_record_is_checked_on_the_page(site: Site, finished: str) -> None:
    assert "The record holds" in site.sign_in("max").get(f"/cases/{finished}/proof").text


def test_a_changed_record_is_named_and_can_still_be_read(site: Site, finished: str) -> None:
    with site.office.uow.write() as tx:
        tx.connection.execute(text("DROP TRIGGER journal_no_update"))
        tx.connection.execute(text("UPDATE journal SET body = replace(body, 'Danger', 'Langer') WHERE seq = 3"))
    reader = site.sign_in("max")
    page = reader.get(f"/cases/{finished}/proof").text
    assert "The record does not hold" in page
    assert "Entry 3" in page
    assert reader.get(f"/cases/{finished}/replay").status_code == 200


def test_exports_are_files_to_save(site: Site, finished: str) -> None:
    reader = site.sign_in("max")
    for form, kind in (("json", "application/json"), ("csv", "text/csv"), ("xes", "application/xml")):
        response = reader.get(f"/cases/{finished}/export/{form}")
        assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert response.headers["Content-Disposition"] == f"attachment; filename={finished}.{form}"
    rows = list(csv.DictReader(io.StringIO(reader.get(f"/cases/{finished}/export/csv").text)))
    assert len(rows) == 4


def test_each_look_is_kept_with_who_in_which_role_and_at_what(site: Site, finished: str) -> None:
    reader = site.sign_in("max")
    asked = ("replay", "as-at?on=2026-03-06", f"why/{finished}.t2", "why/2/route_advice", "proof", "export/csv")
    for path in asked:
        reader.get(f"/cases/{finished}/{path}")
    looks = [look for look in views(site.office.uow, person=MAX, case_id=finished) if look.username == "max"]
    assert [look.role for look in looks] == ["manager"] * 6
    assert [look.what for look in reversed(looks)] == [
        "replay",
        "as at 6 March 2026",
        "why Choose a route",
        "why D-route_advice",
        "check of the record",
        "export csv",
    ]
    page = reader.get(f"/cases/{finished}/replay").text
    assert "Export csv" in page
    assert "As at 6 March 2026" in page


@pytest.mark.parametrize("part", ["frames", "1"])
def test_a_part_of_the_replay_asked_for_by_itself_is_a_look_too(site: Site, finished: str, part: str) -> None:
    reader = site.sign_in("max")
    reader.get(f"/cases/{finished}/replay/{part}")
    reader.get(f"/cases/{finished}/replay/{part}")
    assert [look.what for look in views(site.office.uow, person=MAX, case_id=finished)] == ["replay"]


def test_who_may_not_see_the_case_leaves_no_trace_and_gets_no_page(site: Site, finished: str) -> None:
    reader = site.sign_in("sid")
    for path in ("replay", "replay/frames", "replay/1", "as-at", f"why/{finished}.t1", "proof", "export/json"):
        assert reader.get(f"/cases/{finished}/{path}").status_code == 404
    assert [look for look in views(site.office.uow, person=MAX, case_id=finished) if look.username == "sid"] == []


def test_the_case_page_leads_to_the_replay_and_to_why(site: Site) -> None:
    case = site.office.start().case_id
    page = site.sign_in("wes").get(f"/cases/{case}").text
    assert f'href="/cases/{case}/replay"' in page
    assert f'href="/cases/{case}/why/{case}.t1"' in page
