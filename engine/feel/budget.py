"""The budget of one evaluation and the meter that spends it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.feel.errors import FeelBudgetExceeded

MAX_WARNINGS = 200


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one evaluation may cost.

    `steps` counts iterations, calls and items made; `depth` nested function calls; `string` characters in
    one string; `items` members of one list or context; `exponent` the size of a power's exponent;
    `range_length` values a range may be counted out to; `regex_seconds` the time of all patterns together.
    """

    steps: int = 250_000
    depth: int = 40
    string: int = 1_000_000
    items: int = 100_000
    exponent: int = 10_000
    range_length: int = 100_000
    regex_seconds: float = 0.25


DEFAULT_BUDGET = Budget()


class Run:
    """One evaluation under way: its remaining budget, its host functions, its clock, its warnings."""

    __slots__ = ("budget", "depth", "functions", "known", "now", "regex_left", "steps", "warnings")

    def __init__(
        self,
        budget: Budget = DEFAULT_BUDGET,
        functions: Mapping[str, Callable[..., object]] | None = None,
        now: datetime | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        self.budget = budget
        self.functions: Mapping[str, Callable[..., object]] = functions or {}
        self.now = now
        self.known: Collection[str] = ()
        self.warnings = warnings
        self.steps = budget.steps
        self.depth = budget.depth
        self.regex_left = budget.regex_seconds

    def charge(self, steps: int = 1) -> None:
        """Spend `steps`; raises FeelBudgetExceeded when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelBudgetExceeded("steps", f"This takes more than {self.budget.steps} steps.")

    def enter(self) -> None:
        """Go one function call deeper; raises FeelBudgetExceeded when that is too deep."""
        self.charge()
        self.depth -= 1
        if self.depth < 0:
            raise FeelBudgetExceeded("depth", f"Functions call each other more than {self.budget.depth} deep.")

    def leave(self) -> None:
        """Come back from one function call."""
        self.depth += 1

    def string(self, size: int) -> None:
        """Allow a new string of `size` characters."""
        if size > self.budget.string:
            raise FeelBudgetExceeded("string", f"A text would be longer than {self.budget.string} characters.")
        self.charge(1 + (size >> 6))

    def items(self, size: int) -> None:
        """Allow a new list or context of `size` members."""
        if size > self.budget.items:
            raise FeelBudgetExceeded("items", f"A list would have more than {self.budget.items} items.")
        self.charge(1 + (size >> 2))

    def span(self, size: int) -> None:
        """Allow a range to be counted out to `size` values."""
        if size > self.budget.range_length:
            raise FeelBudgetExceeded("range", f"A range spans more than {self.budget.range_length} values.")

    def exponent(self, size: Any) -> None:
        """Allow a power with this exponent."""
        if abs(size) > self.budget.exponent:
            raise FeelBudgetExceeded("exponent", f"A power goes beyond {self.budget.exponent}.")

    def warn(self, sentence: str) -> Any:
        """Note why a value became null, and give null: `return run.warn(...)`."""
        warnings = self.warnings
        if warnings is not None and len(warnings) < MAX_WARNINGS:
            warnings.append(sentence)
        return None
