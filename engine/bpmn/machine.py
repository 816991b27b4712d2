"""The machine: `engine.ports.Machine` on SpiffWorkflow (DESIGN decisions 1, 2, 7 and 10)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from threading import Lock
from typing import cast

from engine.bpmn import codec
from engine.bpmn.budget import Budget, Meter
from engine.bpmn.definitions import CompiledDefinitions, Gate, compile_bundle
from engine.bpmn.frontier import Frontier, frontier_of, outcome_of
from engine.bpmn.run import Run
from engine.bpmn.splice import splice
from engine.bpmn.step import apply
from engine.model.bundle import Bundle
from engine.model.errors import AlongsideError, CaseEnded, StepFailed
from engine.model.event import CaseStarted, Event
from engine.model.outcome import Outcome
from engine.ports import Definitions

_KEPT_VERSIONS = 32


class SpiffMachine:
    """Steps cases; keeps no case, only compiled versions by digest."""

    def __init__(
        self,
        *,
        gate: Gate | None = None,
        holidays: frozenset[date] = frozenset(),
        budget: Budget | None = None,
        splices: bool = True,
    ) -> None:
        """`gate` sees every diagram first; `holidays` are no working days; without `splices` trees keep their past."""
        self._gate, self._holidays = gate, holidays
        self._budget, self._splices = budget or Budget(), splices
        self._compiled: OrderedDict[str, CompiledDefinitions] = OrderedDict()
        self._lock = Lock()

    def compile(self, bundle: Bundle) -> Definitions:
        """See `engine.ports.Machine.compile`."""
        with self._lock:
            if bundle.digest not in self._compiled:
                self._compiled[bundle.digest] = compile_bundle(bundle, self._holidays, self._gate)
                while len(self._compiled) > _KEPT_VERSIONS:
                    self._compiled.popitem(last=False)
            self._compiled.move_to_end(bundle.digest)
            return self._compiled[bundle.digest]

    def step(
        self, definitions: Definitions, state: bytes | None, event: Event, *, case_id: str, now: datetime
    ) -> Outcome:
        """See `engine.ports.Machine.step`."""
        if now.utcoffset() is None:
            raise ValueError("now must have a time zone")
        run = Run(_compiled(definitions), case_id, now, Meter(self._budget))
        try:
            return self._step(run, state, event)
        except (AlongsideError, MemoryError):
            raise
        except Exception as wrong:  # whatever SpiffWorkflow or the interpreter raises is a failed step
            raise StepFailed(run.at, f"the machine stopped: {type(wrong).__name__}: {wrong}") from wrong

    def variables(self, definitions: Definitions, state: bytes, *, where: str = "") -> Mapping[str, object]:
        """See `engine.ports.Machine.variables`."""
        del definitions
        return codec.scopes_of(state).visible(where)

    def _step(self, run: Run, state: bytes | None, event: Event) -> Outcome:
        before = Frontier()
        if state is not None:
            codec.load(state, run)
            if run.root.completed:
                raise CaseEnded("The case has ended")
            before = frontier_of(run.root)
        if (state is None) != isinstance(event, CaseStarted):
            raise StepFailed("", "a case starts once, and everything else comes after that")
        apply(run, event)
        run.to_rest()
        if self._splices:
            splice(run.root)
        return outcome_of(run, before, codec.dump(run))


def _compiled(definitions: Definitions) -> CompiledDefinitions:
    """The definitions as this machine made them."""
    return cast(CompiledDefinitions, definitions)
