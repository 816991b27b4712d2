"""Named places at which a process can be made to die, so that a test can prove what a crash just there leaves behind.

Nothing happens at a point, for the price of one look into an empty dict, until `arm` is told to; only the settings do
that, and only those of a test (`ALONGSIDE_TESTING=1`). docs/crash-points.md says what must hold after each.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping

from engine.settings import SettingsRefused

#: Every point there is: its name and where it stands.
POINTS: Mapping[str, str] = {
    "complete_task.after_lock": "the case is locked, nothing has been done",
    "advance.after_step": "the machine has taken a step, in memory only",
    "advance.after_journal": "the journal has the step, uncommitted",
    "advance.after_save": "the case's new state is saved, uncommitted",
    "advance.after_enqueue": "tasks, timers and jobs are written and the jobs enqueued, uncommitted",
    "complete_task.before_commit": "the answer to the request is kept too, and nothing is committed yet",
    "complete_task.after_commit": "everything is committed, and the person has not been told",
    "job.before_send": "a worker has made a letter, and no mail server knows of it",
    "job.after_send": "the mail server has said 250, and nothing of that is kept",
    "job.after_mark": "the letter is marked as sent, and the queue does not know that this part is done",
    "job.after_note": "the queue knows that the mail has left, and the case has not been told",
    "job.after_finish": "the case has been told, and the queue does not know that the job is done",
    "timer.after_claim": "a timer is taken from the list, and its step not begun",
    "timer.before_commit": "a timer's step is written, uncommitted",
    "timer.after_commit": "a timer's step is committed, and the sweep goes on to the next",
    "upload.before_commit": "uploaded files are in the draft, uncommitted",
    "upload.after_commit": "uploaded files are in the draft, and the owner has not been told",
    "submit.before_commit": "a version and its files are written, uncommitted",
    "submit.after_commit": "a version waits for approval, and its author has not been told",
    "approve.before_commit": "a version is marked as published, uncommitted",
    "approve.after_commit": "a version is published, and the approver has not been told",
}

_armed: dict[str, int] = {}
_counting = threading.Lock()


class PointUnknown(SettingsRefused):
    """A process was told to die at a point that does not exist."""


def crash_point(name: str) -> None:
    """Die here by SIGKILL, without clean-up or goodbye, if this is the passing that was asked for."""
    if name in _armed:
        _pass(name)


def arm(where: str) -> None:
    """Die at `point`, or at `point:3` when it is passed for the third time; "" disarms. Raises PointUnknown."""
    name, _, passing = where.partition(":")
    if where and (name not in POINTS or not (passing or "1").isdecimal() or passing == "0"):
        raise PointUnknown(f"There is no crash point {where!r}: docs/crash-points.md names those there are.")
    _armed.clear()
    if where:
        _armed[name] = int(passing or "1")


def _pass(name: str) -> None:
    """Count a passing down; the last one ends the process."""
    with _counting:
        _armed[name] -= 1
        if _armed[name] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
