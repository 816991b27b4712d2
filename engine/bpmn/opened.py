"""What opens for the world: a person's task and a handler's job, with all their expressions evaluated."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.bpmn.dates import NotATime, end_of, parse_moment
from engine.bpmn.dialect.element import Job, Person
from engine.bpmn.dialect.formula import Formula
from engine.bpmn.environment import reasons
from engine.bpmn.mappings import evaluate
from engine.bpmn.timers import moment_of
from engine.model.errors import StepFailed
from engine.model.outcome import DeadlineSum, JobRequest, OpenTask

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def open_task(run: Run, task: CaseTask) -> OpenTask:
    """A user task as the world sees it; raises StepFailed when its people or dates cannot be read."""
    element = task.task_spec.element
    person = element.person or Person()
    due, deadline = _moment(run, task, person.due, "due date")
    follow_up, _ = _moment(run, task, person.follow_up, "follow-up date")
    return OpenTask(
        task_id=task.id,
        element_id=element.id,
        process_id=element.process_id,
        where=task.path,
        name=element.name,
        form_id=person.form_id,
        roles=_roles(run, task, person.groups),
        assignee=_assignee(run, task, person.assignee),
        due=due,
        follow_up=follow_up,
        deadline=deadline,
        properties=element.properties,
        documentation=element.documentation,
    )


def job_request(run: Run, task: CaseTask) -> JobRequest:
    """A parked job: its handler and all that is visible to it, its own input mappings nearest (as in Camunda 8)."""
    element = task.task_spec.element
    job = element.job or Job("")
    variables = run.scopes.visible(task.path)
    return JobRequest(
        job_id=task.id,
        element_id=element.id,
        process_id=element.process_id,
        where=task.path,
        name=element.name,
        type=job.type,
        retries=job.retries,
        variables=variables,
        headers=job.headers,
        properties=element.properties,
    )


def _moment(run: Run, task: CaseTask, formula: Formula | None, what: str) -> tuple[datetime | None, DeadlineSum | None]:
    """A due or follow-up date in UTC, with the sum that made it."""
    run.deadlines.sums.clear()
    value = None if formula is None else evaluate(task, formula)
    if formula is None or (value is None and not run.warnings):
        return None, None
    try:
        moment = _end(value)
    except NotATime as wrong:
        sentence = f"the {what} {formula.text} cannot be set: {wrong}{reasons(run)}"
        raise StepFailed(task.task_spec.element.id, sentence) from wrong
    return moment, run.deadlines.take(value, moment)


def _end(value: object) -> datetime:
    """A moment in UTC; a date without a time means the end of that day. Raises NotATime."""
    due = value.get("due") if isinstance(value, dict) else value
    found = parse_moment(due) if isinstance(due, str) else due
    if isinstance(found, date) and not isinstance(found, datetime):
        return end_of(found)
    return moment_of(found)


def _roles(run: Run, task: CaseTask, formula: Formula | None) -> tuple[str, ...]:
    """Role ids, from a comma separated text or a list."""
    value = "" if formula is None else evaluate(task, formula)
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    text = "" if formula is None else formula.text
    raise StepFailed(task.task_spec.element.id, f"its candidate groups {text} name no role{reasons(run)}")


def _assignee(run: Run, task: CaseTask, formula: Formula | None) -> str | None:
    """A person's username, or None."""
    value = None if formula is None else evaluate(task, formula)
    if formula is None or (value is None and not run.warnings):
        return None
    if isinstance(value, str):
        return value or None
    sentence = f"its assignee {formula.text} names no person{reasons(run)}"
    raise StepFailed(task.task_spec.element.id, sentence)
