"""Whoever is refused something stands in the security log, by ids and with nothing that they typed."""

from __future__ import annotations

from collections.abc import Callable

from structlog.testing import capture_logs

from tests.web.conftest import Site


def lines(act: Callable[[], object]) -> list[dict[str, object]]:
    """What the security log got meanwhile."""
    with capture_logs() as told:
        act()
    return [dict(line) for line in told if "endpoint" in line and "method" in line]


def test_a_wrong_password_is_noted_without_what_was_typed(site: Site) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    found = lines(lambda: reader.post("/sign-in", {"username": "my secret", "password": "typed in the wrong box"}))
    assert [line["event"] for line in found] == ["sign_in_refused"]
    assert "secret" not in str(found)
    assert "typed" not in str(found)


def test_a_case_of_another_team_is_noted_with_who_asked_for_which(site: Site) -> None:
    case_id = site.office.start().case_id
    reader = site.sign_in("sid")
    found = lines(lambda: reader.get(f"/cases/{case_id}"))
    assert [(line["event"], line["status"], line["who"], line["case_id"]) for line in found] == [
        ("refused", 404, "sid", case_id)
    ]


def test_a_page_for_other_roles_and_a_form_from_elsewhere_are_noted(site: Site) -> None:
    reader = site.sign_in("wes")
    assert [line["status"] for line in lines(lambda: reader.get("/incidents"))] == [403]
    reader.fields["csrf_token"] = ["of another site"]
    assert [line["status"] for line in lines(lambda: reader.post("/sign-out"))] == [400]


def test_everyday_work_is_not(site: Site) -> None:
    task = site.office.start().opened[0]
    reader = site.sign_in("wes")
    assert lines(lambda: reader.get("/tasks")) == []
    reader.get(f"/tasks/{task}")
    assert lines(lambda: reader.post(f"/tasks/{task}", {"finding": ""})) == []


def test_an_address_cannot_write_lines_of_its_own(site: Site) -> None:
    reader = site.sign_in("wes")
    found = lines(lambda: reader.get("/cases/AL-1%0A2026 WARNING forged=yes" + "x" * 500))
    assert [len(str(line["case_id"])) for line in found] == [120]
    assert "\n" not in str(found[0]["case_id"])
    assert " " not in str(found[0]["case_id"])
