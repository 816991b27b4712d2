"""The product over each database, with its queue, a mail server, and workers that run in a thread."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from engine.settings import Settings, from_environment
from engine.wiring import Alongside, build, migrate
from engine.worker import run_worker
from tests.conftest import _sql as run_sql
from tests.worker import small
from tests.worker.mail_server import Inbox, mail_server

PATIENCE = 30.0


@dataclass
class Product:
    """The product as a web process has it, and the world around it."""

    alongside: Alongside
    settings: Settings
    inbox: Inbox

    @contextmanager
    def working(self) -> Iterator[str]:
        """A worker at work in a thread, on connections of its own; gives its name."""
        stop, names = threading.Event(), []
        own = build(self.settings, clock=self.alongside.clock)
        trouble: list[BaseException] = []

        def work() -> None:
            try:
                run_worker(own, stop, ready=names.append)
            except BaseException as error:
                trouble.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            self.wait(lambda: names or trouble)
            assert not trouble, trouble
            yield names[0]
        finally:
            stop.set()
            thread.join(PATIENCE)
            own.close()
        assert not trouble, trouble

    @staticmethod
    def wait(holds: Callable[[], object]) -> None:
        """Until it holds."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, "it did not come about in time"
            time.sleep(0.05)


class Movable:
    """The real clock, moved."""

    def __init__(self) -> None:
        self._by = timedelta(0)

    def now(self):
        from datetime import UTC, datetime

        return datetime.now(UTC) + self._by

    def move(self, by: timedelta):
        self._by += by
        return self.now()


@pytest.fixture
def product(database_url: str, tmp_path: Path) -> Iterator[Product]:
    """Migrated, with no policy yet."""
    with mail_server() as (inbox, port):
        settings = from_environment(small.environment(database_url, tmp_path, port))
        migrate(settings)
        alongside = build(settings, clock=Movable())
        yield Product(alongside, settings, inbox)
        alongside.close()


@contextmanager
def fresh_postgresql(server: str, template: str) -> Iterator[str]:
    """The URL of a database of its own."""
    name = f"test_{uuid.uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.replace("/postgres?", f"/{name}?")
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")
