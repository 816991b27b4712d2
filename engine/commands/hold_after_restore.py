"""Hold what may have happened already: after a restore nothing leaves the building again before somebody has looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.commands.record_incident import raise_incident
from engine.model.incident import LOOK_FIRST, Trouble
from engine.model.job import FAILED, Job
from engine.model.timer import PROCESS, Timer
from engine.ports import Transaction

#: What the incident of a held job says.
MAY_HAVE_LEFT = (
    "“{name}” had not been done when the backup of {made_at} was made. It may have been since, before the restore: "
    "its letter or notice may already have been sent. " + LOOK_FIRST + " or settle it as sent."
)
MAY_HAVE_FIRED = (
    "“{name}” was due on {due}, between the backup and the restore. It may have happened already, with the letters "
    "that follow from it. " + LOOK_FIRST + ": it happens then, and so do they."
)


@dataclass(frozen=True)
class Held:
    """How many jobs and timers were held."""

    jobs: int = 0
    timers: int = 0


def hold_after_restore(tx: Transaction, *, made_at: datetime, now: datetime) -> Held:
    """In the restore's own transaction: every job that was not done fails into an incident that somebody must settle.

    So does every timer of the process that was due since the backup: it would make letters by itself. Each is in its
    case's journal. Reminders about tasks are left: they go to colleagues only, and twice is better than never.
    """
    jobs, timers = list(_undone(tx)), [timer for timer in _due(tx, now) if timer.due > made_at]
    for job in jobs:
        _hold_job(tx, job, made_at, now)
    for timer in timers:
        _hold_timer(tx, timer, now)
    return Held(len(jobs), len(timers))


def _undone(tx: Transaction) -> Iterable[Job]:
    """Open jobs, and those that wait for an incident already."""
    yield from tx.jobs.open()
    for case_id in {incident.case_id for incident in tx.incidents.listed(status="open") if "job" in incident.what}:
        yield from (job for job in tx.jobs.of_case(case_id) if job.status == FAILED)


def _hold_job(tx: Transaction, job: Job, made_at: datetime, now: datetime) -> None:
    reason = MAY_HAVE_LEFT.format(name=job.name or job.type, made_at=_told(made_at))
    before = f" Before that: {job.last_error}" if job.last_error else ""
    tx.jobs.save(replace(job, status=FAILED, last_error=reason + before, closed_at=job.closed_at or now))
    raise_incident(tx, Trouble(job.case_id, job.element_id, "job", reason + before, {"job": job.id}), now)


def _due(tx: Transaction, now: datetime) -> Iterable[Timer]:
    """Timers of the process that would fire at once."""
    return [timer for timer in tx.timers.due(now, 1_000_000) if timer.kind == PROCESS]


def _hold_timer(tx: Transaction, timer: Timer, now: datetime) -> None:
    tx.timers.hold(timer.id, True)
    reason = MAY_HAVE_FIRED.format(name=timer.name or timer.element_id, due=_told(timer.due))
    raise_incident(tx, Trouble(timer.case_id, timer.element_id, "timer", reason, {"timer": timer.id}), now)


def _told(moment: datetime) -> str:
    return f"{moment:%d %B %Y, %H:%M} UTC"
