"""A life in a real database: every decision goes through the product's own commands, at its own moment.

Nothing is kept beside the cases. What a life does next follows from its case as it is stored, so a play that was
killed is taken up again by replaying the journal: see `Play.take_up`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from engine.audit import replay
from engine.commands import complete_task, deliver_message, fire_timers, start_case
from engine.model.access import as_role
from engine.model.case import public_id
from engine.model.errors import AlongsideError, CaseMovedOn, JobNotOpen, StoreBusy
from engine.model.job import OPEN
from engine.model.timer import PROCESS, Timer
from engine.ports import Library, Transaction, UnitOfWork
from engine.simulation.deciding import World
from engine.simulation.filling import CannotFill
from engine.simulation.life import Life, Planned
from engine.simulation.watched import WatchedMachine
from engine.wiring.errands import Errands
from handlers.job import JobRefused

Result = TypeVar("Result")
#: How often a command is tried again that found the database busy or the case moved on.
PATIENCE = 30


@dataclass
class Timing:
    """How long the commands took, in seconds: each completion in order, by the clock and of the processor (`worked`),
    and all that the processor did (`cpu`)."""

    completions: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    cpu: float = 0.0
    jobs: int = 0
    timers: int = 0
    steps: int = 0


class Play:
    """Plays lives in one database; `machine` is the one that the errands step with too."""

    def __init__(self, uow: UnitOfWork, machine: WatchedMachine, errands: Errands, world: World) -> None:
        """Play by the world's decisions."""
        self._uow, self._machine, self._errands, self.world = uow, machine, errands, world
        self.timing = Timing()

    def take_up(self, number: int, there: Collection[str]) -> Life:
        """The life of that number: new, or where its journal says that it stands, its open jobs done first.

        `there` are the references of the cases that have begun.
        """
        life = self.world.born(number)
        if life.case_id not in there:
            return life
        with self._uow.read() as tx:
            life.ended = not tx.cases.find(life.case_id).is_open
        if not life.ended:
            for again in replay(self._uow, self.world.machine, case_id=life.case_id):
                if again.event is not None and again.outcome is not None:
                    life.live(again.event, again.outcome, again.entry.recorded_at, self.world.plan)
        self._do_jobs(life)
        return life

    def advance(self, life: Life) -> bool:
        """Let the next thing happen in a life, and all that follows at that moment; False when nothing does."""
        until = self.world.until
        happens = life.next(until)
        at = happens.at if happens is not None and happens.at is not None else until
        if happens is None or happens.kind != "start":
            if not life.stuck and self._pass_time(life, at):
                return True
            if happens is None:
                return False
        try:
            self._do(life, happens)
        except (AlongsideError, CannotFill) as error:
            life.stuck = f"{happens.element or 'start'}: {error}"
        return True

    def _do(self, life: Life, happens: Planned) -> None:
        """The command for what happens, then its jobs."""
        commands = {"start": self._start, "task": self._complete, "message": self._deliver}
        commands[happens.kind](life, happens)
        self._take_in(life, happens.at or life.begins)
        self._do_jobs(life)

    def _start(self, life: Life, happens: Planned) -> None:
        done = self.world.start(life)
        actor = as_role(done.person, done.role)
        self._patiently(
            lambda: start_case(
                self._uow,
                self._machine,
                actor=actor,
                answers=done.answers,
                case_id=life.case_id,
                key=f"simulation:{life.case_id}",
                now=happens.at or life.begins,
            )
        )

    def _complete(self, life: Life, happens: Planned) -> None:
        done = self.world.do(life, happens)
        task_id = public_id(life.case_id, happens.id)
        began, worked = time.perf_counter(), time.thread_time()
        self._patiently(
            lambda: complete_task(
                self._uow,
                self._machine,
                actor=as_role(done.person, done.role),
                task_id=task_id,
                answers=done.answers,
                key=f"simulation:{task_id}",
                now=happens.at or life.begins,
            )
        )
        self.timing.completions.append(time.perf_counter() - began)
        self.timing.worked.append(time.thread_time() - worked)

    def _deliver(self, life: Life, happens: Planned) -> None:
        done = self.world.do(life, happens)
        self._patiently(
            lambda: deliver_message(
                self._uow,
                self._machine,
                actor=as_role(done.person, done.role),
                case_id=life.case_id,
                name=happens.element,
                payload=done.answers,
                message_id=f"simulation:{happens.id}:{happens.nth}",
                now=happens.at or life.begins,
            )
        )

    def _pass_time(self, life: Life, until: datetime) -> bool:
        """Fire the timers and notices due by then, each at its own moment; True after one that took a step."""
        if life.at is None or not life.may_be_told(until):
            return False
        while (timer := self._due(life, until)) is not None:
            now = max(timer.due, life.at)
            if timer.kind == PROCESS and now >= self.world.until:
                return False
            alone = cast(UnitOfWork, _OneTimer(self._uow, timer))
            swept = self._patiently(partial(fire_timers, alone, self._machine, now=now))
            if swept.failed or swept.fired + swept.notices == 0:
                life.stuck = f"{timer.element_id}: its timer did not fire"
                return True
            self.timing.timers += 1
            took_step = self._take_in(life, now)
            self._do_jobs(life)
            if took_step:
                return True
        return False

    def _due(self, life: Life, until: datetime) -> Timer | None:
        """The case's first timer due by then."""
        with self._uow.read() as tx:
            waiting = [each for each in tx.timers.of_case(life.case_id) if not each.held and each.due <= until]
        return waiting[0] if waiting and waiting[0].due < self.world.until else None

    def _do_jobs(self, life: Life) -> None:
        """Do the case's open jobs, always the first of those that are open, each at the moment it was opened."""
        goes_on = True
        while goes_on:
            with self._uow.read() as tx:
                waiting = [job for job in tx.jobs.of_case(life.case_id) if job.status == OPEN]
            goes_on = False
            for job in waiting:
                self._patiently(partial(self._errand, job.id, job.opened_at))
                self.timing.jobs += 1
                goes_on = self._take_in(life, job.opened_at)
                if goes_on:  # only a step makes new jobs
                    break

    def _errand(self, job_id: str, now: datetime) -> None:
        """One job, as the worker does it; what can never succeed becomes an incident."""
        try:
            made = self._errands.make(job_id, now)
            if made is None:
                return
            for key in made.mails:
                self._errands.send(made, key, now)
            self._errands.finish(made, now)
        except JobNotOpen:
            return
        except JobRefused as refused:
            self._errands.fail(job_id, str(refused), now)

    def _take_in(self, life: Life, now: datetime) -> bool:
        """Let the life take in what the machine did in the command that was just committed."""
        done = self._machine.taken()
        for event, outcome in done:
            life.live(event, outcome, now, self.world.plan)
        self.timing.steps += len(done)
        return bool(done)

    def _patiently(self, command: Callable[[], Result]) -> Result:
        """Try a command again that met another writer."""
        for _ in range(PATIENCE):
            try:
                self._machine.forget()
                return command()
            except (StoreBusy, CaseMovedOn):
                continue
        self._machine.forget()
        return command()


class _OneTimer:
    """The store as a sweep sees it that is to fire this timer and no other."""

    def __init__(self, uow: UnitOfWork, timer: Timer) -> None:
        """Writing goes to the store itself."""
        self._uow, self._timer = uow, timer

    @property
    def library(self) -> Library:
        """See `engine.ports.UnitOfWork.library`."""
        return self._uow.library

    def write(self) -> AbstractContextManager[Transaction]:
        """See `engine.ports.UnitOfWork.write`."""
        return self._uow.write()

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A view in which only this timer is due."""
        yield SimpleNamespace(timers=SimpleNamespace(due=lambda _now, _limit: [self._timer]))
