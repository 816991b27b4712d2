"""Several web and worker processes on PostgreSQL: what one was doing when it died or vanished is done by another.

The test that kills one of two web and one of two worker processes completes 500 tasks; ALONGSIDE_TEST_TASKS says
otherwise.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.hostile.mail import GREETING, Inbox, mail_server
from engine.hostile.postgresql import PostgreSQL
from engine.worker.slots import slots_for
from tests.worker.conftest import fresh_postgresql
from tests.worker.fleet import PATIENCE, Fleet, People, fleet
from tests.worker.nursery import Workers

TASKS = int(os.environ.get("ALONGSIDE_TEST_TASKS", "500"))
#: By when a survivor must have taken on what a dead worker had in hand, in seconds.
ADOPTED = 30.0

pytestmark = pytest.mark.slow


@pytest.fixture
def database(postgresql_url: str, migrated_postgresql: str) -> Iterator[str]:
    """A fresh, migrated database."""
    with fresh_postgresql(postgresql_url, migrated_postgresql) as url:
        yield url


class Gate:
    """Lets every mail through until it is shut; then the letters that are in hand stay there."""

    def __init__(self, inbox: Inbox) -> None:
        """Open."""
        self._open = threading.Event()
        self._open.set()
        inbox.script = self._wait

    def _wait(self, point: str, _what: str) -> str:
        if point == GREETING:
            self._open.wait(PATIENCE)
        return ""

    @contextmanager
    def shut(self) -> Iterator[None]:
        """No mail for as long as the block runs."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


def test_nothing_is_lost_or_doubled_when_a_web_and_a_worker_are_killed(database: str, tmp_path: Path) -> None:
    with mail_server() as (inbox, port), fleet(database, tmp_path, port) as running, ThreadPoolExecutor(1) as watch:
        gate = Gate(inbox)
        work = running.begin(TASKS)
        running.start(webs=2, workers=2)
        people = People(list(running.webs), 4)
        with people.completing([task for _, task in work]) as wait:
            running.wait(lambda: len(people.acknowledged) >= TASKS // 4, "a quarter is acknowledged")
            running.kill_web(next(iter(running.webs)))
            with gate.shut():
                running.wait(lambda: running.in_hand("worker-1") > 0, "a worker has jobs in hand")
                running.kill_worker("worker-1")
                left = running.in_hand("worker-1")
            adopted = watch.submit(seconds_until, running, lambda: running.in_hand("worker-1") == 0)
            wait()
        running.wait(lambda: running.letters() == TASKS, "every letter is sent")
        took = adopted.result()
        print(f"{left} jobs adopted {took:.1f} s after the kill; {people.tries_again} requests sent again")
        assert took < ADOPTED
        assert people.trouble == []
        assert left > 0
        assert people.tries_again > 0
        check(running, inbox, people, work)


def seconds_until(running: Fleet, holds: Callable[[], bool]) -> float:
    """How long it takes until it holds."""
    began = time.monotonic()
    running.wait(holds, "a survivor has adopted the jobs")
    return time.monotonic() - began


def check(running: Fleet, inbox: Inbox, people: People, work: list[tuple[str, str]]) -> None:
    """Every task that was acknowledged is in the record once, and its letter was sent under one key."""
    assert len(people.acknowledged) == TASKS
    letters = [mail for mail in inbox.taken() if mail.subject.startswith("A letter")]
    keys = {(mail.subject, mail.message_id) for mail in letters}
    assert {subject for subject, _ in keys} == {f"A letter about case {case}" for case, _ in work}, "a letter was lost"
    assert len(keys) == TASKS, "a letter was sent under two keys"
    with running.alongside.uow.read() as tx:
        for case, task in work:
            kinds = Counter(entry.kind for entry in tx.journal.entries(case))
            assert kinds["task_completed"] == kinds["letter_made"] == kinds["letter_sent"] == 1, kinds
            assert tx.tasks.find(task).closed == "completed"
            assert tx.cases.find(case).head.status == "ended"
            assert [document.sent_at is not None for document in tx.documents.of_case(case)] == [True]
        assert not tx.incidents.listed()
        assert not tx.jobs.open()


def test_the_jobs_of_a_machine_that_vanished_without_a_word_are_taken_on(tmp_path: Path) -> None:
    with server_on_a_port() as database, mail_server() as (inbox, port), fleet(database, tmp_path, port) as running:
        gate = Gate(inbox)
        workers = Workers(running.environment)
        try:
            with gate.shut():
                pids = [int(workers.ask("go").split()[0])]
                running.begin(1)  # the notice of its task is the job
                running.wait(lambda: running.in_hand("worker-1") == 1, "the first worker has the job in hand")
                pids.append(int(workers.ask("go").split()[0]))
                os.kill(pids[0], signal.SIGUSR1)
                running.wait(lambda: stands_still(pids[0]), "the first worker stands still")
                vanished = time.monotonic()
                assert slots_for(running.settings).take(1) is None, "its connections must look alive"
            running.wait(lambda: running.finished() == 1, "the job is done")
            took = time.monotonic() - vanished
            print(f"done {took:.1f} s after the machine had vanished")
            assert took < ADOPTED
            assert len({mail.message_id for mail in inbox.taken()}) == 1
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                assert workers.ask(f"bury {pid}") == "buried\n"
            workers.stop()


@contextmanager
def server_on_a_port() -> Iterator[str]:
    """The URL of a PostgreSQL server that is reached by TCP, as one on another machine is; the address is its own."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-pg-"))
    address = "127." + ".".join(str(random.SystemRandom().randint(2, 250)) for _ in range(3))
    server = PostgreSQL(folder, durable=False)
    server.start(listen_addresses=address)
    try:
        yield f"postgresql+psycopg://postgres@{address}/postgres"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def stands_still(pid: int) -> bool:
    """Whether the process is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")
