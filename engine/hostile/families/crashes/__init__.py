"""Crashes: processes, databases, mail servers and disks that fail at the worst moment."""

from __future__ import annotations

from engine.hostile.families import Family
from engine.hostile.families.crashes.kills import crash_02, crash_03, crash_07
from engine.hostile.families.crashes.letters import crash_01
from engine.hostile.families.crashes.naive import control

CRASH = Family(
    {
        "CRASH-01": crash_01,
        "CRASH-02": crash_02,
        "CRASH-03": crash_03,
        "CRASH-07": crash_07,
    },
    control,
)
