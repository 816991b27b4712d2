"""What a play needs of the product."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from engine.ports import Machine, UnitOfWork


class Stage(Protocol):
    """One database to play in; `engine.wiring.Alongside` is one."""

    @property
    def uow(self) -> UnitOfWork:
        """The way to the store."""

    @property
    def machine(self) -> Machine:
        """What steps cases."""

    def do_jobs(self, now: dt.datetime) -> int:
        """Do every open job through the real handlers, at once; how many."""
