"""A machine that remembers its last steps: whoever gave a command learns what it did without reading it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.model.bundle import Bundle
from engine.model.event import Event
from engine.model.outcome import Outcome
from engine.ports import Definitions, Machine


class WatchedMachine:
    """Steps as the machine within does; one thread at a time."""

    def __init__(self, within: Machine) -> None:
        """Remember nothing yet."""
        self._within = within
        self._steps: list[tuple[Event, Outcome]] = []

    def forget(self) -> None:
        """A command begins: what an earlier try did was rolled back."""
        self._steps.clear()

    def taken(self) -> list[tuple[Event, Outcome]]:
        """The steps since, in order; given once."""
        steps, self._steps = self._steps, []
        return steps

    def compile(self, bundle: Bundle) -> Definitions:
        """See `engine.ports.Machine.compile`."""
        return self._within.compile(bundle)

    def step(
        self, definitions: Definitions, state: bytes | None, event: Event, *, case_id: str, now: datetime
    ) -> Outcome:
        """See `engine.ports.Machine.step`."""
        outcome = self._within.step(definitions, state, event, case_id=case_id, now=now)
        self._steps.append((event, outcome))
        return outcome

    def variables(self, definitions: Definitions, state: bytes, *, where: str = "") -> Mapping[str, object]:
        """See `engine.ports.Machine.variables`."""
        return self._within.variables(definitions, state, where=where)
