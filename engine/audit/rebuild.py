"""A case's state made anew from its record: the journal is the truth, the state a cache of it (DESIGN decision 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.audit.replay import Replayed, opened_in, run_again
from engine.model.case import Case
from engine.model.errors import AlongsideError
from engine.model.journal import Entry, first_break
from engine.model.wire import state_digest
from engine.ports import Machine, UnitOfWork


def rebuilt(uow: UnitOfWork, machine: Machine, *, case_id: str) -> bytes | None:
    """The state that the record leads to; None when it is the stored one already, or the record itself does not hold.

    Raises CaseNotFound.
    """
    with uow.read() as tx:
        case, entries = tx.cases.find(case_id), tx.journal.entries(case_id)
        if not _is_whole(case, entries):
            return None
        try:
            steps = [each for each in run_again(machine, entries, opened_in(uow, tx)) if each.outcome is not None]
        except (AlongsideError, ValueError, KeyError):
            return None
    state = _agreed(steps)
    return None if state == case.state else state


def _is_whole(case: Case, entries: Sequence[Entry]) -> bool:
    """Whether the chain holds and ends where the case says."""
    end = (entries[-1].seq, entries[-1].hash) if entries else None
    return first_break(entries) is None and end == (case.journal_seq, case.journal_hash)


def _agreed(steps: Sequence[Replayed]) -> bytes | None:
    """The last step's state, when its entry recorded the very same."""
    if not steps or steps[-1].outcome is None:
        return None
    body: Any = steps[-1].entry.body
    state = steps[-1].outcome.state
    return state if body["outcome"].get("state") == state_digest(state) else None
