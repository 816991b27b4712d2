"""Deadlines that were due, and that a step took away before any sweep had fired them: the journal says so."""

from __future__ import annotations

from datetime import datetime

from engine.model.case import Case, public_id
from engine.model.outcome import Outcome
from engine.model.timer import PROCESS
from engine.ports import Transaction


def overtaken(tx: Transaction, case: Case, outcome: Outcome, now: datetime) -> list[dict[str, object]]:
    """One entry for each timer of the process that was missed: which, when it was due, and how late this step was.

    The work that somebody did counts, and what the timer would have set going does not begin any more. One statement,
    and none where the step takes no timer away.
    """
    gone = {public_id(case.id, timer) for timer in outcome.timers_cleared}
    if not gone:
        return []
    return [
        {
            "timer": timer.id,
            "name": timer.name,
            "element": timer.element_id,
            "due": timer.due.isoformat(),
            "late_seconds": int((now - timer.due).total_seconds()),
        }
        for timer in tx.timers.of_case(case.id)
        if timer.kind == PROCESS and timer.id in gone and timer.due <= now
    ]
