"""What is kept for a while only: sessions that have ended, counts of guesses, and the queue's finished tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.wiring import Alongside

#: How many finished tries are forgotten at once, and how often in a row, so that nobody waits for it.
_BATCH = 500
_MOST_BATCHES = 10


def tidy(alongside: Alongside) -> int:
    """Forget what is over; how many rows. By the real clock, whatever the demo's says."""
    done = alongside.uow.sessions.prune() + alongside.uow.guesses.prune()
    return done + prune_queue(alongside)


def prune_queue(alongside: Alongside, batch: int = _BATCH) -> int:
    """Forget tries that were finished longer ago than `queue_days`; a try that still has to run is never touched."""
    if alongside.queue is None:
        return 0
    before = datetime.now(UTC) - timedelta(days=alongside.settings.queue_days)
    done = 0
    for _ in range(_MOST_BATCHES):
        pruned = alongside.queue.prune(before, batch)
        done += pruned
        if pruned < batch:
            break
    return done
