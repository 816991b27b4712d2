"""Concurrency: two, eight and a hundred people, schedulers and restarts, all at the same moment."""

from __future__ import annotations

from engine.hostile.families import Family
from engine.hostile.families.races.alone import lost_without_a_lock
from engine.hostile.families.races.crossed import crossed, finished, stale
from engine.hostile.families.races.load import read_by_a_hundred
from engine.hostile.families.races.repeated import delivered, pressed_twice, resubmitted
from engine.hostile.families.races.timed import either_way, scheduled_twice, timed_out
from engine.hostile.families.races.together import crowd, same_task, two_tasks, withdrawn

RACE = Family(
    trials={
        "RACE-01": same_task,
        "RACE-02": two_tasks,
        "RACE-03": timed_out,
        "RACE-04": pressed_twice,
        "RACE-05": crowd,
        "RACE-06": withdrawn,
        "RACE-07": resubmitted,
        "RACE-08": scheduled_twice,
        "RACE-09": delivered,
        "RACE-10": either_way,
        "RACE-11": finished,
        "RACE-12": crossed,
        "RACE-13": stale,
        "RACE-14": read_by_a_hundred,
    },
    control=lost_without_a_lock,
)
