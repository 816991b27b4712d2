"""Everything joined: store, machine, queue, clock, packs, handlers and the way out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from engine.bpmn import SpiffMachine
from engine.ports import Machine
from engine.settings import Settings
from engine.store import SqlUnitOfWork, open_store, upgrade
from engine.store.clock import StoredOffset
from engine.wiring import queue
from engine.wiring.clock import DemoClock, FixedClock, RealClock
from engine.wiring.errands import Errands, fill_at
from engine.wiring.holidays import bank_holidays
from engine.wiring.packs import Packs
from engine.wiring.post import MailboxPost, Post, SmtpPost
from handlers.letters import letter, preview_html


class Clock(Protocol):
    """The product's time, which the demo may move."""

    def now(self) -> datetime:
        """UTC."""

    def move(self, by: timedelta) -> datetime:
        """Ahead by that much; gives the new time. Raises ClockCannotMove."""


@dataclass(frozen=True)
class Alongside:
    """The product, joined: what the shell, the worker, the command line and worked examples are given."""

    settings: Settings
    uow: SqlUnitOfWork
    machine: Machine
    clock: Clock
    packs: Packs
    errands: Errands
    queue: queue.DbosQueue | None = None

    def now(self) -> datetime:
        """The product's time, UTC."""
        return self.clock.now()

    def move_clock(self, to: datetime) -> None:
        """Move the demo's clock ahead to a moment, for every process. Raises ClockCannotMove."""
        self.clock.move(to - self.now())

    def do_jobs(self, now: datetime) -> int:
        """Do every open job at once, in this process; how many. For worked examples: the worker does them by itself."""
        return self.errands.do_open(now)

    def preview_letter(
        self, *, digest: str, letter_id: str, case_id: str, variables: Mapping[str, object], level: int = 2
    ) -> str | None:
        """A letter of a version as HTML, gaps shown; None when the version has no such letter.

        Raises `handlers.letters.LetterRefused` when its wording cannot be read.
        """
        pack = self.packs.of(digest)
        if letter_id not in pack.wording:
            return None
        now = self.now()
        draft = letter(
            letter_id,
            pack.wording[letter_id],
            case_id=case_id,
            variables=variables,
            fill=fill_at(now),
            now=now,
            settings=pack.settings,
        )
        return preview_html(draft, level)

    def close(self) -> None:
        """Give connections back."""
        if self.queue is not None:
            self.queue.close()
        self.uow.close()


def build(settings: Settings, *, clock: Clock | None = None, queued: bool = True) -> Alongside:
    """Join everything for a migrated database.

    Without `queued` jobs wait as rows until `do_jobs` is called. Nothing is connected before it is used.
    """
    machine = make_machine()
    jobs = queue.DbosQueue(settings) if queued else None
    uow = open_store(settings.database, machine=machine, jobs=jobs)
    packs = Packs(uow)
    return Alongside(
        settings=settings,
        uow=uow,
        machine=machine,
        clock=clock or _clock(settings, uow),
        packs=packs,
        errands=Errands(uow, machine, packs, _post(settings, uow), settings.base_url),
        queue=jobs,
    )


def make_machine() -> Machine:
    """The machine as the product uses it: behind the gate, with the bank holidays of England and Wales."""
    return SpiffMachine(holidays=bank_holidays())


def migrate(settings: Settings, *, queued: bool = True) -> None:
    """Bring the database up to date: the store's tables, then the queue's."""
    if settings.is_embedded:
        settings.var.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    if queued:
        queue.migrate(settings)


@contextmanager
def throwaway(settings: Settings, start: datetime) -> Iterator[Alongside]:
    """The product on an empty database that is gone afterwards, with a clock that stands at `start` until moved."""
    with tempfile.TemporaryDirectory(prefix="alongside-") as folder:
        var = Path(folder)
        own = replace(settings, var=var, database=f"sqlite:///{var / 'alongside.db'}", demo=True)
        migrate(own, queued=False)
        alongside = build(own, clock=FixedClock(start), queued=False)
        try:
            yield alongside
        finally:
            alongside.close()


def _clock(settings: Settings, uow: SqlUnitOfWork) -> Clock:
    """The demo's clock in the demo, the real one everywhere else."""
    return DemoClock(StoredOffset(uow.engine)) if settings.demo else RealClock()


def _post(settings: Settings, uow: SqlUnitOfWork) -> Post:
    """The mailbox in the demo without a mail server, SMTP everywhere else."""
    return MailboxPost(uow, settings.mail.sender) if settings.uses_mailbox else SmtpPost(settings)
