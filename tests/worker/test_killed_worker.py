"""A worker is killed twenty times between the commit and the note that a letter left: none is lost, none is doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from engine.settings import from_environment
from engine.wiring import Alongside, build, migrate
from handlers.channels.email import message_id
from tests.worker import small
from tests.worker.mail_server import ARRIVED, HELLO, LEFT, Inbox, mail_server

ROOT = Path(__file__).parents[2]
KILLS = 20
PATIENCE = 60.0
#: Where the knife falls, in turn: before the mail is sent, after it is sent and before that is known, after it is known
#: and before that is noted, and at a moment of chance after the commit.
POINTS = (HELLO, ARRIVED, LEFT, "chance")

pytestmark = pytest.mark.slow


class Workers:
    """Worker processes, one at a time."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start the process that forks them."""
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.process"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = 0

    def ask(self, words: str) -> str:
        """Say something to the nursery; its answer."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        print(words, file=self.nursery.stdin, flush=True)
        return self.nursery.stdout.readline()

    def go(self) -> None:
        """Have a worker at work; it always takes the name of the one before it, and with it its jobs."""
        pid, name = self.ask("go").split()
        assert name == "worker-1"
        self.pid = int(pid)

    def kill(self) -> None:
        """SIGKILL: no clean-up, no goodbye."""
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> None:
        """Wait for the killed one's end."""
        assert self.ask(f"bury {self.pid}") == "buried\n"
        self.pid = 0

    def stop(self) -> None:
        """End whoever is left."""
        if self.pid:
            self.kill()
            self.bury()
        self.nursery.communicate(timeout=PATIENCE)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[tuple[Alongside, Inbox, Workers]]:
    """The product on SQLite as a web process has it, a mail server, and workers to kill."""
    with mail_server() as (inbox, port):
        environment = small.environment(f"sqlite:///{tmp_path / 'alongside.db'}", tmp_path, port)
        settings = from_environment(environment)
        migrate(settings)
        alongside = build(settings)
        workers = Workers(environment)
        try:
            yield alongside, inbox, workers
        finally:
            inbox.at = lambda _point: None
            workers.stop()
            alongside.close()


def test_a_killed_worker_loses_no_letter_and_sends_none_under_two_keys(product):
    alongside, inbox, workers = product
    small.publish(alongside)
    chance = random.Random(20)
    cases, killed_at = [], Counter()
    for number in range(KILLS):
        point = POINTS[number % len(POINTS)]
        struck = threading.Event()
        inbox.at = _knife(workers, point, struck)
        workers.go()
        cases.append(small.start(alongside))
        if point == "chance":
            time.sleep(chance.uniform(0, 0.4))
            workers.kill()
            struck.set()
        assert struck.wait(PATIENCE), f"kill {number}: the worker never reached {point!r}"
        workers.bury()
        killed_at[point] += 1
    inbox.at = lambda _point: None
    workers.go()
    _wait(lambda: all("job_finished" in small.kinds(alongside, case) for case in cases))

    assert sum(killed_at.values()) == KILLS
    told = Counter(identity for identity, _ in inbox.arrived)
    subjects = {subject for _, subject in inbox.arrived}
    assert subjects == {f"A letter about case {case}" for case in cases}
    assert len(told) == len(cases), "a letter was lost, or sent under two keys"
    for case in cases:
        kept = _documents(alongside, case)
        assert [document.sent_at is not None for document in kept] == [True]
        assert kept[0].reference == message_id(kept[0].stable_key, "alongside@example.org")
        assert told[kept[0].reference] >= 1
        assert sorted(small.kinds(alongside, case)) == ["case_started", "job_finished", "letter_made", "letter_sent"]
    with alongside.uow.read() as tx:
        assert not tx.incidents.listed()
        assert not tx.jobs.open()


def _knife(workers: Workers, point: str, struck: threading.Event) -> Callable[[str], None]:
    """Kill the worker when the mail server's dialogue reaches the point, once."""

    def at(reached: str) -> None:
        if reached == point and not struck.is_set():
            workers.kill()
            struck.set()

    return at


def _documents(alongside: Alongside, case_id: str):
    with alongside.uow.read() as tx:
        return tx.documents.of_case(case_id)


def _wait(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "the worker did not finish its jobs"
        time.sleep(0.1)
