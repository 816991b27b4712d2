"""What one step may cost before it is stopped: engine steps, tasks and seconds of processor time.

Not of the wall clock: a busy machine must neither stop a sound step nor make a replay differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time

from engine.model.errors import StepBudgetExceeded


@dataclass(frozen=True)
class Budget:
    """The most that one step may take before the case settles."""

    steps: int = 500
    tasks: int = 2_000
    seconds: float = 5.0


class Meter:
    """Counts what a step has used; raises StepBudgetExceeded naming the element it had come to."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = thread_time) -> None:
        """Start counting now."""
        self.budget, self._clock, self._began = budget, clock, clock()
        self._steps = self._tasks = 0

    def count_step(self, element: str) -> None:
        """One more position runs."""
        self._steps += 1
        if self._steps > self.budget.steps:
            raise StepBudgetExceeded(element, f"the case did not come to rest within {self.budget.steps} engine steps")
        self.check_time(element)

    def count_task(self, element: str) -> None:
        """One more position comes to be."""
        self._tasks += 1
        if self._tasks > self.budget.tasks:
            raise StepBudgetExceeded(element, f"one step made more than {self.budget.tasks} positions")

    def check_time(self, element: str) -> None:
        """Time passes."""
        if self._clock() - self._began > self.budget.seconds:
            raise StepBudgetExceeded(element, f"one step took longer than {self.budget.seconds:g} seconds")
