"""The machine: the only way in to the BPMN engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from engine.model.bundle import Bundle
from engine.model.event import Event
from engine.model.outcome import Outcome


class Definitions(Protocol):
    """One policy version's processes and tables, checked by the gate and compiled once; cached by digest."""

    @property
    def digest(self) -> str:
        """The bundle's digest."""

    @property
    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The calendar's FEEL functions, for whatever else of the version is FEEL, such as its forms."""

    def ending(self, element_id: str) -> str:
        """The word by which lists show an end event: its `outcome` property, else its id."""


class Machine(Protocol):
    """Steps a case: the only way in to the BPMN engine.

    Pure in effect: the same definitions, state, event and now give the same outcome, byte for byte.
    """

    def compile(self, bundle: Bundle) -> Definitions:
        """Gate, parse and compile every diagram and table of a bundle.

        Raises PolicyRejected with a fault for each thing that is wrong.
        """

    def step(
        self, definitions: Definitions, state: bytes | None, event: Event, *, case_id: str, now: datetime
    ) -> Outcome:
        """Apply one event (`state` None only for CaseStarted) and run until the case waits or ends.

        `now` is zone-aware. Raises TaskAlreadyComplete, JobNotOpen, TimerNotDue, NobodyWaiting, CaseEnded when the
        event does not fit the state; StepFailed, StepBudgetExceeded or StateUnreadable when the step cannot be taken.
        Nothing is kept of a failed step.
        """

    def variables(self, definitions: Definitions, state: bytes, *, where: str = "") -> Mapping[str, object]:
        """The variables visible at `where` (see `engine.model.outcome`), nearest scope first."""
