"""The log: one JSON line a request, and nothing of anybody in it, whatever happens."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from engine.cli.logs import SECURITY, log_to_stderr
from engine.model.person import Person
from engine.rehearsal import demo
from engine.rehearsal.publish import publish_pack
from engine.settings import Settings, from_environment
from engine.web import create_app
from engine.wiring import Alongside, throwaway
from tests.web.conftest import HASH, Reader, Site

#: An empty word would be in every log; a short one, such as "Jo", in many.
SHORTEST = 4
#: How many of the demo's people walk; a wrong guess too many would shut them all out.
WALKERS = 5
PAGES = ("/tasks", "/tasks/team", "/cases", "/cases/start", "/policy", "/policy/guidance", "/incidents", "/mailbox")


class Log:
    """What was logged since a test began."""

    def __init__(self, written: io.StringIO) -> None:
        self._written = written

    @property
    def text(self) -> str:
        """All of it."""
        return self._written.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        """Each line, which must be one JSON object."""
        return [json.loads(line) for line in self.text.splitlines()]

    def requests(self) -> list[dict[str, object]]:
        """The lines about requests."""
        return [line for line in self.lines if line["logger"] == "alongside.web" and line["event"] == "request"]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Log]:
    """Has this process log as a served one does."""

    def begin(**settings: str) -> Log:
        structlog.contextvars.clear_contextvars()
        written = io.StringIO()
        monkeypatch.setattr(sys, "stderr", written)
        log_to_stderr(from_environment(settings or {"ALONGSIDE_LOG_FORMAT": "json"}))
        return Log(written)

    return begin


def test_a_line_for_each_request_names_the_route_and_nobody(site: Site, logged: Callable[..., Log]):
    task = site.office.start().opened[0]
    wes = site.sign_in("wes")
    log = logged()
    wes.get(f"/tasks/{task}?who=Wes+Worker", headers={"X-Request-ID": "0123456789abcdef"})
    answer = site.stranger().get("/nowhere/wes@example.org", headers={"X-Request-ID": "<script>"})
    one, other = log.requests()
    assert {name: one[name] for name in ("request", "method", "route", "status", "level")} == {
        "request": "0123456789abcdef",
        "method": "GET",
        "route": "/tasks/<task_id>",
        "status": 200,
        "level": "info",
    }
    assert isinstance(one["ms"], float)
    assert len(str(one["user"])) == 12
    assert "user" not in other
    assert (other["route"], other["status"]) == ("(none)", 404)
    assert answer.headers["X-Request-ID"] == other["request"] != "<script>"
    assert "wes" not in log.text.lower()


def test_two_requests_of_one_person_can_be_told_to_be(site: Site, logged: Callable[..., Log]):
    readers = [site.sign_in("wes"), site.sign_in("wes"), site.sign_in("lea")]
    log = logged()
    for reader in readers:
        reader.get("/tasks")
    users = [line["user"] for line in log.requests()]
    assert users[0] == users[1] != users[2]


def test_an_error_is_told_by_kind_and_place_not_by_message(logged: Callable[..., Log]):
    log = logged()
    try:
        raise ValueError("Ann Example was refused")
    except ValueError:
        logging.getLogger("alongside.worker").exception("a round of %s failed", "timers")
    (line,) = log.lines
    assert (line["event"], line["error"]) == ("a round of timers failed", "ValueError")
    assert "test_an_error_is_told" in str(line["where"])
    assert "Ann" not in log.text
    assert "Traceback" not in log.text


def test_the_security_log_passes_whatever_the_level_is(logged: Callable[..., Log]):
    log = logged(ALONGSIDE_LOG_LEVEL="ERROR")
    structlog.get_logger(SECURITY).info("signed_in", who="u1")
    logging.getLogger(SECURITY).info("said plainly")
    logging.getLogger("alongside.web").warning("not this")
    assert [line.split(" ", 2)[2] for line in log.text.splitlines()] == [
        "alongside.security signed_in who=u1",
        "alongside.security said plainly",
    ]


def test_the_librarys_lines_take_the_same_form(logged: Callable[..., Log]):
    log = logged()
    from dbos._logger import init_logger

    init_logger()  # what the library does before it says anything
    logging.getLogger("dbos").setLevel(logging.INFO)
    logging.getLogger("dbos").info("nobody needs to know")
    logging.getLogger("dbos").warning("the queue says %d", 1)
    logging.getLogger("waitress").error("a socket went away")
    assert [(line["logger"], line["event"]) for line in log.lines] == [
        ("dbos", "the queue says 1"),
        ("waitress", "a socket went away"),
    ]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alongside]:
    """The real pack with some of the demo's cases."""
    now = datetime.now(UTC)
    settings: Settings = replace(
        from_environment({"ALONGSIDE_DEMO": "1"}), var=tmp_path_factory.mktemp("var"), log_format="json"
    )
    with throwaway(settings, now - timedelta(days=800)) as opened:
        publish_pack(opened, settings.home, opened.now())
        cases = [script for script in demo.scripts(settings.home) if "first core group is due" in script.title]
        assert not [
            fault for done in demo.load(opened, settings.people_file, cases, HASH, now) for fault in done.faults
        ]
        opened.errands.do_open(opened.now())
        yield opened


@pytest.mark.slow
def test_nobody_of_the_demo_is_in_the_log_after_a_walk_through_its_pages(
    product: Alongside, logged: Callable[..., Log]
):
    app = create_app(product)
    with product.uow.read() as tx:
        everybody, case_ids = tx.people.all(), tx.cases.ids()
        cases = [tx.cases.find(case_id).head for case_id in case_ids]
        tasks = [task.id for case_id in case_ids for task in tx.tasks.of_case(case_id)]
        told = [value for case_id in case_ids for value in _texts(tx.journal.entries(case_id))]
    log = logged()
    for number, person in enumerate(everybody[:WALKERS]):
        _wrong(app, person if number < 2 else replace(person, username="nobody.at.all"))
        _walk(app, person, [*PAGES, *(f"/cases/{each}" for each in case_ids), *(f"/tasks/{each}" for each in tasks)])
    assert len(log.requests()) > WALKERS * len(PAGES)
    assert {line["status"] for line in log.requests()} >= {200, 303}
    private = {*_names(everybody), *(case.title for case in cases), *told}
    assert len(private) > 30
    lower = "\n".join(map(_without_who, log.lines)).lower()
    assert [word for word in sorted(private) if word.lower() in lower] == []


def _without_who(line: dict[str, object]) -> str:
    """A line's text; the security log says under which user name somebody was refused, and nothing else of them."""
    if line["logger"] == SECURITY:
        return json.dumps({name: value for name, value in line.items() if name != "who"})
    return json.dumps(line)


def _wrong(app: object, person: Person) -> None:
    """A password that is wrong, and full of a name."""
    reader = Reader(app.test_client())  # type: ignore[attr-defined]
    reader.get("/sign-in")
    assert reader.post("/sign-in", {"username": person.username, "password": person.name}).status_code == 422


def _walk(app: object, person: Person, pages: list[str]) -> None:
    """Sign in, and open every page; post what no form accepts, too."""
    from tests.web.conftest import PASSWORD

    reader = Reader(app.test_client())  # type: ignore[attr-defined]
    reader.get("/sign-in")
    assert reader.post("/sign-in", {"username": person.username, "password": PASSWORD}).status_code == 303
    for page in pages:
        reader.get(f"{page}?search={person.name}")
        if page.startswith("/tasks/AL"):
            reader.post(page, {"note": f"{person.name} wrote this", "seen_version": "0"})


def _names(everybody: list[Person]) -> Iterator[str]:
    """What people are called, by whatever name."""
    for person in everybody:
        yield from (person.username, person.name, person.email)


def _texts(entries: object) -> Iterator[str]:
    """The words that were typed into a case."""
    for entry in entries:  # type: ignore[attr-defined]
        for change in entry.body.get("outcome", {}).get("changes", ()):
            value = change.get("new")
            if isinstance(value, str) and len(value) >= SHORTEST and " " in value:
                yield value


def test_the_walk_would_find_a_name(site: Site, logged: Callable[..., Log]):
    log = logged()
    structlog.get_logger("alongside.web").warning("refused", who="Wes Worker")
    assert "wes worker" in log.text.lower()


def test_a_line_that_cannot_be_written_stops_nothing_and_spills_nothing(
    logged: Callable[..., Log], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    logged()
    was, instead = sys.stderr, io.StringIO()
    was.close()
    monkeypatch.setattr(sys, "stderr", instead)
    try:
        raise ValueError("Robin Example, born 1 May")
    except ValueError:
        structlog.get_logger("alongside.web").error("unexpected", exc_info=True)
    assert instead.getvalue() + capsys.readouterr().out == ""
