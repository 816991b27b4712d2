"""CRASH-05: the scheduler dies between claim and fire, between fire and commit, and after the commit."""

from __future__ import annotations

from engine.hostile import packs
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.families.crashes.stage import Stage, must_die
from engine.hostile.verdict import Verdict
from engine.model.bundle import Bundle

POINTS = ("timer.after_claim", "timer.before_commit", "timer.after_commit")
TIMES, QUICK_TIMES = 10, 1
#: How many timers are due at once; the scheduler dies with the second of them.
DUE = 3


def crash_05(arena: Arena, case: HostileCase) -> Verdict:
    """Timers fall due while no scheduler runs; the first dies on the way, the next finishes: each fires once."""
    stage = Stage(arena)
    times = QUICK_TIMES if arena.quick else TIMES
    cases: list[str] = []
    try:
        arena.publish(waiting_pack())
        for point in POINTS:
            for _ in range(times):
                cases += _killed(stage, point)
    finally:
        stage.restore()
    fired = {case_id: _fired(arena, case_id) for case_id in cases}
    never, twice = [each for each in fired if fired[each] == 0], [each for each in fired if fired[each] > 1]
    why = (
        f"{times * len(POINTS)} kills at {len(POINTS)} points, {len(cases)} timers: never fired {len(never)}, "
        f"fired more than once {len(twice)}."
    )
    return Verdict(case.id, not never and not twice, why, runs=times * len(POINTS), duplicated=len(twice))


def waiting_pack() -> Bundle:
    """An hour's wait, then a task."""
    wait = packs.element("intermediateCatchEvent", "wait", packs.timer("timeDuration", "PT1H"))
    return packs.bundle({"waiting": packs.line("waiting", wait, packs.user_task("check"))})


def _killed(stage: Stage, point: str) -> list[str]:
    """One kill; the cases whose timers were due."""
    arena = stage.arena
    stage.rest()
    cases = [arena.start_case() for _ in range(DUE)]
    arena.move(hours=2)
    stage.work(f"{point}:2")
    must_die(arena.workers[0], point)
    stage.work()
    arena.wait(lambda: all(arena.tasks(case_id) for case_id in cases), f"the timers fire after a death at {point}")
    return cases


def _fired(arena: Arena, case_id: str) -> int:
    """How often the case's timer fired, as its journal and its open tasks have it."""
    entries = sum(entry.kind == "timer_fired" for entry in arena.journal(case_id))
    return max(entries, len(arena.tasks(case_id)))
