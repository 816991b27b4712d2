"""The real guidance pack behind the workbench, two people of its owner's role, and one who may not change it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine.commands import add_person
from engine.model.person import Person
from engine.rehearsal.publish import publish_pack
from engine.settings import from_environment
from engine.web import create_app
from engine.wiring import Alongside, throwaway
from tests.web.conftest import HASH, PASSWORD, Reader

NOW = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
PEOPLE = (
    Person("olive", "Olive Owner", frozenset({"qa-manager"})),
    Person("otto", "Otto Owner", frozenset({"qa-manager"})),
    Person("sue", "Sue Service", frozenset({"service-manager"})),
)


class Desk:
    """The product with its pack in force."""

    def __init__(self, alongside: Alongside, app: Flask) -> None:
        """Join them."""
        self.alongside = alongside
        self.app = app

    def sign_in(self, username: str) -> Reader:
        """Somebody's browser."""
        reader = Reader(self.app.test_client())
        reader.get("/sign-in")
        assert reader.post("/sign-in", {"username": username, "password": PASSWORD}).status_code == 303
        reader.get("/policy")
        return reader

    def drafting(self, username: str = "olive") -> Reader:
        """An owner with a draft begun."""
        reader = self.sign_in(username)
        reader.get("/policy/edit")
        assert reader.post("/policy/edit/start").status_code == 303
        reader.get("/policy/edit")
        return reader


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Version 2 in force, nothing drafted."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_VAR": str(tmp_path)})
    with throwaway(settings, NOW) as alongside:
        for person in PEOPLE:
            add_person(alongside.uow, person=person, password_hash=HASH)
        publish_pack(alongside, settings.home, NOW)
        yield Desk(alongside, create_app(alongside, testing=True))
