"""The worker: does the jobs that steps ask for, fires timers when they are due, and looks after what others leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.wiring import Alongside, anchor_when_due, remind_of_review
from engine.worker.jobs import JobWorker
from engine.worker.slots import Slot, Slots, first_free, slots_for
from engine.worker.sweep import sweep
from engine.worker.tidying import tidy
from engine.worker.trying import LOG

__all__ = ["SlotLost", "run_worker"]

#: Seconds between two looks for the jobs of dead workers and for lost ones: with the ten seconds after which the lock
#: of a vanished machine falls, survivors have its jobs within sixteen.
CARE = 5.0
#: Seconds between two looks at what is done by the day, and at what may be forgotten.
NOW_AND_THEN, TIDY = 10.0, 60.0


class SlotLost(Exception):
    """The lock on the worker's name is gone and another has it, so this one stops."""


@dataclass
class _Round:
    """Something done again and again, every so many seconds; at once again where `action` found a lot to do."""

    what: str
    every: float
    action: Callable[[], int]
    at_once: bool = False
    due: float = 0.0


def run_worker(alongside: Alongside, stop: threading.Event, ready: Callable[[str], None] = lambda _: None) -> None:
    """Work until `stop` is set. `ready` is told the worker's name once it takes jobs. Raises SlotLost, NoSlotFree."""
    slots = slots_for(alongside.settings)
    slot = first_free(slots)
    jobs = JobWorker(alongside, slot)
    rounds = _rounds(alongside, jobs, slot, slots)
    try:
        jobs.start()
        ready(slot.name)
        while not stop.is_set():
            for each in rounds:
                _go(each, stop)
            stop.wait(max(0.0, min(each.due for each in rounds) - time.monotonic()))
    finally:
        jobs.stop()
        slot.release()


def _rounds(alongside: Alongside, jobs: JobWorker, slot: Slot, slots: Slots) -> Sequence[_Round]:
    """What a worker does beside its jobs, in this order."""
    return (
        _Round("timers", alongside.settings.sweep_seconds, lambda: sweep(alongside, rounds=1), at_once=True),
        _Round("the name", CARE, lambda: _hold(slot)),
        _Round("adoption", CARE, lambda: jobs.adopt(slots)),
        _Round("taking up", NOW_AND_THEN, jobs.take_up),
        _Round("lost jobs", CARE, jobs.find_lost),
        _Round("review reminders", NOW_AND_THEN, lambda: remind_of_review(alongside)),
        _Round("anchors", NOW_AND_THEN, lambda: anchor_when_due(alongside)),
        _Round("tidying", TIDY, lambda: tidy(alongside)),
    )


def _go(each: _Round, stop: threading.Event) -> None:
    """Do a round if it is time; a failure is logged and the next round comes all the same."""
    if time.monotonic() < each.due or stop.is_set():
        return
    done = 0
    try:
        done = each.action()
    except SlotLost:
        raise
    except Exception:
        LOG.exception("a round of %s failed", each.what)
    each.due = time.monotonic() + (0.0 if each.at_once and done else each.every)


def _hold(slot: Slot) -> int:
    """Make sure that the name is still ours. Raises SlotLost."""
    if not slot.is_held():
        raise SlotLost(f"The lock of {slot.name} is gone, and another worker has it.")
    return 0
