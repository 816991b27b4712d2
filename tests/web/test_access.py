"""Who may open each page: the whole table, route by route and person by person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.web import access
from tests.office import bundle
from tests.web.conftest import Reader, Site

#: Everybody: nobody signed in, a worker and a lead of the team, a worker of another team, a chair, a manager.
PEOPLE = ("stranger", "wes", "lea", "sid", "che", "max")
#: The office's policy names no owner, so nobody there changes it (tests/web/workbench has a policy with one).
NO_OWNER_GETS, NO_OWNER_POSTS = (303, 403, 403, 403, 403, 403), (401, 403, 403, 403, 403, 403)
#: Route -> the status for each of PEOPLE. {task} is a worker's task, {case} its case; both belong to the north team.
TABLE: dict[str, tuple[int, int, int, int, int, int]] = {
    "GET /": (303, 303, 303, 303, 303, 303),
    "GET /health": (200, 200, 200, 200, 200, 200),
    "GET /ready": (503, 503, 503, 503, 503, 503),  # the office has no queue
    "GET /metrics": (200, 200, 200, 200, 200, 200),  # from this machine
    "GET /favicon.svg": (200, 200, 200, 200, 200, 200),
    "GET /assets/<path:name>": (404, 404, 404, 404, 404, 404),
    "GET /sign-in": (200, 303, 303, 303, 303, 303),
    "POST /sign-in": (422, 422, 422, 422, 422, 422),
    "POST /sign-out": (401, 303, 303, 303, 303, 303),
    "GET /tasks": (303, 200, 200, 200, 200, 200),
    "GET /tasks/team": (303, 200, 200, 200, 200, 200),
    "GET /tasks/<task_id>": (303, 200, 200, 404, 404, 200),
    "POST /tasks/<task_id>": (401, 422, 403, 404, 404, 403),
    "POST /tasks/<task_id>/claim": (401, 303, 403, 404, 404, 403),
    "POST /tasks/<task_id>/release": (401, 303, 403, 404, 404, 403),
    "GET /tasks/<task_id>/postpone": (303, 200, 403, 404, 404, 403),
    "POST /tasks/<task_id>/postpone": (401, 422, 403, 404, 404, 403),
    "GET /tasks/<task_id>/reassign": (303, 403, 200, 403, 403, 403),
    "POST /tasks/<task_id>/reassign": (401, 403, 422, 403, 403, 403),
    "GET /cases/<case_id>/reassign": (303, 403, 200, 403, 403, 403),
    "POST /cases/<case_id>/reassign": (401, 403, 422, 403, 403, 403),
    "GET /cases/<case_id>/withdraw": (303, 403, 200, 403, 403, 403),
    "POST /cases/<case_id>/withdraw": (401, 403, 422, 403, 403, 403),
    "GET /cases": (303, 200, 200, 200, 200, 200),
    "POST /cases": (401, 303, 303, 303, 303, 303),
    "GET /cases/<case_id>": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/history": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/replay": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/replay/frames": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/replay/<int:seq>": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/as-at": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/why/<task_id>": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/why/<int:seq>/<variable>": (303, 404, 404, 404, 404, 404),
    "GET /cases/<case_id>/proof": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/export/<form>": (303, 200, 200, 404, 404, 200),
    "GET /cases/<case_id>/change/<message>": (303, 200, 200, 404, 404, 200),
    "POST /cases/<case_id>/change/<message>": (401, 422, 403, 404, 404, 403),
    "GET /cases/start": (303, 200, 200, 200, 403, 403),
    "POST /cases/start": (401, 303, 303, 303, 403, 403),
    "GET /documents/<int:document_id>": (303, 404, 404, 404, 404, 404),
    "GET /attachments/<int:attachment_id>/<digest>": (303, 404, 404, 404, 404, 404),
    "GET /policy": (303, 200, 200, 200, 200, 200),
    "GET /policy/guidance": (303, 200, 200, 200, 200, 200),
    "GET /policy/questions": (303, 200, 200, 200, 200, 200),
    "GET /policy/<digest>/diagrams/<process_id>": (303, 404, 404, 404, 404, 404),
    "GET /policy/<digest>/diagrams/<process_id>.bpmn": (303, 404, 404, 404, 404, 404),
    "GET /policy/<digest>/tables/<decision_id>": (303, 404, 404, 404, 404, 404),
    "GET /policy/edit": NO_OWNER_GETS,
    "GET /policy/edit/file/<path:path>": NO_OWNER_GETS,
    "GET /policy/edit/content/<path:path>": NO_OWNER_GETS,
    "GET /policy/edit/faults/<path:path>": NO_OWNER_GETS,
    "GET /policy/edit/templates.json": NO_OWNER_GETS,
    "GET /policy/edit/token": NO_OWNER_GETS,
    "GET /policy/edit/history": NO_OWNER_GETS,
    "GET /policy/edit/saves/<int:save_id>": NO_OWNER_GETS,
    "GET /policy/edit/download.zip": NO_OWNER_GETS,
    "GET /policy/edit/upload": NO_OWNER_GETS,
    "GET /policy/edit/checks": NO_OWNER_GETS,
    "GET /policy/edit/changes": NO_OWNER_GETS,
    "GET /policy/edit/publish": NO_OWNER_GETS,
    "GET /policy/edit/approve/<number>": NO_OWNER_GETS,
    "POST /policy/edit/start": NO_OWNER_POSTS,
    "POST /policy/edit/discard": NO_OWNER_POSTS,
    "POST /policy/edit/save/<path:path>": NO_OWNER_POSTS,
    "POST /policy/edit/write/<path:path>": NO_OWNER_POSTS,
    "POST /policy/edit/restore/<path:path>": NO_OWNER_POSTS,
    "POST /policy/edit/remove/<path:path>": NO_OWNER_POSTS,
    "POST /policy/edit/upload": NO_OWNER_POSTS,
    "POST /policy/edit/rehearse": NO_OWNER_POSTS,
    "POST /policy/edit/publish": NO_OWNER_POSTS,
    "POST /policy/edit/approve/<number>": NO_OWNER_POSTS,
    "GET /incidents": (303, 403, 403, 403, 403, 200),
    "POST /incidents/<int:incident_id>/retry": (401, 403, 403, 403, 403, 404),
    "POST /incidents/<int:incident_id>/sent": (401, 403, 403, 403, 403, 404),
    "GET /demo/clock": (303, 200, 200, 200, 200, 200),
    "POST /demo/clock": (401, 422, 422, 422, 422, 422),
    "GET /demo/mailbox": (303, 200, 200, 200, 200, 200),
    "GET /demo/mailbox/<int:mail_id>": (303, 404, 404, 404, 404, 404),
    "GET /demo/mailbox/<int:mail_id>/<int:index>": (303, 404, 404, 404, 404, 404),
}


def routes(app: Flask) -> set[str]:
    """Every method and route of the app."""
    return {f"{m} {rule.rule}" for rule in app.url_map.iter_rules() for m in rule.methods or () if m in ("GET", "POST")}


def test_the_table_names_every_route_and_no_other(site: Site) -> None:
    assert routes(site.app) == set(TABLE)


@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_open_each_page(site: Site, person: str) -> None:
    started = site.office.start("waiting")
    names = {"task_id": started.opened[0], "case_id": started.case_id, "message": "moved", "digest": bundle().digest}
    reader = site.stranger() if person == "stranger" else site.sign_in(person)
    found = {route: opened(reader, route, names) for route in sorted(TABLE, key=lambda each: "sign-out" in each)}
    column = PEOPLE.index(person)
    assert found == {route: statuses[column] for route, statuses in TABLE.items()}


def opened(reader: Reader, route: str, names: dict[str, str]) -> int:
    """The status of a route with these names in it."""
    method, path = route.split()
    made_up = {"process_id": "p", "decision_id": "d", "int:seq": "1", "variable": "v", "form": "csv"}
    for name, value in {**names, **made_up}.items():
        path = path.replace(f"<{name}>", value)
    for kind in (
        "int:document_id",
        "int:attachment_id",
        "int:mail_id",
        "int:incident_id",
        "int:index",
        "path:name",
        "int:save_id",
    ):
        path = path.replace(f"<{kind}>", "9")
    if method == "POST" and path == "/sign-in" and not reader.fields:
        reader.get("/sign-in")
    response = reader.get(path) if method == "GET" else reader.post(path)
    return response.status_code


def test_without_the_demo_its_pages_are_not_there(make_site: Callable[..., Site]) -> None:
    reader = make_site(demo=False).sign_in("max")
    assert [reader.get(path).status_code for path in ("/demo/clock", "/demo/mailbox", "/demo/mailbox/1")] == [404] * 3
    assert reader.post("/demo/clock", {"days": "7"}).status_code == 404
    assert "Demo" not in reader.get("/tasks").text


def test_a_route_that_does_not_say_who_may_open_it_stops_the_product(site: Site) -> None:
    site.app.add_url_rule("/planted", "planted", lambda: "open to the world")
    with pytest.raises(access.RouteWithoutRule, match="planted"):
        access.check_all(site.app)


def test_such_a_route_is_not_served_either(site: Site) -> None:
    site.app.add_url_rule("/planted", "planted", lambda: "open to the world")
    response = site.sign_in("max").get("/planted")
    assert response.status_code == 500
    assert "open to the world" not in response.text


def test_people_taken_out_of_the_store_are_signed_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = site.sign_in("wes")
    monkeypatch.setattr("engine.queries.sign_in", lambda *_, **__: None)
    assert reader.get("/tasks").status_code == 303
