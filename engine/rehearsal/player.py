"""Plays a script through the real commands, letting time pass between its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.commands import complete_task, deliver_message, fire_timers, start_case
from engine.model.access import as_role
from engine.model.errors import AlongsideError, AnswersRejected
from engine.model.person import Actor
from engine.model.task import Task
from engine.rehearsal.answers import on_the_day
from engine.rehearsal.cast import Cast
from engine.rehearsal.expect import Before, unmet
from engine.rehearsal.script import LONDON, Refusal, Script, ScriptError, Step, moment_of
from engine.rehearsal.stage import Stage


@dataclass
class Played:
    """What became of a script: `faults` are sentences, none when all that it says held."""

    script: Script
    case_id: str = ""
    reached: dt.datetime | None = None
    faults: list[str] = field(default_factory=list)


def play(
    script: Script, stage: Stage, cast: Cast, *, now: dt.datetime, on_step: Callable[[], None] = lambda: None
) -> Played:
    """Play a script from its start to its last step; stops at the first fault, which it reports."""
    played = Played(script)
    try:
        _begin(script, stage, cast, played, now)
        for step in script.steps:
            _play_step(step, stage, cast, played)
            on_step()
            if played.faults:
                break
    except (ScriptError, AlongsideError) as trouble:
        played.faults.append(str(trouble))
    return played


def _begin(script: Script, stage: Stage, cast: Cast, played: Played, now: dt.datetime) -> None:
    """Start the case at the script's first moment."""
    at = moment_of(script.starts, now)
    person = cast.named(script.by)
    with stage.uow.read() as tx:
        digest = tx.policies.in_force(at.astimezone(LONDON).date()).digest
        rules = stage.uow.library.open(tx, digest).rules
    role = next((role for role in rules.start_roles if role in person.roles), min(person.roles, default=""))
    answers = on_the_day(script.answers, at)
    started = start_case(stage.uow, stage.machine, actor=as_role(person, role), answers=answers, now=at)
    played.case_id, played.reached = started.case_id, at
    stage.do_jobs(at)


def _play_step(step: Step, stage: Stage, cast: Cast, played: Played) -> None:
    """Let time pass to the step, do it, let its jobs be done, and look whether what must hold does."""
    now = played.reached
    if now is None:
        raise ScriptError("the case has not started")
    at = moment_of(step.moment, now) if step.moment else now
    if at < now:
        raise ScriptError(f"step {step.number} is before the one before it")
    before = Before.look(stage, played.case_id)
    pass_time(stage, now, at)
    played.reached = at
    try:
        _act(step, stage, cast, played.case_id, at)
    except AlongsideError as refused:
        played.faults += [f"step {step.number}: {text}" for text in _judge(step.refused, refused)]
    else:
        if step.refused:
            played.faults.append(f"step {step.number}: it was to be refused and was accepted")
    stage.do_jobs(at)
    played.faults += _incidents(step, stage, played.case_id)
    if step.then:
        found = unmet(step.then, stage, played.case_id, before)
        played.faults += [f"step {step.number} ({step.task or step.message or 'time passes'}): {f}" for f in found]


def _incidents(step: Step, stage: Stage, case_id: str) -> list[str]:
    """What the machine could not do in the step: an example with an incident never holds."""
    with stage.uow.read() as tx:
        raised = tx.incidents.listed(status="open", case_id=case_id)
    return [f"step {step.number}: incident at {incident.element_id}: {incident.reason}" for incident in raised]


def pass_time(stage: Stage, since: dt.datetime, until: dt.datetime) -> None:
    """Fire every timer that falls due on the way, each at its own moment, and do the jobs that follow."""
    now = since
    while (due := _next_due(stage, until)) is not None:
        now = max(now, due)
        swept = fire_timers(stage.uow, stage.machine, now=now)
        stage.do_jobs(now)
        if swept.fired + swept.notices == 0:
            break


def _next_due(stage: Stage, until: dt.datetime) -> dt.datetime | None:
    """The moment of the first timer due by then."""
    with stage.uow.read() as tx:
        waiting = tx.timers.due(until, 1)
    return waiting[0].due if waiting else None


def _act(step: Step, stage: Stage, cast: Cast, case_id: str, at: dt.datetime) -> None:
    """Do the step's task, or send its message; nothing when only time passes."""
    answers = on_the_day(step.answers, at)
    if step.task:
        task = _open_task(stage, case_id, step.task)
        actor = _actor(step, stage, cast, case_id)
        complete_task(stage.uow, stage.machine, actor=actor, task_id=task.id, answers=answers, now=at)
    elif step.message:
        actor = _actor(step, stage, cast, case_id)
        deliver_message(
            stage.uow, stage.machine, actor=actor, case_id=case_id, name=step.message, payload=answers, now=at
        )


def _open_task(stage: Stage, case_id: str, element: str) -> Task:
    """The case's open task of that element, the one opened first; raises ScriptError naming what is open instead."""
    with stage.uow.read() as tx:
        tasks = tx.tasks.of_case(case_id)
    found = [task for task in tasks if task.element_id == element]
    if not found:
        raise ScriptError(f"no task “{element}” is open; open are {_list(t.element_id for t in tasks)}")
    return min(found, key=lambda task: (task.opened_at, task.opened_version, int(task.local_id.strip("tk") or 0)))


def _actor(step: Step, stage: Stage, cast: Cast, case_id: str) -> Actor:
    """Who does the step."""
    with stage.uow.read() as tx:
        team = tx.cases.find(case_id).head.team
    person = cast.named(step.person) if step.person else cast.for_role(step.role or "", team)
    return as_role(person, step.role or min(person.roles))


def _judge(expected: Refusal | None, refused: AlongsideError) -> list[str]:
    """Nothing when the refusal is the one that the script asks for, else what is wrong with it."""
    errors = refused.errors if isinstance(refused, AnswersRejected) else {"": str(refused)}
    if expected is None:
        return [f"it was refused: {refused}"]
    texts = [text for key, text in errors.items() if expected.field in (None, key)]
    if any(expected.says.lower() in text.lower() for text in texts):
        return []
    return [f"it was refused, but not for “{expected.says}” at {expected.field or 'any field'}: {refused}"]


def _list(words: Iterable[str]) -> str:
    """Words in a row, or "nothing"."""
    return ", ".join(sorted(words)) or "nothing"
