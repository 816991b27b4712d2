"""The product's own processes, as an attacker meets them: started, watched, stopped and killed."""

from __future__ import annotations

import atexit
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from engine.hostile.nursery import Forked, Nursery

#: How long anything may take to come about on a busy machine, in seconds.
PATIENCE = 240.0


class DidNotComeAbout(Exception):
    """What was waited for; the text says what, and what the processes last said."""


def launch(verb: str, environment: Mapping[str, str], log: Path) -> Forked:
    """`alongside VERB` in a process of its own; all it prints is added to the log."""
    return _nursery().launch(verb, environment, log)


@lru_cache(maxsize=1)
def _nursery() -> Nursery:
    """This process's own, gone with it."""
    made = Nursery()
    atexit.register(made.close)
    return made


def stop(*running: Forked, patience: float = PATIENCE) -> None:
    """Ask them to end, and wait; kill those that do not."""
    for process in running:
        process.terminate()
    for process in running:
        _end(process, patience)


def _end(process: Forked, patience: float) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: Forked) -> None:
    """SIGKILL: no clean-up, no goodbye."""
    if process.poll() is None:
        process.kill()
    process.wait(PATIENCE)


def wait(holds: Callable[[], object], what: str, *, patience: float = PATIENCE, every: float = 0.05) -> None:
    """Until it holds. Raises DidNotComeAbout."""
    until = time.monotonic() + patience
    while not holds():
        if time.monotonic() > until:
            raise DidNotComeAbout(f"In {patience:.0f} s this did not come about: {what}.")
        time.sleep(every)


def answers(port: int) -> bool:
    """Whether a server on the port answers HTTP at all."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mb(process: Forked, what: str = "VmRSS") -> float:
    """The process's resident memory in MB: now, or at its highest with `VmHWM`."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def reset_peak(process: Forked) -> None:
    """Begin anew to note the process's highest resident memory."""
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def processor_seconds(process: Forked) -> float:
    """The processor time that the process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
