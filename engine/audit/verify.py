"""Verify: the chain holds, running the record again gives the record, and its papers are those very bytes.

Else the first difference, in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.papers import Found, paper_difference, version_difference
from engine.audit.replay import Opened, opened_in, run_again
from engine.audit.standing import Step, standing_difference
from engine.model.case import Case
from engine.model.errors import AlongsideError
from engine.model.journal import GENESIS, Entry, first_break
from engine.model.outcome import Outcome
from engine.model.wire import outcome_json
from engine.ports import Machine, Transaction, UnitOfWork

#: The parts of an outcome in the order in which they are compared, with the words for each.
PARTS = {
    "closed": "the tasks that closed",
    "opened": "the tasks that opened",
    "decisions": "the decisions",
    "path": "the way taken",
    "changes": "the values",
    "jobs": "the jobs",
    "jobs_cancelled": "the jobs cancelled",
    "timers": "the timers",
    "timers_cleared": "the timers cleared",
    "waits": "the places waiting for messages",
    "waits_closed": "the places no longer waiting for messages",
    "messages": "the messages",
    "tokens": "where the case stood",
    "ended": "whether the case ended",
    "end": "how the case ended",
    "state": "the machine's state",
}


@dataclass(frozen=True)
class Difference:
    """The first place where the record does not hold: entry `seq`, which part, and both sides as JSON."""

    seq: int
    what: str
    recorded: object
    replayed: object
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """Whether one case's record holds; `entries` were read."""

    case_id: str
    entries: int
    holds: bool
    difference: Difference | None = None


def verify(uow: UnitOfWork, machine: Machine, *, case_id: str) -> Verdict:
    """Check the hash chain, run the recorded events again, compare all that followed, and read every letter and file.

    Raises CaseNotFound.
    """
    return _verdict(uow, machine, case_id, set())


def verify_all(uow: UnitOfWork, machine: Machine) -> Iterator[Verdict]:
    """Every case, oldest first."""
    with uow.read() as tx:
        ids = tx.cases.ids()
    versions: set[str] = set()
    for case_id in ids:
        yield _verdict(uow, machine, case_id, versions)


def _verdict(uow: UnitOfWork, machine: Machine, case_id: str, versions: set[str]) -> Verdict:
    """One case's; `versions` are those whose files have been found whole."""
    with uow.read() as tx:
        case, entries = tx.cases.find(case_id), tx.journal.entries(case_id)
        difference = (
            _chain(case, entries)
            or _noted(version_difference(tx, entries, versions))
            or _replayed(uow, tx, machine, case, entries)
            or _noted(paper_difference(tx, case_id, entries))
        )
    return Verdict(case_id, len(entries), difference is None, difference)


def _noted(found: Found | None) -> Difference | None:
    return Difference(found[0], *found[1]) if found else None


def history_difference(machine: Machine, entries: Sequence[Entry], opened: Opened) -> Difference | None:
    """The same for entries alone, wherever they come from: their chain, and every step of them."""
    return _broken(entries) or _run(machine, entries, opened, [])


def _chain(case: Case, entries: Sequence[Entry]) -> Difference | None:
    """The hash chain, and that it ends where the case says."""
    broken = _broken(entries)
    if broken is not None:
        return broken
    last = entries[-1] if entries else None
    seq, end = (last.seq, last.hash) if last else (0, GENESIS)
    if (seq, end) != (case.journal_seq, case.journal_hash):
        sentence = f"The journal ends at entry {seq}, but the case says that it ends at entry {case.journal_seq}."
        bad = seq if seq == case.journal_seq else min(seq, case.journal_seq) + 1
        return Difference(bad, "end", case.journal_seq, seq, sentence)
    return None


def _broken(entries: Sequence[Entry]) -> Difference | None:
    broken = first_break(entries)
    return Difference(broken.seq, "chain", None, None, f"Entry {broken.seq}: {broken.reason}.") if broken else None


def _replayed(
    uow: UnitOfWork, tx: Transaction, machine: Machine, case: Case, entries: Sequence[Entry]
) -> Difference | None:
    """Every step, and then what the case has open now."""
    steps: list[Step] = []
    found = _run(machine, entries, opened_in(uow, tx), steps)
    if found is not None:
        return found
    found_now = standing_difference(tx, case, steps)
    return Difference(case.journal_seq, *found_now) if found_now else None


def _run(machine: Machine, entries: Sequence[Entry], opened: Opened, steps: list[Step]) -> Difference | None:
    """Run every step again, adding them to `steps`; the first that comes out otherwise than recorded."""
    seq = 0
    try:
        for again in run_again(machine, entries, opened):
            seq = again.entry.seq
            if again.outcome is None or again.event is None:
                continue
            found = _compare(again.entry, again.outcome)
            if found is not None:
                return found
            steps.append(Step(again.event, again.outcome))
    except (AlongsideError, ValueError, KeyError) as error:
        at = min(seq + 1, len(entries))
        sentence = f"Entry {at} cannot be run again: {str(error).rstrip('.')}."
        return Difference(at, "step", None, str(error), sentence)
    if not steps:
        return Difference(0, "step", None, None, "The journal holds no step from which the case could have come.")
    return None


def _compare(entry: Entry, outcome: Outcome) -> Difference | None:
    """The first part in which the step differs from its record."""
    body: Any = entry.body
    recorded, replayed = body["outcome"], json.loads(json.dumps(outcome_json(outcome)))
    for part, words in PARTS.items():
        one, other = recorded.get(part), replayed.get(part)
        if one != other:
            sentence = f"Entry {entry.seq} ({entry.kind.replace('_', ' ')}): {words} differ from the record."
            return Difference(entry.seq, part, one, other, sentence)
    return None
