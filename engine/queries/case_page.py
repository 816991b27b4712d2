"""The page of one case: its strands side by side, where it is now, its people, papers and history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.access import Rules, StrandRule
from engine.model.case import AdviceRow, CaseHead, View
from engine.model.document import Attachment, Document
from engine.model.incident import Incident
from engine.model.job import Job
from engine.model.outcome import Token
from engine.model.person import Person
from engine.model.task import Task, TaskRow
from engine.model.timer import PROCESS, Timer
from engine.ports import Machine, UnitOfWork
from engine.queries.changes import RecordableChange, changes_of
from engine.queries.history import HistoryLine, lines_of, names_of
from engine.queries.lines import line_of
from engine.queries.seen import seen_case

#: How many of the case's latest happenings are shown, and of a strand's with it.
HISTORY = 15
LATEST = 5
#: How far back a strand's latest happenings are looked for, and how many looks at the case are shown.
LOOKED_THROUGH = 100
VIEWS = 50
#: The strand of what belongs to no strand that the policy names.
OTHER = StrandRule("other", "Other")


@dataclass(frozen=True)
class NextDate:
    """A date that the case waits for: a task's due date, or a timer of the process."""

    at: datetime
    what: str
    kind: str
    sentence: str
    is_overdue: bool


@dataclass(frozen=True)
class Strand:
    """One strand of the case; `latest` is newest first."""

    id: str
    name: str
    tasks: tuple[TaskRow, ...]
    next_dates: tuple[NextDate, ...]
    latest: tuple[HistoryLine, ...]
    is_running: bool


@dataclass(frozen=True)
class PersonInCase:
    """Somebody who has acted in the case, or works on it; roles in words."""

    username: str
    name: str
    roles: tuple[str, ...]
    last_acted: datetime | None


@dataclass(frozen=True)
class CasePage:
    """All that the page needs: its size does not grow with the case's age.

    `history` are the latest lines, oldest first, of `entries` that there are; `views` the latest of `view_count`.
    """

    case: CaseHead
    strands: tuple[Strand, ...]
    tokens: tuple[Token, ...]
    changes: tuple[RecordableChange, ...]
    people: tuple[PersonInCase, ...]
    documents: tuple[Document, ...]
    attachments: tuple[Attachment, ...]
    history: tuple[HistoryLine, ...]
    entries: int
    decisions: tuple[AdviceRow, ...]
    incidents: tuple[Incident, ...]
    jobs: tuple[Job, ...]
    variables: Mapping[str, object]
    views: tuple[View, ...]
    view_count: int
    names: Mapping[str, str]


def case_page(uow: UnitOfWork, machine: Machine, *, person: Person, case_id: str, now: datetime) -> CasePage:
    """Raises CaseNotFound when there is no such case for the person. At most fifteen statements."""
    with uow.read() as tx:
        case, guidance = seen_case(uow, tx, person, case_id)
        names = names_of(tx)
        entries = tx.journal.latest(case_id, LOOKED_THROUGH)
        lines = lines_of(entries[:-HISTORY], names, guidance, details=False)
        lines += lines_of(entries[-HISTORY:], names, guidance)
        waiting, timers = tx.tasks.of_case(case_id), tx.timers.of_case(case_id)
        rules = guidance.rules
        strands = (*rules.strands, OTHER)
        found = (_strand(rule, rules.strands, case.head, waiting, timers, lines, case.tokens, now) for rule in strands)
        return CasePage(
            case=case.head,
            strands=tuple(each for each in found if each.id != OTHER.id or each.is_running or each.tasks),
            tokens=case.tokens,
            changes=changes_of(tx.waits.of_case(case_id), person),
            people=_people(case.head, tx.journal.actors(case_id), names, guidance.rules),
            documents=tuple(tx.documents.of_case(case_id)),
            attachments=tuple(tx.documents.attachments(case_id)),
            history=lines[-HISTORY:],
            entries=case.journal_seq,
            decisions=tuple(tx.advice.of_case(case_id)),
            incidents=tuple(tx.incidents.listed(case_id=case_id)),
            jobs=tuple(job for job in tx.jobs.of_case(case_id) if not job.is_notice),
            variables=machine.variables(guidance.definitions, case.state),
            views=tuple(tx.views.of_case(case_id, VIEWS)),
            view_count=tx.views.count(case_id),
            names=names,
        )


def _strand(
    rule: StrandRule,
    named: Sequence[StrandRule],
    head: CaseHead,
    waiting: Sequence[Task],
    timers: Sequence[Timer],
    lines: Sequence[HistoryLine],
    tokens: Sequence[Token],
    now: datetime,
) -> Strand:
    """What of the case belongs to one strand."""
    taken = {process for each in named for process in each.processes}

    def holds(process_id: str) -> bool:
        return process_id in rule.processes if rule is not OTHER else bool(process_id) and process_id not in taken

    tasks = [task for task in waiting if holds(task.process_id)]
    dated = [timer for timer in timers if timer.kind == PROCESS and holds(timer.process_id)]
    return Strand(
        id=rule.id,
        name=rule.name,
        tasks=tuple(line_of(task, head, now) for task in tasks),
        next_dates=tuple(sorted(_dates(tasks, dated, now), key=lambda date: date.at)),
        latest=tuple(line for line in lines if holds(line.process_id))[-LATEST:][::-1],
        is_running=any(holds(token.process_id) for token in tokens),
    )


def _dates(tasks: Sequence[Task], timers: Sequence[Timer], now: datetime) -> Iterator[NextDate]:
    for task in tasks:
        if task.due is not None:
            sentence = task.deadline.sentence if task.deadline else ""
            yield NextDate(task.due, task.name, "task", sentence, task.due < now)
    for timer in timers:
        yield NextDate(timer.due, timer.name or timer.element_id, "timer", timer.sentence, timer.due < now)


def _people(
    head: CaseHead, acted: Sequence[tuple[str, str, datetime]], names: Mapping[str, str], rules: Rules
) -> tuple[PersonInCase, ...]:
    """The worker first, then whoever has acted, latest first."""
    roles: dict[str, dict[str, None]] = {head.worker: {}} if head.worker else {}
    last: dict[str, datetime] = {}
    for actor, role, at in acted:
        if actor != "system":
            roles.setdefault(actor, {})[rules.name(role)] = None
            last[actor] = max(at, last.get(actor, at))
    order = sorted(roles, key=lambda who: (who != head.worker, -last[who].timestamp() if who in last else 0))
    return tuple(PersonInCase(who, names.get(who, who), tuple(roles[who]), last.get(who)) for who in order)
