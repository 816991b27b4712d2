"""Signing in: guesses are slowed, the session is a new one, and a form begun before is not lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.web.conftest import PASSWORD, Site

WRONG = {"username": "wes", "password": "not it"}


def test_the_right_password_leads_to_the_tasks(site: Site) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    response = reader.post("/sign-in", {"username": "wes", "password": PASSWORD})
    assert (response.status_code, response.location) == (303, "/tasks")
    assert "Wes" in reader.get("/tasks").text


@pytest.mark.parametrize("typed", [WRONG, {"username": "nobody", "password": PASSWORD}])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(site: Site, typed: dict[str, str]) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    response = reader.post("/sign-in", typed)
    assert response.status_code == 422
    assert "The user name or password is not right" in response.text
    assert "<title>Error: Sign in" in response.text
    assert typed["password"] not in response.text.replace("a good long password</code>", "")


def test_an_empty_form_is_told_what_is_missing(site: Site) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    response = reader.post("/sign-in", {})
    assert "Enter your user name" in response.text
    assert 'href="#password"' in response.text


def test_ten_wrong_guesses_in_a_minute_are_enough(site: Site) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    statuses = [reader.post("/sign-in", WRONG).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_right_passwords_are_never_counted(site: Site) -> None:
    for _ in range(12):
        site.sign_in("wes")


def test_signing_in_changes_the_token(site: Site) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    before = reader.client.get_cookie("alongside")
    reader.post("/sign-in", {"username": "wes", "password": PASSWORD})
    after = reader.client.get_cookie("alongside")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    reader.client.set_cookie("alongside", before.value)
    assert reader.get("/tasks").status_code == 303


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(site: Site, elsewhere: str) -> None:
    reader = site.stranger()
    reader.get("/sign-in", query_string={"next": elsewhere})
    response = reader.post("/sign-in", {"username": "wes", "password": PASSWORD, "next": elsewhere})
    assert response.location == "/tasks"


def test_one_goes_on_to_where_one_was_going(site: Site) -> None:
    reader = site.stranger()
    assert reader.get("/cases?status=any").location == "/sign-in?next=/cases?status%3Dany"
    reader.get("/sign-in?next=/cases?status%3Dany")
    response = reader.post("/sign-in", {"username": "wes", "password": PASSWORD, "next": reader.hidden("next")})
    assert response.location == "/cases?status=any"


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    reader = site.sign_in("wes")
    cookie = reader.client.get_cookie("alongside")
    assert cookie is not None
    assert reader.post("/sign-out").location == "/sign-in"
    reader.client.set_cookie("alongside", cookie.value)
    assert reader.get("/tasks").status_code == 303


def test_without_the_pages_token_nothing_is_done(site: Site) -> None:
    reader = site.stranger()
    response = reader.client.post("/sign-in", data={"username": "wes", "password": PASSWORD})
    assert response.status_code == 400
    assert reader.get("/tasks").status_code == 303


def test_the_demo_lists_its_people_and_the_product_does_not(make_site: Callable[..., Site]) -> None:
    assert "People in this demo" in make_site(demo=True).stranger().get("/sign-in").text
    real = make_site(demo=False).stranger().get("/sign-in").text
    assert "People in this demo" not in real
    assert "wes" not in real


def test_what_was_typed_before_the_session_ended_is_on_the_page_again(site: Site) -> None:
    task = site.office.start().opened[0]
    reader = site.stranger()
    typed = {"finding": "Half an afternoon of writing", "do": "complete"}
    asked = reader.post(f"/tasks/{task}", typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert asked.status_code == 401
    assert "Nothing you typed is lost" in asked.text
    signed_in = reader.post(
        "/sign-in", {"username": "wes", "password": PASSWORD, "kept": reader.hidden("kept"), "next": f"/tasks/{task}"}
    )
    assert signed_in.location == f"/tasks/{task}"
    page = reader.get(signed_in.location)
    assert "Half an afternoon of writing" in page.text
    assert "signed out while you were writing" in page.text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_nobody_else_can_put_words_into_a_form(site: Site, headers: dict[str, str]) -> None:
    task = site.office.start().opened[0]
    asked = site.stranger().post(f"/tasks/{task}", {"finding": "planted"}, headers=headers)
    assert asked.status_code == 401
    assert "planted" not in asked.text


@pytest.mark.parametrize(
    "kept",
    ["nonsense", "[]", "{}", '"x"', json.dumps({"path": "//evil.example", "typed": {}}), json.dumps({"typed": 4})],
)
def test_what_is_carried_may_be_anything(site: Site, kept: str) -> None:
    reader = site.stranger()
    reader.get("/sign-in")
    response = reader.post("/sign-in", {"username": "wes", "password": PASSWORD, "kept": kept})
    assert response.location == "/tasks"
