"""Running the product: pages, worker, migrations."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from engine.cli.logs import log_to_stderr
from engine.cli.report import CannotDo
from engine.settings import Settings


def serve(settings: Settings, options: argparse.Namespace) -> None:
    """Serve the pages until told to stop; with `--with-worker`, beside a worker of its own."""
    from engine.web import create_app
    from engine.wiring import build

    log_to_stderr(settings)
    check_fit(settings)
    alongside = build(settings)
    app = create_app(alongside)
    if alongside.queue is not None:
        threading.Thread(target=alongside.queue.client, daemon=True, name="queue-client").start()
    signal.signal(signal.SIGTERM, _as_interrupt)
    server = _listening(app, settings)
    with _worker_beside() if options.with_worker else _nothing():
        print(f"Alongside answers on {settings.base_url}", flush=True)
        server.run()
    alongside.close()


#: What is buffered of a request at most: more than the pages accept, so that their own sentence refuses it.
_MOST_BYTES = 16 * 1024 * 1024


def _listening(app: Any, settings: Settings) -> Any:
    """A server on the port of the settings."""
    from waitress import create_server  # type: ignore[import-untyped]

    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            max_request_body_size=_MOST_BYTES,
        )
    except OSError as error:
        raise CannotDo(f"Port {settings.port} cannot be used ({error.strerror}): choose another, --port.") from error


def worker(settings: Settings, _options: argparse.Namespace) -> None:
    """Do jobs and fire timers until told to stop; jobs in hand are finished first."""
    from engine.wiring import build
    from engine.worker import run_worker

    log_to_stderr(settings)
    check_fit(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setting(stop))
    alongside = build(settings)
    try:
        run_worker(alongside, stop, ready=lambda name: print(f"Worker {name} is ready", flush=True))
    finally:
        alongside.close()


def migrate(settings: Settings, _options: argparse.Namespace) -> None:
    """Bring the database up to date."""
    from engine.wiring import migrate as bring_up_to_date

    bring_up_to_date(settings)
    print("The database is up to date.")


def check_fit(settings: Settings) -> None:
    """Refuse to run where an acknowledged word could be lost. What a test lets pass is said all the same.

    Raises NotFit.
    """
    from engine.wiring.checkup import must_be_fit

    for passed in must_be_fit(settings):
        print(f"Let pass, for this is a test (ALONGSIDE_TESTING): {passed.sentence}", file=sys.stderr)


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker in a process of its own, stopped at the end."""
    process = subprocess.Popen([sys.executable, "-m", "engine.cli", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _nothing() -> Iterator[None]:
    """Nothing beside it."""
    yield


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    """A polite stop is a Ctrl-C."""
    raise KeyboardInterrupt


def _setting(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    """A signal that sets the event."""
    return lambda _number, _frame: stop.set()
