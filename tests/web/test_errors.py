"""Each situation of the engine has one status code and one page, and no page gives a trace away."""

from __future__ import annotations

import pytest

from engine.cli.logs import log_to_stderr
from engine.model import errors as situations
from engine.model.errors import AlongsideError, AnswersRejected, Fault, PolicyRejected, StepFailed
from engine.settings import from_environment
from engine.web import errors
from tests.web.conftest import Site

EVERY = [kind for kind in vars(situations).values() if isinstance(kind, type) and issubclass(kind, AlongsideError)]
STATUS = {
    "CaseNotFound": 404,
    "TaskNotFound": 404,
    "VersionNotFound": 404,
    "DocumentNotFound": 404,
    "IncidentNotFound": 404,
    "NotAllowed": 403,
    "AnswersRejected": 422,
    "PolicyRejected": 422,
    "StoreBusy": 503,
    "StoreGone": 503,
}


def made(kind: type[AlongsideError]) -> AlongsideError:
    """One of a kind."""
    if issubclass(kind, PolicyRejected):
        return kind([Fault("a.bpmn", "Task_1", "It has no form.")])
    if issubclass(kind, AnswersRejected):
        return kind({"why": "Say why"})
    return kind("Gateway_7", "No way out fits.") if issubclass(kind, StepFailed) else kind("A sentence.")


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_each_situation_has_its_status(kind: type[AlongsideError]) -> None:
    assert errors.status_of(made(kind)) == STATUS.get(kind.__name__, 409)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_each_situation_has_its_page(site: Site, monkeypatch: pytest.MonkeyPatch, kind: type[AlongsideError]) -> None:
    def fails(*_: object, **__: object) -> None:
        raise made(kind)

    monkeypatch.setattr("engine.queries.my_tasks", fails)
    reader = site.sign_in_quietly("wes")
    page = reader.get("/tasks")
    assert page.status_code == STATUS.get(kind.__name__, 409)
    assert errors.telling(made(kind)).heading in page.text.replace("&#39;", "'")


def test_a_fault_of_policy_is_listed_with_its_place(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise made(PolicyRejected)

    monkeypatch.setattr("engine.queries.my_tasks", fails)
    assert "a.bpmn: Task_1: It has no form." in site.sign_in_quietly("wes").get("/tasks").text


def test_an_unknown_fault_gives_nothing_away(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("Robin Example, born 1 May")

    monkeypatch.setattr("engine.queries.my_tasks", fails)
    log_to_stderr(from_environment({}))
    page = site.sign_in_quietly("wes").get("/tasks?claimed=me")
    assert page.status_code == 500
    assert "Robin" not in page.text
    assert "Traceback" not in page.text
    said = capsys.readouterr()
    assert "ValueError" in said.out + said.err
    assert "Robin" not in said.out + said.err


def test_even_a_page_that_cannot_be_drawn_is_answered(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("no")

    reader = site.sign_in("wes")
    monkeypatch.setattr("engine.web.layout.navigation", fails)
    page = reader.get("/tasks")
    assert page.status_code == 500
    assert "Sorry, there is a problem" in page.text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/tasks/x/y/z", 404), ("/cases/AL-NOTHING", 404)])
def test_what_is_not_there_is_told_on_a_page_of_ours(site: Site, path: str, status: int) -> None:
    page = site.sign_in("wes").get(path)
    assert page.status_code == status
    assert "Go to your tasks" in page.text


def test_a_wrong_method_is_told_on_a_page_of_ours(site: Site) -> None:
    assert site.sign_in("wes").get("/sign-out").status_code == 405


def test_a_host_of_somebody_elses_is_not_answered(site: Site) -> None:
    assert site.stranger().get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/tasks", "/nothing", "/health", "/favicon.svg"])
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    headers = site.sign_in("wes").get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_pages_about_people_are_kept_by_no_cache(site: Site) -> None:
    assert site.sign_in("wes").get("/tasks").headers["Cache-Control"] == "no-store"


def test_by_https_the_browser_is_told_to_stay_there(site: Site) -> None:
    headers = site.stranger().get("/sign-in", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_without_the_store_what_was_typed_is_shown_and_one_press_sends_the_same_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise situations.StoreGone("The database cannot be reached.")

    reader = site.sign_in("wes")
    sent = {"do": "complete", "key": "k-1", "seen_version": "3", "note": "A <long> afternoon\nof typing"}
    with monkeypatch.context() as outage:
        outage.setattr("engine.queries.sign_in", gone)
        page = reader.post("/tasks/AL-00000001.1", sent)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "The database cannot be reached." in page.text
    assert ">Note</dt>" in page.text
    assert "A &lt;long&gt; afternoon\nof typing</dd>" in page.text
    assert {name: reader.hidden(name) for name in sent} == sent
    assert reader.hidden("csrf_token")


def test_a_password_is_never_put_into_a_page_to_be_sent_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise situations.StoreGone("The database cannot be reached.")

    reader = site.stranger()
    reader.get("/sign-in")
    monkeypatch.setattr("engine.queries.sign_in", gone)
    page = reader.post("/sign-in", {"username": "wes", "password": "hush hush"})
    assert page.status_code == 503
    assert "hush" not in page.text
    assert "Send it again" not in page.text


def test_a_store_that_goes_before_there_is_a_session_is_told_in_the_same_words(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise situations.StoreGone("The database cannot be reached.")

    monkeypatch.setattr("engine.web.session.ServerSessions.open_session", gone)
    page = site.stranger().get("/tasks")
    assert page.status_code == 503
    assert "Alongside cannot reach its records just now" in page.text
    assert "load this page again" in page.text
    assert "send it again" not in page.text


def test_a_lack_of_memory_is_told_as_one_and_not_as_a_fault(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("engine.queries.my_tasks", no_room)
    page = site.sign_in_quietly("wes").get("/tasks")
    assert page.status_code == 503
    assert "too little memory" in page.text
    assert page.headers["Retry-After"] == "5"


def test_where_not_even_the_page_finds_memory_one_that_stands_ready_is_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    reader = site.sign_in_quietly("wes")
    monkeypatch.setattr("engine.queries.my_tasks", no_room)
    monkeypatch.setattr("engine.web.errors.page", no_room)
    page = reader.get("/tasks")
    assert page.status_code == 503
    assert "send it again" in page.text
    assert page.headers["Retry-After"] == "5"
