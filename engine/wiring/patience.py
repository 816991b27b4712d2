"""What the worker does while the database is away: nothing is anybody's fault, so it waits and does the same again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from engine.model.errors import StoreBusy

Answer = TypeVar("Answer")

LOG = logging.getLogger("alongside.worker")
#: Seconds before the second try, and the longest between any two.
_FIRST, _LONGEST = 0.2, 3.0


def patiently(action: Callable[[], Answer], pause: Callable[[float], None] = time.sleep) -> Answer:
    """Do something that may be repeated without harm, again and again until the store answers; gives its answer."""
    wait = _FIRST
    while True:
        try:
            return action()
        except StoreBusy as away:
            LOG.warning("the store is away (%s): once more in %.1f s", type(away).__name__, wait)
            pause(wait)
            wait = min(wait * 2, _LONGEST)
