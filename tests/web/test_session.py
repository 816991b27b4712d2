"""Sessions live in the database: any process serves anybody, an hour unused ends them, signing in changes tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from engine.model.errors import StoreGone
from engine.ports.sessions import IDLE, LONGEST
from engine.store import SqlUnitOfWork
from engine.store.schema_sessions import sessions
from engine.store.sessions import StoredGuesses, StoredSessions
from engine.web.session import ServerSessions

SECOND = timedelta(seconds=1)


class Clock:
    """A moment that a test moves."""

    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Now."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A Monday morning."""
    return Clock()


def tiny(kept: StoredSessions) -> FlaskClient:
    """A web process with a tiny app: write, read, rotate, clear, and a page that needs no session."""
    app = Flask(__name__)
    app.config.update(SESSION_COOKIE_NAME="s", SESSION_COOKIE_SECURE=False)
    app.session_interface = ServerSessions(kept)
    app.add_url_rule("/write/<name>", view_func=lambda name: session.update(username=name) or "", endpoint="write")
    app.add_url_rule("/carry", view_func=lambda: session.update(kept={"a": ["typed"]}) or "", endpoint="carry")
    app.add_url_rule("/read", view_func=lambda: session.get("username", ""), endpoint="read")
    app.add_url_rule("/rotate", view_func=lambda: session.rotate() or "", endpoint="rotate")  # type: ignore[attr-defined]
    app.add_url_rule("/clear", view_func=lambda: session.clear() or "", endpoint="clear")
    app.add_url_rule("/none", view_func=lambda: "", endpoint="none")
    return app.test_client()


@pytest.fixture
def kept(uow: SqlUnitOfWork, clock: Clock) -> StoredSessions:
    """Sessions on SQLite and on PostgreSQL."""
    return StoredSessions(uow.engine, clock)


@pytest.fixture
def client(kept: StoredSessions) -> FlaskClient:
    """Somebody's browser."""
    return tiny(kept)


@pytest.fixture
def statements(uow: SqlUnitOfWork) -> Iterator[list[str]]:
    """What the database is asked, without BEGIN and COMMIT."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(uow.engine, "before_cursor_execute", note)
    yield said
    event.remove(uow.engine, "before_cursor_execute", note)


def token(client: FlaskClient) -> str:
    """The cookie's value."""
    cookie = client.get_cookie("s")
    return cookie.value if cookie else ""


def test_a_page_that_writes_nothing_gives_no_cookie(client: FlaskClient) -> None:
    client.get("/read")
    assert token(client) == ""


def test_values_stay_on_the_server(client: FlaskClient) -> None:
    response = client.get("/write/ann")
    assert "ann" not in response.headers["Set-Cookie"]
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert client.get("/read").text == "ann"


def test_another_process_and_one_started_later_know_it_too(
    client: FlaskClient, open_uow: Callable[[], SqlUnitOfWork], clock: Clock
) -> None:
    client.get("/write/ann")
    other = tiny(StoredSessions(open_uow().engine, clock))
    other.set_cookie("s", token(client))
    assert other.get("/read").text == "ann"
    other.get("/clear")
    assert client.get("/read").text == ""


def test_a_row_tells_nobody_more_than_the_user_name(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    client.get("/write/ann")
    client.get("/carry")
    with uow.read() as tx:
        (row,) = tx.connection.execute(select(sessions)).all()
    assert row.username == "ann"
    assert token(client) not in row.key
    assert b"typed" not in row.sealed
    assert b"ann" not in row.sealed


def test_what_somebody_wrote_into_a_row_is_not_believed(client: FlaskClient, uow: SqlUnitOfWork) -> None:
    client.get("/write/ann")
    other = client.application.test_client()
    other.get("/write/bob")
    with uow.write() as tx:
        tx.connection.execute(text("UPDATE sessions SET sealed = (SELECT sealed FROM sessions WHERE username = 'bob')"))
    assert client.get("/read").text == ""
    assert other.get("/read").text == "bob"


def test_a_request_asks_one_statement_and_notes_its_use_once_a_minute(
    client: FlaskClient, clock: Clock, statements: list[str]
) -> None:
    client.get("/write/ann")
    statements.clear()
    clock.now += 59 * SECOND
    client.get("/read")
    assert [said.split()[0] for said in statements] == ["SELECT"]
    clock.now += SECOND
    client.get("/read")
    client.get("/read")
    assert [said.split()[0] for said in statements] == ["SELECT", "SELECT", "UPDATE", "SELECT"]
    statements.clear()
    client.get("/none")
    assert statements == []


def test_the_token_changes_and_the_old_one_is_worth_nothing(client: FlaskClient) -> None:
    client.get("/write/ann")
    old = token(client)
    client.get("/rotate")
    assert token(client) not in ("", old)
    assert client.get("/read").text == "ann"
    client.set_cookie("s", old)
    assert client.get("/read").text == ""


def test_an_hour_without_use_ends_it(client: FlaskClient, clock: Clock) -> None:
    client.get("/write/ann")
    for _ in range(3):
        clock.now += IDLE - SECOND
        assert client.get("/read").text == "ann"
    clock.now += IDLE + SECOND
    assert client.get("/read").text == ""


def test_half_a_day_ends_it_in_any_case(client: FlaskClient, clock: Clock) -> None:
    client.get("/write/ann")
    end = clock.now + LONGEST
    while clock.now <= end:
        assert client.get("/read").text == "ann"
        clock.now += IDLE / 2
    assert client.get("/read").text == ""


def test_clearing_forgets_it_on_the_server(client: FlaskClient) -> None:
    client.get("/write/ann")
    old = token(client)
    client.get("/clear")
    client.set_cookie("s", old)
    assert client.get("/read").text == ""


def test_a_request_that_was_under_way_at_sign_out_does_not_sign_in_again(kept: StoredSessions) -> None:
    kept.begin("key", "ann", b"values")
    kept.remove("key")
    kept.write("key", "ann", b"values")
    assert kept.read("key") is None


def test_a_token_made_up_by_somebody_is_never_taken_over(client: FlaskClient) -> None:
    client.set_cookie("s", "planted")
    client.get("/write/ann")
    assert token(client) != "planted"


def test_what_has_ended_is_forgotten_and_what_is_used_is_not(kept: StoredSessions, clock: Clock) -> None:
    for key in ("idle", "used"):
        kept.begin(key, "ann", b"values")
    clock.now += IDLE - SECOND
    kept.read("used")
    clock.now += 2 * SECOND
    assert kept.prune() == 1
    assert kept.read("used") == b"values"
    clock.now += IDLE + SECOND
    assert kept.prune() == 1


def test_strangers_cannot_fill_the_database(kept: StoredSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.sessions.MOST_STRANGERS", 3)
    kept.begin("ann", "ann", b"values")
    for number in range(5):
        kept.begin(str(number), None, b"values")
    assert kept.prune() == 2
    assert kept.read("ann") == b"values"


def test_wrong_guesses_are_counted_by_all_processes_together(
    uow: SqlUnitOfWork, open_uow: Callable[[], SqlUnitOfWork], clock: Clock
) -> None:
    one, other = (StoredGuesses(store.engine, clock) for store in (uow, open_uow()))
    assert [each.add("k", 60) for each in (one, other, one)] == [1, 2, 3]
    assert other.count("k") == 3
    assert one.until("k") == (clock.now + 60 * SECOND).timestamp()
    clock.now += 60 * SECOND
    assert other.count("k") == 0
    assert other.prune() == 1
    assert one.add("k", 60) == 1
    other.remove("k")
    assert one.count("k") == 0


def test_what_was_done_stands_when_only_the_message_about_it_could_not_be_kept(
    client: FlaskClient, kept: StoredSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreGone("The database cannot be reached.")

    client.get("/write/wes")
    with monkeypatch.context() as outage:
        outage.setattr(kept, "write", gone)
        assert client.get("/write/win").status_code == 200
    assert client.get("/read").text == "wes"


def test_nobody_is_told_to_be_signed_out_who_is_not(
    client: FlaskClient, kept: StoredSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreGone("The database cannot be reached.")

    client.get("/write/wes")
    with monkeypatch.context() as outage:
        outage.setattr(kept, "remove", gone)
        assert client.get("/clear").status_code == 500  # without the product's own pages
    assert client.get("/read").text == "wes"
