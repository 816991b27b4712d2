"""The timer sweep: whatever is due is fired, again and again."""

from __future__ import annotations

from engine.commands import fire_timers
from engine.wiring import Alongside
from engine.wiring.measures import SWEEP, TIMERS

_MOST_ROUNDS = 50


def sweep(alongside: Alongside, *, rounds: int = _MOST_ROUNDS) -> int:
    """Fire what is due now, the soonest first; how many timers and notices.

    Ends when a round finds nothing, or after so many rounds of at most 200: after weeks down a worker sweeps one round
    at a time, and looks after its jobs and whether it is to stop in between.
    """
    done = 0
    for _ in range(rounds):
        with SWEEP.time():
            swept = fire_timers(alongside.uow, alongside.machine, now=alongside.now())
        for what, count in vars(swept).items():
            TIMERS.labels(what).inc(count)
        if swept.fired + swept.notices == 0:
            break
        done += swept.fired + swept.notices
    return done
