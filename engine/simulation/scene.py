"""What an expression of the data file can see at one moment, and the calendar and chance that draws go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.feel import Expression, FeelError
from engine.simulation.chances import Chance
from engine.simulation.hours import LONDON, Hours


class DataRefused(Exception):
    """A data file that cannot be read or used; the text says where and why."""


@dataclass(frozen=True)
class Scene:
    """One moment of one life: `names` are its facts, the case's variables and the answers given so far."""

    names: Mapping[str, object]
    now: datetime
    chance: Chance
    hours: Hours
    sentences: tuple[str, ...] = ()
    functions: Mapping[str, Callable[..., object]] | None = None

    @property
    def today(self) -> date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()

    def value(self, expression: Expression) -> object:
        """An expression's value; None when it cannot be had."""
        try:
            return expression.evaluate(self.names, functions=self.functions, now=self.now)
        except FeelError:
            return None

    def holds(self, condition: Expression | None) -> bool:
        """Whether a condition is true; no condition always is."""
        return condition is None or self.value(condition) is True

    def knowing(self, **more: object) -> Scene:
        """The same moment with more names."""
        return replace(self, names={**self.names, **more})


def as_day(value: object) -> date | None:
    """A date, or the London day of a moment; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else None
