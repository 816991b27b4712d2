"""Replay: the recorded events run again, each on the version it ran on, from nothing but the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.event import Event
from engine.model.journal import Entry
from engine.model.outcome import Outcome
from engine.model.wire import event_from
from engine.ports import Definitions, Machine, Transaction, UnitOfWork

#: A version's digest -> the version, compiled.
Opened = Callable[[str], Definitions]


@dataclass(frozen=True)
class Replayed:
    """One journal entry, with its event and what the machine does now on it; None for what was not a step."""

    entry: Entry
    event: Event | None = None
    outcome: Outcome | None = None


def replay(uow: UnitOfWork, machine: Machine, *, case_id: str) -> Iterator[Replayed]:
    """Every entry of the case in order, run again. Raises what `Machine.step` raises, and ValueError."""
    with uow.read() as tx:
        yield from run_again(machine, tx.journal.entries(case_id), opened_in(uow, tx))


def opened_in(uow: UnitOfWork, tx: Transaction) -> Opened:
    """The versions of a store."""
    return lambda digest: uow.library.open(tx, digest).definitions


def run_again(machine: Machine, entries: Sequence[Entry], opened: Opened) -> Iterator[Replayed]:
    """The same over entries that are at hand; `opened` gives each version they ran on."""
    state: bytes | None = None
    for entry in entries:
        body: Any = entry.body
        if "event" not in body:
            yield Replayed(entry)
            continue
        moment = datetime.fromisoformat(body["now"])
        event = event_from(body["event"])
        outcome = machine.step(opened(entry.policy_digest), state, event, case_id=entry.case_id, now=moment)
        state = outcome.state
        yield Replayed(entry, event, outcome)
