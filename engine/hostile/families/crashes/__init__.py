"""Crashes: processes, databases, mail servers and disks that fail at the worst moment."""

from __future__ import annotations

from engine.hostile.families import Family
from engine.hostile.families.crashes.kills import crash_02, crash_03, crash_07
from engine.hostile.families.crashes.letters import crash_01
from engine.hostile.families.crashes.mailing import crash_08
from engine.hostile.families.crashes.memory import crash_10
from engine.hostile.families.crashes.naive import control
from engine.hostile.families.crashes.power import crash_09
from engine.hostile.families.crashes.publishing import crash_06
from engine.hostile.families.crashes.room import crash_04
from engine.hostile.families.crashes.timers import crash_05

CRASH = Family(
    {
        "CRASH-01": crash_01,
        "CRASH-02": crash_02,
        "CRASH-03": crash_03,
        "CRASH-04": crash_04,
        "CRASH-05": crash_05,
        "CRASH-06": crash_06,
        "CRASH-07": crash_07,
        "CRASH-08": crash_08,
        "CRASH-09": crash_09,
        "CRASH-10": crash_10,
    },
    control,
)
