"""From draft to version: one person submits, another approves what they looked at."""

from __future__ import annotations

import pytest

from tests.web.conftest import Reader
from tests.web.workbench.conftest import Desk
from tests.web.workbench.test_drafting import TABLE, send, shorter


def submitted(reader: Reader, **more: str) -> int:
    """Fill in the form and send it."""
    reader.get("/policy/edit/publish")
    form = {"number": "3", "change_note": "Sooner", "digest": reader.hidden("digest")}
    form |= {"effective_from-day": "5", "effective_from-month": "1", "effective_from-year": "2026", **more}
    return reader.post("/policy/edit/publish", form).status_code


def changed(desk: Desk) -> Reader:
    """An owner whose draft has one change."""
    reader = desk.drafting()
    send(reader, TABLE, shorter(reader))
    return reader


def test_submitted_by_one_and_approved_by_another(desk: Desk) -> None:
    olive = changed(desk)
    assert submitted(olive, **{"review_date-day": "1", "review_date-month": "1", "review_date-year": "2028"}) == 303
    mine = olive.get("/policy/edit/approve/3").text
    assert "another person must approve" in mine
    otto = desk.sign_in("otto")
    page = otto.get("/policy/edit/approve/3").text
    for said in ("Olive Owner", "“Amount” changed from “10” to “8”", "Sooner", "1 January 2028", TABLE):
        assert said in page
    done = otto.post("/policy/edit/approve/3", {"digest": otto.hidden("digest")})
    assert done.status_code == 303
    assert "Version 3, since 5 January 2026" in otto.get("/policy").text
    assert "Start a draft" in olive.get("/policy/edit").text


def test_nobody_approves_their_own_nor_what_they_did_not_see(desk: Desk) -> None:
    olive = changed(desk)
    submitted(olive)
    olive.get("/policy/edit/publish")
    assert olive.post("/policy/edit/approve/3", {"digest": olive.hidden("digest")}).status_code == 409
    otto = desk.sign_in("otto")
    assert otto.post("/policy/edit/approve/3", {"digest": "0" * 64}).status_code == 409
    assert desk.sign_in("sue").get("/policy/edit/approve/3").status_code == 403
    assert otto.get("/policy/edit/approve/9").status_code == 404


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"number": ""}, "Enter the number"),
        ({"change_note": " "}, "Enter what changes"),
        ({"effective_from-day": "31", "effective_from-month": "2"}, "must be a real date"),
        ({"review_date-day": "x"}, "must be a real date"),
        ({"effective_from-day": "4"}, "today or later"),
        ({"number": "2"}, "is published"),
        ({"digest": "0" * 64}, "changed after you opened"),
    ],
)
def test_a_version_wants_a_number_a_day_and_a_reason(desk: Desk, more: dict[str, str], why: str) -> None:
    reader = changed(desk)
    reader.get("/policy/edit/publish")
    form = {"number": "3", "change_note": "Sooner", "digest": reader.hidden("digest")}
    form |= {"effective_from-day": "5", "effective_from-month": "1", "effective_from-year": "2026", **more}
    refused = reader.post("/policy/edit/publish", form)
    assert refused.status_code in (409, 422)
    assert why in refused.text
    assert desk.sign_in("otto").get("/policy/edit/approve/3").status_code == 404
