"""Workers in processes of their own: imports everything once, then forks a worker at each word, and buries its dead.

Spoken over standard input and output: `go` is answered `<pid> <name>` once the worker takes jobs, `bury <pid>` is
answered `buried` once it is gone.
"""

from __future__ import annotations

import os
import sys
import threading

import dbos  # noqa: F401 - imported before the fork, for a test kills twenty workers

from engine.settings import from_environment
from engine.wiring import build
from engine.worker import run_worker


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        word, _, pid = line.strip().partition(" ")
        if word == "bury":
            os.waitpid(int(pid), 0)
            print("buried", flush=True)
        elif os.fork() == 0:
            work()
            return


def work() -> None:
    """Be a worker: nothing was opened before the fork."""
    alongside = build(from_environment())
    run_worker(alongside, threading.Event(), ready=lambda name: print(os.getpid(), name, flush=True))


if __name__ == "__main__":
    main()
