"""The machine behind the whole gate: what is to become policy is checked file by file and across files first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.model.bundle import Bundle
from engine.model.errors import PolicyRejected
from engine.model.event import Event
from engine.model.outcome import Outcome
from engine.policy import lint_pack
from engine.ports import Definitions, Machine


class CheckedMachine:
    """A machine that compiles only what the pack's own checks accept; it steps as the machine within does.

    The store opens published versions with the machine within: they have passed, and a stricter gate of a later
    release must not keep a running case from its version.
    """

    def __init__(self, within: Machine) -> None:
        """Check, then leave the rest to the machine within."""
        self._within = within
        self._accepted: set[str] = set()

    def compile(self, bundle: Bundle) -> Definitions:
        """See `engine.ports.Machine.compile`."""
        if bundle.digest not in self._accepted:
            faults = lint_pack(bundle)
            if faults:
                raise PolicyRejected(faults)
            self._accepted.add(bundle.digest)
        return self._within.compile(bundle)

    def step(
        self, definitions: Definitions, state: bytes | None, event: Event, *, case_id: str, now: datetime
    ) -> Outcome:
        """See `engine.ports.Machine.step`."""
        return self._within.step(definitions, state, event, case_id=case_id, now=now)

    def variables(self, definitions: Definitions, state: bytes, *, where: str = "") -> Mapping[str, object]:
        """See `engine.ports.Machine.variables`."""
        return self._within.variables(definitions, state, where=where)
