"""Timers in our own dialect: those that say no time, for the gate, and those that are walked with the moved clock."""

from __future__ import annotations

from collections.abc import Mapping

from engine.hostile.families.own_code import Files
from engine.hostile.packs import diagram, element, flow, line, timer, user_task


def caught(kind: str, text: str) -> bytes:
    """A start, a timer that is waited for, and the task after it."""
    return line("timed", element("intermediateCatchEvent", "hit", timer(kind, text)), user_task("after"))


def asked(kind: str, text: str) -> bytes:
    """The same after a task, whose answers the timer reads."""
    return line(
        "timed", user_task("ask"), element("intermediateCatchEvent", "hit", timer(kind, text)), user_task("after")
    )


def beside(kind: str, text: str, *, interrupting: bool) -> bytes:
    """A task with a timer on its edge that leads to another task."""
    nodes = (
        element("startEvent", "start"),
        user_task("work"),
        element(
            "boundaryEvent", "hit", timer(kind, text), attachedToRef="work", cancelActivity=str(interrupting).lower()
        ),
        user_task("remind"),
        element("endEvent", "end"),
        element("endEvent", "late"),
    )
    flows = (flow("start", "work"), flow("work", "end"), flow("hit", "remind"), flow("remind", "late"))
    return diagram("timed", *nodes, *flows)


def _refused(content: bytes) -> Files:
    return {"timed.bpmn": content}


#: What a case attacks -> files of ours that the gate must refuse, naming `hit`.
REFUSED: Mapping[str, tuple[Files, ...]] = {
    "two_weeks_down_P3D": (),
    "two_weeks_down_R3_P1D": (
        _refused(caught("timeCycle", "R3/P1D")),
        _refused(beside("timeCycle", "R/P1D", interrupting=False)),
    ),
    "naive_date_summer": (
        _refused(caught("timeDate", "2026-07-15T17:00")),
        _refused(caught("timeDate", '="2026-07-15T17:00"')),
        _refused(caught("timeDate", '=date and time("2026-07-15T17:00:00")')),
    ),
    "words_not_duration": (
        _refused(caught("timeDuration", "ten days")),
        _refused(caught("timeDuration", '="ten days"')),
    ),
    "empty_duration": (
        _refused(caught("timeDuration", "")),
        _refused(caught("timeDuration", '=""')),
        _refused(caught("timeDuration", "PT0S")),
    ),
    "autumn_overlap": (_refused(caught("timeDate", "2026-10-25T01:30")),),
    "R0": (_refused(beside("timeCycle", "R0/P1D", interrupting=False)), _refused(caught("timeCycle", "R0/P1D"))),
    "P_only": (
        _refused(caught("timeDuration", "P")),
        _refused(caught("timeDuration", "PT")),
        _refused(caught("timeDuration", "P1DT")),
    ),
    "week_date_without_day": (_refused(caught("timeDate", "2026-W23")), _refused(caught("timeDate", '="2026-W23"'))),
}
