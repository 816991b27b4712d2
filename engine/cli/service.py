"""Running the product: pages, worker, migrations."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import nullcontext
from types import FrameType
from typing import Any

from engine.cli.beside import kept_beside, worker_like
from engine.cli.logs import log_to_stderr
from engine.cli.report import CannotDo
from engine.settings import Settings


def serve(settings: Settings, options: argparse.Namespace) -> None:
    """Serve the pages until told to stop; with `--with-worker`, beside a worker that is kept running."""
    log_to_stderr(settings)
    check_fit(settings)
    from engine.web import create_app
    from engine.web.stopping import run_until_told
    from engine.wiring import build

    told = _told()
    alongside = build(settings)
    app = create_app(alongside)
    if alongside.queue is not None:
        threading.Thread(target=alongside.queue.client, daemon=True, name="queue-client").start()
    server = _listening(app, settings)
    with kept_beside(worker_like(settings), told) if options.with_worker else nullcontext():
        print(f"Alongside answers on {settings.base_url}", flush=True)
        run_until_told(server, told)
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
            **_proxied(settings),
        )
    except OSError as error:
        raise CannotDo(f"Port {settings.port} cannot be used ({error.strerror}): choose another, --port.") from error


def _proxied(settings: Settings) -> dict[str, Any]:
    """The one proxy that is believed, and what it is believed: who asks, and whether by HTTPS. No other is heard."""
    if not settings.proxy:
        return {}
    return {
        "trusted_proxy": settings.proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def worker(settings: Settings, _options: argparse.Namespace) -> None:
    """Do jobs and fire timers until told to stop; jobs in hand are finished first."""
    from engine.wiring import build
    from engine.wiring.measures import Measures
    from engine.worker import run_worker
    from engine.worker.vitals import telling

    log_to_stderr(settings)
    check_fit(settings)
    stop = _told()
    alongside = build(settings)
    try:
        with telling(settings, Measures(settings, alongside.now).with_sweeps()):
            run_worker(alongside, stop, ready=lambda name: print(f"Worker {name} is ready", flush=True))
    finally:
        alongside.close()
    _end_now_if_a_job_hangs()


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

    for each in must_be_fit(settings):
        why = "Let pass, for this is a test (ALONGSIDE_TESTING)" if each.is_fatal else "Warning"
        print(f"{why}: {each}", file=sys.stderr)


def _told() -> threading.Event:
    """An event that a polite stop (SIGTERM, or Ctrl-C) sets; a second Ctrl-C ends the process at once."""
    told = threading.Event()

    def set_or_end(number: int, _frame: FrameType | None) -> None:
        if told.is_set() and number == signal.SIGINT:
            os._exit(128 + number)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, set_or_end)
    return told


def _end_now_if_a_job_hangs() -> None:
    """The worker's time to finish is over: Python would wait for a handler that hangs, others will do its job."""
    if any(thread is not threading.main_thread() and not thread.daemon for thread in threading.enumerate()):
        sys.stdout.flush()
        os._exit(0)
