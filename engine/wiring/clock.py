"""The product's time: the real clock, or in the demo one that can be moved ahead for web and worker alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

#: How long a process may go on with the offset it last read, in seconds.
FRESH = 0.5


class Clock(Protocol):
    """What the time is."""

    def now(self) -> datetime:
        """The product's time, UTC."""


class ClockCannotMove(Exception):
    """The clock was to go backwards, or it is not the demo's."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """UTC."""
        return datetime.now(UTC)

    def move(self, _by: timedelta, _key: str | None = None) -> datetime:
        """Refused: only the demo's clock moves."""
        raise ClockCannotMove("Only the demo's clock can be moved.")


class FixedClock:
    """A clock that stands still until it is moved: for worked examples and tests."""

    def __init__(self, start: datetime) -> None:
        """`start` is zone-aware."""
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The time it was last set to."""
        return self._now

    def move(self, by: timedelta, _key: str | None = None) -> datetime:
        """Ahead by that much; gives the new time."""
        self._now += _ahead(by)
        return self._now

    def set(self, to: datetime) -> datetime:
        """To that moment, which may not be in its past; gives the new time."""
        return self.move(to.astimezone(UTC) - self._now)


class Offset(Protocol):
    """Where the demo keeps how far its clock was moved."""

    def read(self) -> timedelta:
        """How far ahead of the real clock."""

    def move(self, by: timedelta, key: str | None = None) -> timedelta:
        """Further ahead by that much, once for a key; gives the new offset."""


class DemoClock:
    """The real clock plus the offset that everybody shares."""

    def __init__(
        self,
        offset: Offset,
        real: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`steady` says when the offset must be read again."""
        self._offset = offset
        self._real = real
        self._steady = steady
        self._known: tuple[float, timedelta] | None = None

    def now(self) -> datetime:
        """The moved time, UTC; another process's move shows within half a second."""
        at = self._steady()
        if self._known is None or at - self._known[0] > FRESH:
            self._known = (at, self._offset.read())
        return self._real() + self._known[1]

    def move(self, by: timedelta, key: str | None = None) -> datetime:
        """Ahead by that much, for every process, once for a key; gives the new time."""
        self._known = (self._steady(), self._offset.move(_ahead(by), key))
        return self.now()


def _ahead(by: timedelta) -> timedelta:
    """The step, if it goes forwards: what was recorded must stay in the past."""
    if by < timedelta(0):
        raise ClockCannotMove("The clock can only be moved ahead: what has been recorded stays in the past.")
    return by
