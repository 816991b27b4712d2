"""The processes: they start, say so, and stop when asked, taking along what they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.settings import from_environment
from engine.wiring import build, migrate
from tests.worker import small

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A migrated database with the small policy in force, and a port."""
    given = {
        **small.environment(f"sqlite:///{tmp_path / 'alongside.db'}", tmp_path, 1),
        "ALONGSIDE_PORT": str(small.free_port()),
    }
    settings = from_environment(given)
    migrate(settings)
    product = build(settings, queued=False)
    small.publish(product)
    product.close()
    return given


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command at work; killed if it does not end by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], words: str) -> str:
    """The first line that holds the words."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"it ended without saying {words!r}")


def test_a_worker_stops_when_asked(environment):
    with running(environment, "worker") as worker:
        assert said(worker, "ready") == "Worker worker-1 is ready\n"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0


def test_pages_and_worker_start_and_stop_together_and_a_worker_that_dies_is_replaced(environment, tmp_path):
    url = environment.pop("ALONGSIDE_DATABASE")
    with running(environment, "serve", "--with-worker", "--database", url) as serve:
        said(serve, "answers on")
        said(serve, "worker-1")
        worker, command = _worker_of(serve)
        assert url not in command
        os.kill(worker, signal.SIGKILL)
        said(serve, "worker-1")
        address = f"http://127.0.0.1:{environment['ALONGSIDE_PORT']}/health"
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            assert answer.status == 200
        serve.send_signal(signal.SIGTERM)
        serve.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        lock = Path(environment["ALONGSIDE_VAR"]) / "worker-1.lock"
        while _is_held(lock):
            assert time.monotonic() < until, "the worker outlived the pages"
            time.sleep(0.1)


def _worker_of(serve: subprocess.Popen[str]) -> tuple[int, str]:
    """The process that these pages started: its id and its command line, as Linux tells them."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == serve.pid and "worker" in command:
            return int(folder.name), command
    raise AssertionError("there is no worker")


def _is_held(lock: Path) -> bool:
    """Whether a process holds the worker's name."""
    import fcntl

    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_port_that_is_taken_is_said_in_a_sentence(environment):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["ALONGSIDE_PORT"])))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", "serve"],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
