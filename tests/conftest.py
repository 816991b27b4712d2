"""Fixtures: both databases, migrated once each; people of a made-up office; a fixed clock."""

from __future__ import annotations

import logging
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from playwright.sync_api import Browser
from sqlalchemy import create_engine

from engine.cli.logs import SECURITY, TALKATIVE
from engine.store import SqlUnitOfWork, open_store, upgrade
from tests.fake_machine import FakeMachine
from tests.office import Office, open_office
from tests.web.browser import chromium

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that sets up what a process logs leaves no line to a standard error that is closed with the test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in (SECURITY, *TALKATIVE)}
    yield
    structlog.reset_defaults()
    queue = logging.getLogger("dbos")
    queue.handlers[:], queue.filters[:] = [], []
    root.handlers[:], root.level = handlers, level
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)


@pytest.fixture(scope="session")
def migrated_sqlite() -> Iterator[Path]:
    """A migrated SQLite file, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-sqlite-"))
    path = folder / "template.db"
    upgrade(f"sqlite:///{path}")
    yield path
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process: Playwright allows no second."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of this session's own, stopped and removed at its end; its URL without a database."""
    from tests.postgresql import serve

    with serve() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_url: str) -> str:
    """The name of a migrated database, to be copied."""
    _sql(postgresql_url, "CREATE DATABASE template_alongside")
    upgrade(postgresql_url.replace("/postgres?", "/template_alongside?"))
    return "template_alongside"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "alongside.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgresql_url"), request.getfixturevalue("migrated_postgresql")
    name = f"test_{uuid.uuid4().hex}"
    _sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.replace("/postgres?", f"/{name}?")
    _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def machine() -> FakeMachine:
    """A machine whose processes are lists."""
    return FakeMachine()


@pytest.fixture
def open_uow(database_url: str, machine: FakeMachine) -> Iterator[Callable[[], SqlUnitOfWork]]:
    """Opens stores over the test's database, each as another process would; all are closed at the end."""
    opened: list[SqlUnitOfWork] = []

    def open_one() -> SqlUnitOfWork:
        opened.append(open_store(database_url, machine=machine))
        return opened[-1]

    yield open_one
    for uow in opened:
        uow.close()


@pytest.fixture
def uow(open_uow: Callable[[], SqlUnitOfWork]) -> SqlUnitOfWork:
    """A store over a fresh database, on SQLite and on PostgreSQL."""
    return open_uow()


@pytest.fixture
def now() -> datetime:
    """A Monday morning."""
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _sql(url: str, statement: str) -> None:
    """One statement outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def office(uow: SqlUnitOfWork, machine: FakeMachine, now: datetime) -> Office:
    """A made-up office with its policy in force, on SQLite and on PostgreSQL."""
    return open_office(uow, machine, now)
