"""A site over a made-up office: the real store, commands and queries, a machine of lists, a clock that tests move."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.commands import add_person, finish_job
from engine.commands.settle_incident import Settled
from engine.settings import Settings
from engine.store import SqlUnitOfWork, open_store
from engine.web import create_app
from engine.web.signin import passwords
from engine.wiring.held import settle_as_sent
from tests.fake_machine import FakeMachine
from tests.office import EVERYBODY, Office, open_office

PASSWORD = "a good long password"
HASH = passwords.hash(PASSWORD)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class Alongside:
    """What the composition root gives pages."""

    uow: SqlUnitOfWork
    machine: FakeMachine
    settings: Settings
    moment: datetime = NOW
    letters: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        """The product's time."""
        return self.moment

    def move_clock(self, to: datetime, key: str | None = None) -> None:
        """Another time; `key` is the store's to remember."""
        del key
        self.moment = to

    def take_as_sent(self, job_id: str, _reference: str, now: datetime) -> int:
        """The office makes no letters: the case is told that its job is done."""
        finish_job(self.uow, self.machine, job_id=job_id, result={}, now=now)
        return 0

    def settle_as_sent(self, **about: Any) -> Settled:
        """The product's own."""
        return settle_as_sent(self.uow, self, **about, now=self.moment)  # type: ignore[arg-type]

    def preview_letter(self, letter: str, **_: object) -> str | None:
        """The letters a test put there."""
        return self.letters.get(letter)


class Reader:
    """A person's browser without JavaScript: fills in the token of the page it last saw."""

    def __init__(self, client: FlaskClient) -> None:
        """Begin without a page."""
        self.client = client
        self.fields: dict[str, list[str]] = {}

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page and note the hidden fields of its forms."""
        return self._note(self.client.get(path, **more))

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form of the page last seen: its token goes along."""
        token = self.fields.get("csrf_token", [""])[0]
        return self._note(self.client.post(path, data={"csrf_token": token, **(data or {})}, **more))

    def hidden(self, name: str) -> str:
        """The value of a hidden field on the page last seen."""
        return self.fields[name][0]

    def _note(self, response: TestResponse) -> TestResponse:
        found: dict[str, list[str]] = {}
        page = response.text
        response.close()
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
            found.setdefault(html.unescape(name), []).append(html.unescape(value))
        self.fields = {**self.fields, **found}
        return response


@dataclass
class Site:
    """The app with its office."""

    app: Flask
    office: Office
    alongside: Alongside

    def stranger(self) -> Reader:
        """Somebody who has not signed in."""
        return Reader(self.app.test_client())

    def sign_in(self, username: str) -> Reader:
        """Somebody of the office, signed in."""
        reader = self.stranger()
        reader.get("/sign-in")
        response = reader.post("/sign-in", {"username": username, "password": PASSWORD})
        assert response.status_code == 303
        reader.get("/tasks")
        return reader

    def sign_in_quietly(self, username: str) -> Reader:
        """The same without opening a page after it."""
        reader = self.stranger()
        reader.get("/sign-in")
        reader.post("/sign-in", {"username": username, "password": PASSWORD})
        return reader


@pytest.fixture
def make_site(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Opens a site on a fresh database."""
    opened: list[SqlUnitOfWork] = []

    def make(*, demo: bool = True) -> Site:
        path = tmp_path / "alongside.db"
        shutil.copy(migrated_sqlite, path)
        url = f"sqlite:///{path}"
        settings = Settings(home=tmp_path, var=tmp_path, database=url, demo=demo, demo_password=PASSWORD)
        machine = FakeMachine()
        opened.append(open_store(url, machine=machine))
        office = open_office(opened[-1], machine, NOW)
        for someone in EVERYBODY:
            add_person(opened[-1], person=someone, password_hash=HASH)
        alongside = Alongside(opened[-1], machine, settings)
        return Site(create_app(alongside), office, alongside)

    yield make
    for uow in opened:
        uow.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """The demo site."""
    return make_site()
