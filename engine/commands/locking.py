"""Lock the case behind a task, a job or a timer: always the case first, so that no two commands wait in a ring."""

from __future__ import annotations

from engine.model.case import Case, case_of
from engine.model.errors import CaseNotFound, JobNotOpen, TaskNotFound
from engine.ports import Transaction


def lock_case_of_task(tx: Transaction, task_id: str) -> Case:
    """The task's case, held. Raises TaskNotFound when there is none."""
    try:
        return tx.cases.lock(case_of(task_id))
    except CaseNotFound as error:
        raise TaskNotFound(f"There is no task {task_id}.") from error


def lock_case_of_job(tx: Transaction, job_id: str) -> Case:
    """The job's case, held. Raises JobNotOpen when there is none."""
    try:
        return tx.cases.lock(case_of(job_id))
    except CaseNotFound as error:
        raise JobNotOpen(f"There is no job {job_id}.") from error
