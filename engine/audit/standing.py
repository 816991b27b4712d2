"""What a case has open now, compared with what its record left open: state must be a cache of the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.model.case import OPEN, WITHDRAWN, Case, local_id
from engine.model.event import Event, JobErrored, JobFinished
from engine.model.outcome import Outcome
from engine.model.timer import PROCESS
from engine.ports import Transaction

#: (which, recorded, found, sentence)
Standing = tuple[str, object, object, str]


@dataclass(frozen=True)
class Step:
    """One step run again, with what it was given."""

    event: Event
    outcome: Outcome


def standing_difference(tx: Transaction, case: Case, steps: Sequence[Step]) -> Standing | None:
    """The first of state, tasks, timers, waits and jobs that is not as the steps left it; needs one step at least."""
    if case.state != steps[-1].outcome.state:
        return "state", None, None, "The case's stored state is not the one that its journal leads to."
    is_open = case.head.status == OPEN
    for which, expected, found in _open_things(tx, case, steps):
        wanted = expected if is_open else frozenset()
        if wanted != found:
            sentence = f"The case's open {which} are not those that its journal leads to."
            return which, sorted(wanted), sorted(found), sentence
    version = len(steps) + (case.head.status == WITHDRAWN)
    if case.head.version != version:
        sentence = f"The case says that it is at version {case.head.version}; its journal leads to {version}."
        return "version", version, case.head.version, sentence
    return None


def _open_things(
    tx: Transaction, case: Case, steps: Sequence[Step]
) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Each kind of thing that can be open: what the steps left open, and what the rows say."""
    timers = [timer for timer in tx.timers.of_case(case.id) if timer.kind == PROCESS]
    jobs = [job for job in tx.jobs.of_case(case.id) if not job.is_notice]
    rows = {
        "tasks": frozenset(task.local_id for task in tx.tasks.of_case(case.id)),
        "timers": frozenset(local_id(timer.id) for timer in timers),
        "waits": frozenset(local_id(wait.id) for wait in tx.waits.of_case(case.id)),
        "jobs": frozenset(job.local_id for job in jobs),
    }
    left = _left_open(steps)
    for which, found in rows.items():
        yield which, left[which], found


def _left_open(steps: Sequence[Step]) -> dict[str, frozenset[str]]:
    """What opened and did not close, step by step."""
    left: dict[str, set[str]] = {"tasks": set(), "timers": set(), "waits": set(), "jobs": set()}
    for step in steps:
        did = step.outcome
        left["tasks"] -= {task.task_id for task in did.closed}
        left["timers"] -= set(did.timers_cleared)
        left["waits"] -= set(did.waits_closed)
        left["jobs"] -= {*did.jobs_cancelled, *_reported(step.event)}
        left["tasks"] |= {task.task_id for task in did.opened}
        left["timers"] |= {timer.timer_id for timer in did.timers}
        left["waits"] |= {wait.wait_id for wait in did.waits}
        left["jobs"] |= {job.job_id for job in did.jobs}
    return {which: frozenset(ids) for which, ids in left.items()}


def _reported(event: Event) -> tuple[str, ...]:
    """The job that a handler closed by this event."""
    return (event.job_id,) if isinstance(event, JobFinished | JobErrored) else ()
