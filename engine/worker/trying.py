"""One try of a job: make, send, finish; what fails is tried again later, and at last becomes an incident."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from engine.model.errors import JobNotOpen
from engine.ports.crash_points import crash_point
from engine.wiring.errands import Made, in_words
from engine.wiring.patience import patiently
from handlers.job import JobRefused

LOG = logging.getLogger("alongside.worker")


class Doing(Protocol):
    """What a try does: `engine.wiring.errands.Errands`."""

    def make(self, job_id: str, now: datetime, run: int | None = None) -> Made | None: ...

    def send(self, made: Made, key: str, now: datetime) -> str: ...

    def finish(self, made: Made, now: datetime) -> None: ...

    def note(self, job_id: str, reason: str, now: datetime) -> bool: ...

    def fail(self, job_id: str, reason: str, now: datetime) -> None: ...


#: Runs an action once, and gives what it gave when the same try is run again after a crash.
Once = Callable[[str, Callable[[], str]], str]
#: Puts the next try in the queue: (mails sent so far).
Again = Callable[[list[str]], None]


def try_job(
    doing: Doing, job_id: str, run: int, sent: list[str], *, once: Once, again: Again, clock: Callable[[], datetime]
) -> str:
    """Try a job; says how it went: finished, closed (it was not open, or not in this run), again, or failed.

    `sent` are the keys of mails that an earlier try has sent; it grows. A store that is away is waited for: that is no
    failed try.
    """
    try:
        made = patiently(lambda: doing.make(job_id, clock(), run))
        if made is None:
            return "closed"
        for key in [key for key in made.mails if key not in sent]:
            _send(doing, made, key, once, clock)
            sent.append(key)
        patiently(lambda: doing.finish(made, clock()))
        crash_point("job.after_finish")
        return "finished"
    except JobNotOpen:
        return "closed"
    except JobRefused as refused:
        reason = str(refused)
        patiently(lambda: doing.fail(job_id, reason, clock()))
        return "failed"
    except Exception as error:
        LOG.warning("job %s failed: %s", job_id, type(error).__name__)
        return _later(doing, job_id, in_words(error), sent, once, again, clock)


def _send(doing: Doing, made: Made, key: str, once: Once, clock: Callable[[], datetime]) -> None:
    """Send one mail; a refusal or failure is remembered as such, so that it is not mistaken for a mail sent."""
    trouble: list[Exception] = []

    def action() -> str:
        try:
            crash_point("job.before_send")
            patiently(lambda: doing.send(made, key, clock()))
            crash_point("job.after_mark")
        except Exception as error:
            trouble.append(error)
            return in_words(error)
        return ""

    reason = once(f"send {key}", action)
    crash_point("job.after_note")
    if trouble:
        raise trouble[0]
    if reason:
        raise OSError(reason)


def _later(
    doing: Doing, job_id: str, reason: str, sent: list[str], once: Once, again: Again, clock: Callable[[], datetime]
) -> str:
    """Count the try; try again later if tries are left, else give up."""
    try:
        if once("note", lambda: "again" if patiently(lambda: doing.note(job_id, reason, clock())) else "") == "again":
            again(sent)
            return "again"
        patiently(lambda: doing.fail(job_id, reason, clock()))
    except JobNotOpen:
        return "closed"
    return "failed"
