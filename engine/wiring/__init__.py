"""The composition root: the only room that knows every implementation, and joins them."""

from engine.policy import read_folder
from engine.wiring.anchors import anchor_now, anchor_when_due
from engine.wiring.build import Alongside, build, migrate, throwaway
from engine.wiring.clock import ClockCannotMove, DemoClock, FixedClock, RealClock
from engine.wiring.review import remind_of_review

__all__ = [
    "Alongside",
    "ClockCannotMove",
    "DemoClock",
    "FixedClock",
    "RealClock",
    "anchor_now",
    "anchor_when_due",
    "build",
    "migrate",
    "read_folder",
    "remind_of_review",
    "throwaway",
]
