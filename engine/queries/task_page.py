"""The page of one task: what is asked, of whom, by when and why, what is advised, and what came before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from engine.feel import parse_expression
from engine.forms import Form
from engine.model.access import roles_for
from engine.model.case import AdviceRow, Case, CaseHead, case_of
from engine.model.errors import CaseNotFound, TaskNotFound
from engine.model.person import Person
from engine.model.task import Task
from engine.ports import Guidance, Machine, Transaction, UnitOfWork
from engine.queries.history import HistoryLine, lines_of, names_of
from engine.queries.seen import seen_case

#: How many lines of what came before are shown beside a task.
BEFORE = 10
_TOLD = ("case_started", "task_completed", "message_delivered", "timer_fired", "letter_sent")


@dataclass(frozen=True)
class AdviceShown:
    """What a table advises for this task's answer, with its trace."""

    value: object
    answer_key: str
    reason_key: str
    decision_id: str
    trace: Mapping[str, object]
    made_at: datetime


@dataclass(frozen=True)
class TaskPage:
    """All that the page needs; `before` is newest first, `draft` is what this person had typed.

    `functions` are the calendar's, which the form's expressions may use.
    """

    task: Task
    case: CaseHead
    form: Form | None
    variables: Mapping[str, object]
    draft: Mapping[str, list[str]] | None
    advice: AdviceShown | None
    before: tuple[HistoryLine, ...]
    guidance: tuple[str, ...]
    letter: str | None
    may_complete_as: tuple[str, ...]
    may_claim: bool
    may_release: bool
    is_overdue: bool
    is_near: bool
    seen_version: int
    definitions_digest: str
    names: Mapping[str, str]
    functions: Mapping[str, Callable[..., object]]


def task_page(uow: UnitOfWork, machine: Machine, *, person: Person, task_id: str, now: datetime) -> TaskPage:
    """Raises TaskNotFound when there is no such task for the person. At most eight statements."""
    with uow.read() as tx:
        case, guidance = _seen(uow, tx, person, task_id)
        task = tx.tasks.find(task_id)
        variables = machine.variables(guidance.definitions, case.state, where=task.where)
        draft, names = tx.drafts.find(task_id, person.username), names_of(tx)
        before = lines_of(tx.journal.latest(case.id, BEFORE, kinds=_TOLD), names, guidance)
        advice = _advice(task, tx.advice.of_case(case.id), variables)
    roles = roles_for(person, task, case.head, guidance.rules)
    is_mine = task.is_open and bool(roles)
    near = task.warn or task.follow_up
    is_overdue = task.due is not None and task.due < now
    return TaskPage(
        task=task,
        case=case.head,
        form=guidance.form(task.form_id),
        variables=variables,
        draft=draft.raw if draft else None,
        advice=advice,
        before=before[::-1],
        guidance=_ids(task.properties.get("guidance", "")),
        letter=task.properties.get("letter"),
        may_complete_as=roles if task.is_open and task.holder in (None, person.username) else (),
        may_claim=is_mine and task.holder is None,
        may_release=is_mine and task.claimed_by == person.username,
        is_overdue=is_overdue,
        is_near=not is_overdue and near is not None and near <= now,
        seen_version=case.head.version,
        definitions_digest=guidance.digest,
        names=names,
        functions=guidance.definitions.functions,
    )


def _seen(uow: UnitOfWork, tx: Transaction, person: Person, task_id: str) -> tuple[Case, Guidance]:
    try:
        return seen_case(uow, tx, person, case_of(task_id))
    except CaseNotFound as error:
        raise TaskNotFound(f"There is no task {task_id}.") from error


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _advice(task: Task, rows: Sequence[AdviceRow], variables: Mapping[str, object]) -> AdviceShown | None:
    """The advice that the task names, with the trace of the decision nearest to it."""
    path = task.properties.get("advice", "").removeprefix("=")
    if not path:
        return None
    expression = parse_expression(path)
    made = [row for row in rows if row.variable in expression.names]
    value = expression.evaluate(variables)
    if not made or value is None:
        return None
    nearest = max(made, key=lambda row: (_shared(row.where, task.where), row.seq))
    keys = (task.properties.get("adviceAnswer", ""), task.properties.get("adviceReason", ""))
    return AdviceShown(value, *keys, nearest.decision_id, nearest.trace, nearest.made_at)


def _shared(one: str, other: str) -> int:
    """How far two places lie in the same chain of calls."""
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], steps))
