"""A worker beside the pages: a process of its own, started again whenever it ends, and stopped with them."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.settings import Settings, environment_of

LOG = logging.getLogger("alongside.serve")
#: Seconds before the next one is started: the first pause, the longest; and how long one lives to begin anew with it.
FIRST, MOST, STEADY = 1.0, 30.0, 60.0
#: How long a worker may take to finish its jobs once it is told to stop, in seconds.
PATIENCE = 60.0

Start = Callable[[], "subprocess.Popen[bytes]"]


def worker_like(settings: Settings) -> Start:
    """What starts a worker on the same database as these pages, whatever their command line said."""
    return lambda: subprocess.Popen([sys.executable, "-m", "engine.cli", "worker"], env=environment_of(settings))


@contextmanager
def kept_beside(start: Start, told: threading.Event, first: float = FIRST) -> Iterator[None]:
    """Keep one process running until `told` is set or the block ends; then stop it, and start no more."""
    keeper = _Keeper(start, told, first)
    thread = threading.Thread(target=keeper.keep, daemon=True, name="worker-keeper")
    thread.start()
    try:
        yield
    finally:
        keeper.stop()
        thread.join(PATIENCE)
        if thread.is_alive():
            LOG.warning("the worker did not finish its jobs in %.0f s and is killed; others do them", PATIENCE)
            keeper.kill()


def next_pause(pause: float, lived: float, first: float = FIRST) -> float:
    """The pause after one process ended that lived so long, given the pause before it; 0 for the first process."""
    return first if lived >= STEADY or not pause else min(pause * 2, MOST)


class _Keeper:
    """One process at a time."""

    def __init__(self, start: Start, told: threading.Event, first: float) -> None:
        self._start, self._told, self._first = start, told, first
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start one, wait for its end, pause; until told to stop."""
        pause = 0.0
        while not self._told.is_set():
            began = time.monotonic()
            why = self._one()
            if self._told.is_set():
                return
            lived = time.monotonic() - began
            pause = next_pause(pause, lived, self._first)
            LOG.warning("the worker %s after %.0f s; another is started in %.0f s", why, lived, pause)
            self._told.wait(pause)

    def stop(self) -> None:
        """Tell the one that runs, and start no more."""
        with self._lock:
            self._told.set()
            if self._process is not None:
                self._process.terminate()

    def kill(self) -> None:
        """End the one that runs at once."""
        if self._process is not None:
            self._process.kill()

    def _one(self) -> str:
        """How it ended, or why it could not be started."""
        try:
            with self._lock:
                if self._told.is_set():
                    return "was not started"
                self._process = process = self._start()
            return _ended(process.wait())
        except OSError as error:
            return f"could not be started ({error.strerror})"


def _ended(code: int) -> str:
    """In words."""
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
