"""The composition root: the only room that knows every implementation, and joins them."""

from engine.policy import read_folder
from engine.wiring.build import Alongside, build, migrate, throwaway
from engine.wiring.clock import ClockCannotMove, DemoClock, FixedClock, RealClock

__all__ = [
    "Alongside",
    "ClockCannotMove",
    "DemoClock",
    "FixedClock",
    "RealClock",
    "build",
    "migrate",
    "read_folder",
    "throwaway",
]
