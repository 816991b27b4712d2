"""The worker: does the jobs that steps ask for, and fires timers when they are due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from engine.wiring import Alongside, anchor_when_due, remind_of_review
from engine.worker.jobs import JobWorker
from engine.worker.slots import first_free, slots_for
from engine.worker.sweep import sweep
from engine.worker.trying import LOG

__all__ = ["SlotLost", "run_worker"]

#: Seconds between two looks for the jobs of dead workers and for lost ones.
CARE = 10.0


class SlotLost(Exception):
    """The lock on the worker's name is gone: another may take the name, so this one stops."""


def run_worker(alongside: Alongside, stop: threading.Event, ready: Callable[[str], None] = lambda _: None) -> None:
    """Work until `stop` is set. `ready` is told the worker's name once it takes jobs. Raises SlotLost, NoSlotFree."""
    slots = slots_for(alongside.settings)
    slot = first_free(slots)
    jobs = JobWorker(alongside, slot)
    try:
        jobs.start()
        ready(slot.name)
        cared = 0.0
        while not stop.is_set():
            _safely("timers", lambda: sweep(alongside))
            if time.monotonic() - cared > CARE:
                cared = time.monotonic()
                if not slot.is_held():
                    raise SlotLost(f"The lock of {slot.name} is gone.")
                _safely("adoption", lambda: jobs.adopt(slots))
                _safely("taking up", jobs.take_up)
                _safely("lost jobs", jobs.find_lost)
                _safely("review reminders", lambda: remind_of_review(alongside))
                _safely("anchors", lambda: anchor_when_due(alongside))
            stop.wait(alongside.settings.sweep_seconds)
    finally:
        jobs.stop()
        slot.release()


def _safely(what: str, action: Callable[[], int]) -> None:
    """Do a round of something; a failure is logged and the next round comes all the same."""
    try:
        action()
    except Exception:
        LOG.exception("a round of %s failed", what)
