"""A polite stop: no new connection, every request in hand answered, then the end, within a limit."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

LOG = logging.getLogger("alongside.web")

#: How long requests in hand may take once the process is told to stop, in seconds.
PATIENCE = 20.0
_LOOK = 0.25


def run_until_told(server: Any, told: threading.Event, patience: float = PATIENCE) -> bool:
    """Run a waitress server until `told` is set, then finish what is in hand; whether all of it was finished.

    waitress's own stop drops requests that wait for a thread, and answers that are still being sent.
    """
    keep_open(server)
    while not told.is_set():
        _loop(server)
    _close_door(server)
    until = time.monotonic() + patience
    while _busy(server) and time.monotonic() < until:
        _loop(server)
    finished = not _busy(server)
    server.task_dispatcher.shutdown(timeout=1.0 if finished else 0.0)
    server.asyncore.close_all(_connections(server), ignore_all=True)
    return finished


def keep_open(server: Any) -> None:
    """A lack of memory may end a connection, but never the door, nor the bell by which threads wake the server.

    waitress closes whatever it was reading when an exception came, and would serve nobody from then on.
    """
    for each in list(_connections(server).values()):
        each.handle_error = partial(_unless_memory, each.handle_error)


def _unless_memory(close: Callable[[], None]) -> None:
    if isinstance(sys.exc_info()[1], MemoryError):
        LOG.error("there was no memory for a connection")
        return
    close()


def _loop(server: Any) -> None:
    """One look at all connections."""
    server.asyncore.loop(timeout=_LOOK, map=_connections(server), use_poll=server.adj.asyncore_use_poll, count=1)


def _connections(server: Any) -> dict[int, Any]:
    """Everything that is open, by file number: one door, or several for a name with several addresses."""
    found: dict[int, Any] = getattr(server, "_map", None) or server.map
    return found


def _close_door(server: Any) -> None:
    """Whoever comes now is refused at once, and may ask another process."""
    for each in list(_connections(server).values()):
        if getattr(each, "accepting", False):
            each.accepting = False
            each.del_channel()
            each.socket.close()


def _busy(server: Any) -> bool:
    """Whether a request is in hand or an answer on its way; connections that are only kept open are closed."""
    channels = [each for each in list(_connections(server).values()) if hasattr(each, "requests")]
    for each in channels:
        if not each.requests and not each.request and not each.total_outbufs_len:
            each.will_close = True
    return any(not each.will_close for each in channels)
