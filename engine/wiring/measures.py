"""What a process tells of itself in Prometheus' text format, and whether it is ready: pages and workers alike."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.settings import Settings, is_this_machine
from engine.store.pulse import SILENT, Pulse, not_ready, pulse

#: Of the answer to `/metrics`: Prometheus' text format.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: How long an answer about readiness is given again without asking the database, in seconds.
FRESH = 1.0
_LONDON = ZoneInfo("Europe/London")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]

#: What the worker's sweeps did. They are counted for the process, whoever reads them.
SWEEP = Histogram("alongside_sweep_seconds", "How long a sweep of the timers took.", registry=None, buckets=_SECONDS)
TIMERS = Counter("alongside_timers", "Timers that were fired, by what became of them.", ["what"], registry=None)


class Measures:
    """The measures of one process over one database."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        """`now` is the product's time. Nothing is asked before somebody reads."""
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "alongside_request_seconds",
            "How long requests took, by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.completions = Counter("alongside_completions", "Tasks completed here.", registry=self.registry)
        self._settings = settings
        self._now = now
        self._known: tuple[float, tuple[str, ...]] | None = None
        self._lock = threading.Lock()
        self.registry.register(_Database(settings.database, now))
        ProcessCollector(registry=self.registry)

    def with_sweeps(self) -> Measures:
        """The same with what this process's sweeps did."""
        self.registry.register(SWEEP)
        self.registry.register(TIMERS)
        return self

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def not_ready(self) -> tuple[str, ...]:
        """Why no request should be sent here, a sentence each; asked again after a second."""
        with self._lock:
            at = time.monotonic()
            if self._known is None or at - self._known[0] > FRESH:
                self._known = (at, self._asked())
            return self._known[1]

    def _asked(self) -> tuple[str, ...]:
        """Ask the database; the demo's clock is kept there too."""
        try:
            today = self._now().astimezone(_LONDON).date()
        except Exception:  # whatever it is, the time cannot be had
            return (SILENT,)
        return not_ready(self._settings.database, today)


def may_read(settings: Settings, address: str, authorization: str) -> bool:
    """Whether somebody at this address ("" when it is not known), with this header, may read the measures."""
    if is_this_machine(address):
        return True
    wanted = f"Bearer {settings.metrics_token}".encode()
    return bool(settings.metrics_token) and hmac.compare_digest(authorization.encode(), wanted)


class _Database(Collector):
    """What is counted in the database when somebody reads; nothing but that it is silent, when it is."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self._url = url
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """See `prometheus_client.registry.Collector`."""
        try:
            found = pulse(self._url, self._now())
        except Exception:  # a reader of metrics must always be answered
            yield GaugeMetricFamily("alongside_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("alongside_database_up", "Whether the database answers.", 1)
        yield from _gauges(found)


def _gauges(found: Pulse) -> Iterator[Metric]:
    """The counts as Prometheus names them."""
    by_state = GaugeMetricFamily("alongside_jobs", "Jobs that are not done, by state.", labels=["state"])
    states = {"waiting": found.jobs_waiting, "retrying": found.jobs_retrying, "failed": found.jobs_failed}
    for state, count in states.items():
        by_state.add_metric([state], count)
    yield by_state
    for name, help_text, value in (
        ("oldest_open_job_seconds", "For how long the oldest open job has waited.", found.oldest_job_seconds),
        ("timers_overdue", "Timers that are due and have not fired.", found.timers_overdue),
        ("timers_held", "Timers that wait for an incident to be settled.", found.timers_held),
        ("timers_worst_lateness_seconds", "How late the latest of them is.", found.worst_lateness_seconds),
        ("incidents_open", "Incidents that nobody has settled.", found.incidents_open),
    ):
        yield GaugeMetricFamily(f"alongside_{name}", help_text, value)
