"""Workers in processes of their own: imports everything once, then forks a worker at each word, and buries its dead.

Spoken over standard input and output: `go` is answered `<pid> <name>` once the worker takes jobs, `bury <pid>` is
answered `buried` once it is gone. At SIGUSR1 a worker vanishes as a machine does that loses its network: it stands
still, and nothing that is sent to it arrives any more, so that nobody who asks whether it is there is answered.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
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
    signal.signal(signal.SIGUSR1, vanish)
    alongside = build(from_environment())
    run_worker(alongside, threading.Event(), ready=lambda name: print(os.getpid(), name, flush=True))


#: Linux's number for a filter on what a socket receives, and the one-word program that lets nothing through.
_ATTACH_FILTER, _NOTHING = 26, struct.pack("HBBI", 6, 0, 0, 0)


def vanish(*_: object) -> None:
    """Be cut off from everybody, and stand still."""
    program = ctypes.create_string_buffer(_NOTHING)
    told = struct.pack("@HP", 1, ctypes.addressof(program))
    for name in os.listdir("/proc/self/fd"):
        try:
            copy = socket.socket(fileno=os.dup(int(name)))
        except OSError:
            continue  # a file, or the folder that is being read
        with copy:
            if copy.family == socket.AF_INET:
                copy.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, told)
    os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    main()
