"""Processes of the product that start at once: one process imports everything, and forks a new one at each word.

A hundred processes are killed and started again in some trials, and Python needs seconds to import what they run. What
a forked process runs is `alongside serve` or `alongside worker`, from its arguments on. Nothing is opened before it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import engine

_HOME = Path(engine.__file__).parents[1]
#: What `serve` and `worker` import on their way.
_IMPORTED = (
    "dbos",
    "waitress",
    "engine.cli.main",
    "engine.cli.service",
    "engine.web",
    "engine.worker",
    "engine.wiring",
)
_LOOK = 0.01


class NurseryGone(Exception):
    """The process that forks the others has ended."""


class Nursery:
    """Starts processes; stopped at the end, and everything it started with it."""

    def __init__(self) -> None:
        """Import everything, which takes seconds, once."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.hostile.nursery"],
            cwd=_HOME,
            env={**own, "PYTHONPATH": str(_HOME), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()

    def launch(self, verb: str, environment: Mapping[str, str], log: Path) -> Forked:
        """`alongside VERB` in a process of its own; all it prints is added to the log."""
        return Forked(self, self.ask(verb=verb, environment=dict(environment), log=str(log)), verb)

    def ask(self, **words: object) -> int:
        """Say something to it; its answer. Raises NurseryGone."""
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise NurseryGone("It has no pipes.")
        with self._lock:
            try:
                print(json.dumps(words), file=pipe_in, flush=True)
                answer = pipe_out.readline()
            except (OSError, ValueError) as problem:
                raise NurseryGone(str(problem)) from problem
        if not answer:
            raise NurseryGone(f"It ended with {self._process.poll()}.")
        return int(answer)

    def close(self) -> None:
        """End it, and all that it started and that still run."""
        self._process.communicate()


class Forked:
    """One process of a nursery; looks like `subprocess.Popen` as far as an arena looks."""

    def __init__(self, nursery: Nursery, pid: int, verb: str) -> None:
        """It has just been forked."""
        self._nursery = nursery
        self.pid = pid
        self.args = ("alongside", verb)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        if self.returncode is None:
            said = self._nursery.ask(poll=self.pid)
            self.returncode = None if said == _RUNS else said
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended. Raises subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and timeout is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(self.args, timeout)
            time.sleep(_LOOK)
        return code

    def send_signal(self, number: int) -> None:
        """A signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


#: Answers for a process that has not ended; no exit code or signal is this.
_RUNS = 1_000_000


def main() -> None:
    """Answer one line at a time until standard input ends, then end whoever is left."""
    for name in _IMPORTED:
        import_module(name)
    running: set[int] = set()
    for line in sys.stdin:
        words = json.loads(line)
        if "poll" in words:
            print(_polled(words["poll"], running), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _become(words)
        running.add(pid)
        print(pid, flush=True)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _polled(pid: int, running: set[int]) -> int:
    """How the process ended: its exit code, or its signal negative."""
    found, status = os.waitpid(pid, os.WNOHANG)
    if found == 0:
        return _RUNS
    running.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _become(words: Mapping[str, Any]) -> None:
    """Be the process that was asked for; never comes back."""
    code = 1
    try:
        log = os.open(words["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate((nothing, log, log)):
            os.dup2(source, target)
        os.environ.update(words["environment"])
        time.tzset()
        random.seed()
        code = import_module("engine.cli.main").main([words["verb"]])
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
