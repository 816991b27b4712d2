"""Fire the timers that are due: each in its own transaction, exactly once, however many schedulers sweep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.commands.advance import Happening, advance, moment
from engine.commands.journalled import note
from engine.commands.notices import notice
from engine.commands.record_incident import raise_incident
from engine.commands.trouble import unreadable
from engine.model.case import Case, local_id
from engine.model.errors import AlongsideError, CaseMovedOn, StateUnreadable, StepFailed, StoreBusy
from engine.model.event import TimerFired
from engine.model.incident import Trouble
from engine.model.person import SYSTEM
from engine.model.timer import OVERDUE, PROCESS, Timer
from engine.ports import Machine, Transaction, UnitOfWork
from engine.ports.crash_points import crash_point

#: A timer that fires later than this after its time is counted as late.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Swept:
    """Counts of one sweep: steps taken, notices given, of both those that were late, and those that failed."""

    fired: int = 0
    notices: int = 0
    late: int = 0
    failed: int = 0


def fire_timers(uow: UnitOfWork, machine: Machine, *, now: datetime, limit: int = 200) -> Swept:
    """Fire at most `limit` timers due by `now`, soonest first.

    A timer of a case that another command holds is left for the next sweep, and so is one for which the store or the
    memory has no room. How late each was is journalled. A timer
    that fails is rolled back, held, and an incident; the others go on. After weeks down, every timer fires once, in
    order of its due time, at the time of the sweep.
    """
    with uow.read() as tx:
        due = tx.timers.due(now, limit)
    done = Counter(each for timer in due for each in _attempt(uow, machine, timer, now))
    return Swept(done["fired"], done["notices"], done["late"], done["failed"])


def _attempt(uow: UnitOfWork, machine: Machine, timer: Timer, now: datetime) -> tuple[str, ...]:
    """What became of one timer: nothing when somebody else has it."""
    try:
        with uow.write() as tx:
            case = tx.cases.try_lock(timer.case_id)
            taken = tx.timers.take(timer.id) if case is not None else None
            if case is None or taken is None or taken.due > now:
                return ()
            crash_point("timer.after_claim")
            done = _fire(uow, machine, tx, case, taken, now)
            crash_point("timer.before_commit")
        crash_point("timer.after_commit")
    except (StoreBusy, CaseMovedOn, MemoryError):
        return ()
    except Exception as error:  # any failure holds this timer only: the sweep goes on
        _hold(uow, timer, error, now)
        return ("failed",)
    return (done, "late") if now - taken.due > LATE else (done,)


def _fire(uow: UnitOfWork, machine: Machine, tx: Transaction, case: Case, timer: Timer, now: datetime) -> str:
    if timer.kind != PROCESS:
        _tell(tx, case, timer, now)
        return "notices"
    late = max(0, int((now - timer.due).total_seconds()))
    about = {"timer": timer.id, "name": timer.name, "element": timer.element_id, "process": timer.process_id}
    about |= {"where": timer.where, "due": moment(timer.due)}
    happening = Happening("timer_fired", SYSTEM, now, more={**about, "late_seconds": late})
    guidance = uow.library.open(tx, case.head.policy_digest)
    advance(tx, machine, guidance, case, TimerFired(local_id(timer.id)), happening)
    return "fired"


def _tell(tx: Transaction, case: Case, timer: Timer, now: datetime) -> None:
    """A notice about a task; that it became overdue is remembered."""
    task = tx.tasks.find(timer.task_id or "")
    if not task.is_open:
        return
    tx.jobs.add([notice(task, case.head, timer.kind, now)])
    if timer.kind == OVERDUE:
        about = {"task": task.id, "name": task.name, "due": moment(timer.due)}
        note(tx, case, "task_overdue", SYSTEM, now, about)


def _hold(uow: UnitOfWork, timer: Timer, error: Exception, now: datetime) -> None:
    """In a transaction of its own: keep the timer from firing until the incident is settled."""
    with uow.write() as tx:
        raise_incident(tx, _trouble(timer, error), now)
        tx.timers.hold(timer.id, True)


def _trouble(timer: Timer, error: Exception) -> Trouble:
    """What is told of it: a case whose state cannot be read has one incident for all its timers."""
    if isinstance(error, StateUnreadable):
        return unreadable(timer.case_id, error)
    element, reason = timer.element_id, f"Something that nobody foresaw: {type(error).__name__}"
    if isinstance(error, StepFailed):
        element, reason = error.element or element, error.reason
    elif isinstance(error, AlongsideError):
        reason = str(error)
    return Trouble(timer.case_id, element, "timer", reason, {"timer": timer.id})
