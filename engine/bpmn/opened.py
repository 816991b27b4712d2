"""What opens for the world: a person's task and a handler's job, with all their expressions evaluated."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.bpmn.dates import NotATime, day_of, end_of
from engine.bpmn.dialect.element import Job, Person
from engine.bpmn.dialect.formula import Formula
from engine.bpmn.environment import reasons
from engine.bpmn.mappings import evaluate
from engine.bpmn.timers import moment_of
from engine.model.errors import StepFailed
from engine.model.outcome import JobRequest, OpenTask

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def open_task(run: Run, task: CaseTask) -> OpenTask:
    """A user task as the world sees it; raises StepFailed when its people or dates cannot be read."""
    element = task.task_spec.element
    person = element.person or Person()
    due = _moment(run, task, person.due, "due date")
    deadline = run.deadlines.take(None if due is None else day_of(due))
    follow_up = _moment(run, task, person.follow_up, "follow-up date")
    run.deadlines.take(None)
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
    """A parked job: its handler and its input (the local scope when there is one, else all that is visible)."""
    element = task.task_spec.element
    job = element.job or Job("")
    variables = run.scopes.local(task.path) if element.inputs else run.scopes.visible(task.path)
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


def _moment(run: Run, task: CaseTask, formula: Formula | None, what: str) -> datetime | None:
    """A due or follow-up date in UTC; a date without a time means the end of that day."""
    value = None if formula is None else evaluate(task, formula)
    if formula is None or (value is None and not run.warnings):
        return None
    try:
        due = value.get("due") if isinstance(value, dict) else value
        if isinstance(due, date) and not isinstance(due, datetime):
            return end_of(due)
        if isinstance(due, str) and len(due) == len("2026-03-31"):
            return end_of(date.fromisoformat(due))
        return moment_of(due)
    except (NotATime, ValueError) as wrong:
        sentence = f"the {what} {formula.text} cannot be set: {wrong}{reasons(run)}"
        raise StepFailed(task.task_spec.element.id, sentence) from wrong


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
