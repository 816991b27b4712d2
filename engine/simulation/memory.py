"""A life without a database: the same decisions given to the machine alone. Pure, so that versions can be compared.

Handlers are stood in for by the data file's `jobs`; notices, which take no step, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.commands.answers import accepted
from engine.model.case import public_id
from engine.model.event import CaseStarted, Event, JobFinished, MessageDelivered, TaskCompleted, TimerFired
from engine.model.outcome import Outcome, Wait
from engine.model.wire import event_from, told
from engine.simulation.deciding import World
from engine.simulation.life import Life, Planned


@dataclass(frozen=True)
class Lived:
    """One step of a life: what happened, what the machine was told and did, and when."""

    event: Event
    outcome: Outcome
    at: datetime
    happens: Planned | None = None


def live(world: World, number: int) -> Iterator[Lived]:
    """The whole life of that number under the world's policy, step by step until it ends or the time is up.

    Raises what `Machine.step` raises, CannotFill, AnswersRejected and DataRefused.
    """
    life = world.born(number)
    while (happens := life.next(world.until)) is not None and happens.at is not None:
        yield _step(world, life, _event(world, life, happens), happens.at, happens)
        while life.jobs:
            job_id = min(life.jobs, key=lambda each: public_id(life.case_id, each))
            yield _step(world, life, JobFinished(job_id, _handled(world, life, job_id, happens.at)), happens.at)


def _step(world: World, life: Life, event: Event, at: datetime, happens: Planned | None = None) -> Lived:
    given = event_from(told(event))
    outcome = world.machine.step(world.guidance.definitions, life.state, given, case_id=life.case_id, now=at)
    life.live(given, outcome, at, world.plan)
    return Lived(given, outcome, at, happens)


def _event(world: World, life: Life, happens: Planned) -> Event:
    """What the commands would tell the machine."""
    if happens.kind == "timer":
        return TimerFired(happens.id)
    at = happens.at or life.begins
    if happens.kind == "start":
        rules = world.guidance.rules
        answers = accepted(world.guidance, rules.start_form, world.start(life).answers, {}, at)
        return CaseStarted(rules.start_process, answers)
    where = happens.what.where if happens.what is not None else ""
    seen = world.machine.variables(world.guidance.definitions, life.state or b"", where=where)
    done = world.do(life, happens)
    if isinstance(happens.what, Wait):
        form_id = happens.what.properties.get("recordableForm", "")
        return MessageDelivered(happens.element, accepted(world.guidance, form_id, done.answers, seen, at))
    form_id = getattr(happens.what, "form_id", "")
    return TaskCompleted(happens.id, accepted(world.guidance, form_id, done.answers, seen, at))


def _handled(world: World, life: Life, job_id: str, at: datetime) -> dict[str, object]:
    """What the job's handler would tell the case, as the data file says."""
    job = life.jobs[job_id]
    scene = world.moment(life, at, "job", job_id).knowing(**job.variables)
    return {name: draw(scene) for name, draw in world.data.jobs.get(job.type, {}).items()}
