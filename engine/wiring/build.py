"""Everything joined: store, machine, queue, clock, packs, handlers and the way out."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Protocol

from engine.bpmn import SpiffMachine
from engine.bpmn.gate import check_diagram
from engine.commands.settle_incident import Settled
from engine.model.bundle import Bundle
from engine.model.case import CaseHead
from engine.model.person import Actor
from engine.ports import Machine
from engine.ports.crash_points import arm
from engine.settings import Settings
from engine.store import SqlUnitOfWork, is_current, open_store, upgrade
from engine.store.product import StoredOffset
from engine.wiring import queue
from engine.wiring.checked import CheckedMachine
from engine.wiring.clock import DemoClock, FixedClock, RealClock
from engine.wiring.errands import Errands, fill_at
from engine.wiring.held import settle_as_sent
from engine.wiring.holidays import bank_holidays
from engine.wiring.packs import Pack, Packs, read_pack
from engine.wiring.post import MailboxPost, Post, SmtpPost
from handlers import letters


class Clock(Protocol):
    """The product's time, which the demo may move."""

    def now(self) -> datetime:
        """UTC."""

    def move(self, by: timedelta, key: str | None = None) -> datetime:
        """Ahead by that much, once for a key; gives the new time. Raises ClockCannotMove."""


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

    def move_clock(self, to: datetime, key: str | None = None) -> None:
        """Move the demo's clock ahead to a moment, for every process, once for a key. Raises ClockCannotMove."""
        self.clock.move(to - self.now(), key)

    def do_jobs(self, now: datetime) -> int:
        """Do every open job at once, in this process; how many. For worked examples: the worker does them by itself."""
        return self.errands.do_open(now)

    def settle_as_sent(self, *, actor: Actor, incident_id: int, reference: str = "", key: str | None = None) -> Settled:
        """Settle an incident of a letter that has left without this database knowing of it (`engine.wiring.held`)."""
        return settle_as_sent(
            self.uow,
            self.errands,
            actor=actor,
            incident_id=incident_id,
            reference=reference,
            key=key,
            now=self.now(),
        )

    def preview_letter(self, letter: str, *, case: CaseHead, variables: Mapping[str, object]) -> str | None:
        """A letter of the case's policy version as HTML, as it would leave now, gaps shown.

        None when the version has no such letter. Wording that cannot be read is said in words, in place of the letter.
        """
        pack = self.packs.of(case.policy_digest)
        if letter not in pack.wording:
            return None
        return self._previewed(letter, pack.wording[letter], pack, case.id, variables)

    def preview_wording(self, letter: str, text: str, *, bundle: Bundle) -> str:
        """A wording that is being written as HTML, with no case: every placeholder is shown as a gap by its name.

        Wording that cannot be read is said in words, in place of the letter.
        """
        return self._previewed(letter, text, read_pack(bundle), "[case]", {})

    def _previewed(self, letter: str, text: str, pack: Pack, case_id: str, variables: Mapping[str, object]) -> str:
        """A letter's preview, or why there is none."""
        now = self.now()
        try:
            draft = letters.letter(
                letter,
                text,
                case_id=case_id,
                variables=variables,
                fill=fill_at(now),
                now=now,
                settings=pack.settings,
            )
            return letters.preview_html(draft)
        except letters.LetterRefused as refused:
            return f'<p class="govuk-body">{escape(str(refused))}</p>'

    def close(self) -> None:
        """Give connections back."""
        if self.queue is not None:
            self.queue.close()
        self.uow.close()


def build(
    settings: Settings, *, clock: Clock | None = None, queued: bool = True, machines: Machines | None = None
) -> Alongside:
    """Join everything for a migrated database.

    Without `queued` jobs wait as rows until `do_jobs` is called. Nothing is connected before it is used.
    """
    if settings.crash_at:
        arm(settings.crash_at)
    chosen = machines or make_machines()
    machine = chosen.checked
    jobs = queue.DbosQueue(settings) if queued else None
    uow = open_store(settings.database, machine=chosen.within, jobs=jobs)
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


def migrate(settings: Settings, *, queued: bool = True) -> None:
    """Bring the database up to date: the store's tables, then the queue's."""
    if settings.is_embedded:
        settings.var.mkdir(parents=True, exist_ok=True)
    if not is_current(settings.database):
        upgrade(settings.database)
    if queued:
        queue.migrate(settings)


@contextmanager
def throwaway(settings: Settings, start: datetime) -> Iterator[Alongside]:
    """The product on an empty database that is gone afterwards, with a clock that stands at `start` until moved.

    Many in one process share the machine, and with it every pack that it has checked and compiled.
    """
    with tempfile.TemporaryDirectory(prefix="alongside-") as folder:
        var = Path(folder)
        (var / "alongside.db").write_bytes(_empty_database())
        own = replace(settings, var=var, database=f"sqlite:///{var / 'alongside.db'}", demo=True)
        alongside = build(own, clock=FixedClock(start), queued=False, machines=_shared_machines())
        try:
            yield alongside
        finally:
            alongside.close()


@lru_cache(maxsize=1)
def _empty_database() -> bytes:
    """A migrated SQLite file without a row."""
    with tempfile.TemporaryDirectory(prefix="alongside-") as folder:
        path = Path(folder) / "alongside.db"
        upgrade(f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        return path.read_bytes()


@dataclass(frozen=True)
class Machines:
    """The machine behind the whole gate, for commands, and the one within, with which the store opens versions."""

    checked: CheckedMachine
    within: SpiffMachine


def make_machines() -> Machines:
    """With the gate for each diagram, and the bank holidays of England and Wales."""
    within = SpiffMachine(gate=check_diagram, holidays=bank_holidays())
    return Machines(CheckedMachine(within), within)


_shared_machines = lru_cache(maxsize=1)(make_machines)


def _clock(settings: Settings, uow: SqlUnitOfWork) -> Clock:
    """The demo's clock in the demo, the real one everywhere else."""
    return DemoClock(StoredOffset(uow.engine)) if settings.demo else RealClock()


def _post(settings: Settings, uow: SqlUnitOfWork) -> Post:
    """The mailbox in the demo without a mail server, SMTP everywhere else."""
    return MailboxPost(uow, settings.mail.sender) if settings.uses_mailbox else SmtpPost(settings)
