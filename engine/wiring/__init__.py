"""The composition root: the only room that knows every implementation, and joins them."""

from engine.wiring.build import Alongside, build, migrate, throwaway
from engine.wiring.clock import ClockCannotMove, DemoClock, FixedClock, RealClock
from engine.wiring.packs import read_folder

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
