"""The timer sweep: whatever is due is fired, again and again."""

from __future__ import annotations

from engine.commands import fire_timers
from engine.wiring import Alongside

_MOST_ROUNDS = 50


def sweep(alongside: Alongside) -> int:
    """Fire everything that is due now; how many timers and notices. Ends when a round finds nothing."""
    done = 0
    for _ in range(_MOST_ROUNDS):
        swept = fire_timers(alongside.uow, alongside.machine, now=alongside.now())
        if swept.fired + swept.notices == 0:
            break
        done += swept.fired + swept.notices
    return done
