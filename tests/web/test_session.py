"""Sessions live on the server: an hour without use ends them, and signing in changes the token."""

from __future__ import annotations

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from engine.web.session import IDLE_SECONDS, LONGEST_SECONDS, MOST_SESSIONS, MemorySessions, ServerSessions


class Clock:
    """Seconds that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock at nought."""
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> MemorySessions:
    """An empty store of sessions."""
    return MemorySessions(clock)


@pytest.fixture
def client(kept: MemorySessions) -> FlaskClient:
    """A tiny app: write, read, rotate, clear."""
    app = Flask(__name__)
    app.config.update(SESSION_COOKIE_NAME="s", SESSION_COOKIE_SECURE=False)
    app.session_interface = ServerSessions(kept)
    app.add_url_rule("/write", view_func=lambda: session.update(name="ann") or "", endpoint="write")
    app.add_url_rule("/read", view_func=lambda: session.get("name", ""), endpoint="read")
    app.add_url_rule("/rotate", view_func=lambda: session.rotate() or "", endpoint="rotate")  # type: ignore[attr-defined]
    app.add_url_rule("/clear", view_func=lambda: session.clear() or "", endpoint="clear")
    return app.test_client()


def token(client: FlaskClient) -> str:
    """The cookie's value."""
    cookie = client.get_cookie("s")
    return cookie.value if cookie else ""


def test_a_page_that_writes_nothing_gives_no_cookie(client: FlaskClient) -> None:
    client.get("/read")
    assert token(client) == ""


def test_values_stay_on_the_server(client: FlaskClient) -> None:
    response = client.get("/write")
    assert "ann" not in response.headers["Set-Cookie"]
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert "SameSite=Lax" in response.headers["Set-Cookie"]
    assert client.get("/read").text == "ann"


def test_the_token_changes_and_the_old_one_is_worth_nothing(client: FlaskClient) -> None:
    client.get("/write")
    old = token(client)
    client.get("/rotate")
    assert token(client) not in ("", old)
    assert client.get("/read").text == "ann"
    client.set_cookie("s", old)
    assert client.get("/read").text == ""


def test_an_hour_without_use_ends_it(client: FlaskClient, clock: Clock) -> None:
    client.get("/write")
    for _ in range(3):
        clock.seconds += IDLE_SECONDS - 1
        assert client.get("/read").text == "ann"
    clock.seconds += IDLE_SECONDS + 1
    assert client.get("/read").text == ""


def test_half_a_day_ends_it_in_any_case(client: FlaskClient, clock: Clock) -> None:
    client.get("/write")
    while clock.seconds <= LONGEST_SECONDS:
        client.get("/read")
        clock.seconds += IDLE_SECONDS / 2
    assert client.get("/read").text == ""


def test_clearing_forgets_it_on_the_server(client: FlaskClient) -> None:
    client.get("/write")
    old = token(client)
    client.get("/clear")
    client.set_cookie("s", old)
    assert client.get("/read").text == ""


def test_a_token_made_up_by_somebody_is_never_taken_over(client: FlaskClient) -> None:
    client.set_cookie("s", "planted")
    client.get("/write")
    assert token(client) != "planted"


def test_strangers_cannot_fill_the_memory(kept: MemorySessions) -> None:
    for number in range(MOST_SESSIONS + 5):
        kept.write(str(number), {})
    assert kept.read("0") is None
    assert kept.read(str(MOST_SESSIONS)) is not None
