"""A polite stop answers what is in hand, refuses what is new, and does not wait for ever."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from waitress import create_server  # type: ignore[import-untyped]

from engine.web.stopping import run_until_told

PATIENCE = 60.0


class Slow:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        """Not yet."""
        self.let = threading.Event()

    def __call__(self, _environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """A long answer."""
        self.let.wait(PATIENCE)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done " * 100_000]


@dataclass
class Served:
    """A server with one thread, and the way to stop it."""

    server: Any
    told: threading.Event
    ended: Future[bool]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.effective_port)

    def in_hand(self) -> int:
        """Requests that it has read and not answered."""
        return sum(len(channel.requests) for channel in list(self.server.active_channels.values()))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for the server and its clients."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


def serve(slow: Slow, pool: ThreadPoolExecutor, patience: float = PATIENCE) -> Served:
    """A server that runs."""
    server, told = create_server(slow, host="127.0.0.1", port=0, threads=1), threading.Event()
    return Served(server, told, pool.submit(run_until_told, server, told, patience))


def fetch(port: int) -> int:
    """How many bytes are answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return len(connection.getresponse().read())
    finally:
        connection.close()


def refuses(port: int) -> bool:
    """Whether somebody new is refused."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


def wait(holds: Callable[[], bool]) -> None:
    """Until it holds."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.01)


def test_what_is_in_hand_and_what_waits_for_a_thread_is_answered_and_nobody_new(pool: ThreadPoolExecutor) -> None:
    slow = Slow()
    served = serve(slow, pool)
    port = served.port
    asked = [pool.submit(fetch, port) for _ in range(2)]
    wait(lambda: served.in_hand() == 2)
    served.told.set()
    wait(lambda: refuses(port))
    slow.let.set()
    assert [each.result(PATIENCE) for each in asked] == [500_000, 500_000]
    assert served.ended.result(PATIENCE) is True


def test_a_request_that_hangs_does_not_keep_the_process(pool: ThreadPoolExecutor) -> None:
    slow = Slow()
    served = serve(slow, pool, patience=0.3)
    asked = pool.submit(fetch, served.port)
    wait(lambda: served.in_hand() == 1)
    served.told.set()
    assert served.ended.result(PATIENCE) is False
    slow.let.set()
    wait(asked.done)


def test_a_connection_that_is_only_kept_open_does_not_keep_the_process(pool: ThreadPoolExecutor) -> None:
    slow = Slow()
    slow.let.set()
    served = serve(slow, pool)
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    connection.request("GET", "/")
    assert len(connection.getresponse().read()) == 500_000
    served.told.set()
    assert served.ended.result(PATIENCE) is True
    connection.close()


def test_a_lack_of_memory_closes_neither_the_door_nor_the_bell(pool: ThreadPoolExecutor) -> None:
    slow = Slow()
    slow.let.set()
    served = serve(slow, pool)
    wait(lambda: fetch(served.port) > 0)
    bell, wants = served.server.trigger, []

    def starved(original: Callable[..., Any]) -> Callable[..., Any]:
        def once(*given: Any) -> Any:
            if original not in wants:
                wants.append(original)
                raise MemoryError
            return original(*given)

        return once

    bell.recv, served.server.accept = starved(bell.recv), starved(served.server.accept)
    assert [fetch(served.port) > 0 for _ in range(3)] == [True] * 3
    assert len(wants) == 2
    served.told.set()
    assert served.ended.result(PATIENCE)
