"""Spread a step's outcome over the rows that lists, sweeps and workers read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.commands.notices import notice, notice_timers
from engine.model.case import AdviceRow, Case, public_id
from engine.model.job import Job
from engine.model.outcome import ArmedTimer, JobRequest, OpenTask, Outcome, Wait
from engine.model.person import Actor
from engine.model.task import Task
from engine.model.timer import PROCESS, Timer, Waiting
from engine.ports import Transaction


def spread(tx: Transaction, case: Case, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Close what closed, then open what opened."""
    _close(tx, case, outcome, actor, now)
    opened = [task_of(case, task, now) for task in outcome.opened]
    tx.tasks.open(opened, case.head)
    timers = [_timer(case, timer) for timer in outcome.timers]
    tx.timers.arm([*timers, *(each for task in opened for each in notice_timers(task, now))])
    tx.waits.open([_waiting(case, wait) for wait in outcome.waits])
    jobs = [_job(case, job, now) for job in outcome.jobs]
    tx.jobs.add([*jobs, *(notice(task, case.head, "arrived", now) for task in opened)])
    tx.advice.put(list(_advice(case, outcome, now)))
    if outcome.ended:
        tx.timers.clear_case(case.id)
        tx.waits.close_case(case.id)


def _close(tx: Transaction, case: Case, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Tasks, with the notices about them; jobs; timers; places for messages."""
    done = [public_id(case.id, task.task_id) for task in outcome.closed if task.completed]
    gone = [public_id(case.id, task.task_id) for task in outcome.closed if not task.completed]
    tx.tasks.close(done, gone, by=actor.person.username, how="cancelled", at=now)
    tx.timers.clear([public_id(case.id, timer) for timer in outcome.timers_cleared])
    tx.waits.close([public_id(case.id, wait) for wait in outcome.waits_closed])
    tx.jobs.cancel([public_id(case.id, job) for job in outcome.jobs_cancelled], now)


def task_of(case: Case, task: OpenTask, now: datetime) -> Task:
    """The machine's open task as a row; the day to warn is the sum's, else the follow-up date."""
    return Task(
        id=public_id(case.id, task.task_id),
        case_id=case.id,
        local_id=task.task_id,
        element_id=task.element_id,
        process_id=task.process_id,
        where=task.where,
        name=task.name,
        form_id=task.form_id,
        roles=task.roles,
        opened_at=now,
        opened_version=case.head.version,
        assignee=task.assignee,
        due=task.due,
        follow_up=task.follow_up,
        warn=task.deadline.warn if task.deadline and task.deadline.warn else task.follow_up,
        deadline=task.deadline,
        properties=task.properties,
        documentation=task.documentation,
    )


def _timer(case: Case, timer: ArmedTimer) -> Timer:
    return Timer(
        id=public_id(case.id, timer.timer_id),
        case_id=case.id,
        kind=PROCESS,
        due=timer.due,
        name=timer.name,
        element_id=timer.element_id,
        process_id=timer.process_id,
        where=timer.where,
        sentence=timer.deadline.sentence if timer.deadline else "",
    )


def _waiting(case: Case, wait: Wait) -> Waiting:
    place = (wait.element_id, wait.process_id, wait.where)
    return Waiting(public_id(case.id, wait.wait_id), case.id, *place, wait.name, wait.message, wait.properties)


def _job(case: Case, job: JobRequest, now: datetime) -> Job:
    return Job(
        id=public_id(case.id, job.job_id),
        case_id=case.id,
        local_id=job.job_id,
        element_id=job.element_id,
        process_id=job.process_id,
        where=job.where,
        name=job.name,
        type=job.type,
        variables=job.variables,
        opened_at=now,
        headers=job.headers,
        properties=job.properties,
        retries=job.retries,
    )


def _advice(case: Case, outcome: Outcome, now: datetime) -> Iterator[AdviceRow]:
    """The last decision of each variable and place; earlier ones of the same step are in the journal."""
    last = {(made.variable, made.where): made for made in outcome.decisions}
    for made in last.values():
        yield AdviceRow(
            case_id=case.id,
            variable=made.variable,
            where=made.where,
            decision_id=made.decision_id,
            element_id=made.element_id,
            process_id=made.process_id,
            result=made.result,
            trace=made.trace,
            made_at=now,
            seq=case.journal_seq,
        )
