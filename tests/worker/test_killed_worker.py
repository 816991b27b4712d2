"""A worker is killed twenty times between the commit and the note that a letter left: none is lost, none is doubled."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.settings import from_environment
from engine.wiring import Alongside, build, migrate
from handlers.channels.email import message_id
from tests.worker import small
from tests.worker.mail_server import ARRIVED, HELLO, LEFT, Inbox, mail_server
from tests.worker.nursery import PATIENCE, Workers

KILLS = 20
#: Where the knife falls, in turn: before the mail is sent, after it is sent and before that is known, after it is known
#: and before that is noted, and at a moment of chance after the commit.
POINTS = (HELLO, ARRIVED, LEFT, "chance")

pytestmark = pytest.mark.slow


@pytest.fixture
def killable(database_url: str, tmp_path: Path) -> Iterator[tuple[Alongside, Inbox, Workers]]:
    """The product on each database as a web process has it, a mail server, and workers to kill."""
    with mail_server() as (inbox, port):
        environment = small.environment(database_url, tmp_path, port)
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


def test_a_killed_worker_loses_no_letter_and_sends_none_under_two_keys(killable):
    alongside, inbox, workers = killable
    small.publish(alongside)
    chance = random.Random(20)
    cases, killed_at = [], Counter()
    for number in range(KILLS):
        point = POINTS[number % len(POINTS)]
        struck = threading.Event()
        inbox.at = _knife(workers, point, struck)
        assert workers.go() == "worker-1"  # the name of the one before it, and with it its jobs
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
