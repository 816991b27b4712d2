"""What can be wrong with a decision model, and with one decision about one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.dmn.trace import Trace


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a model: the id of the element that has it, and a sentence in plain words."""

    element_id: str
    sentence: str


class DmnError(Exception):
    """A model that cannot be used; `faults` says why, element by element."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(f"{fault.element_id}: {fault.sentence}" for fault in faults))
        self.faults = tuple(faults)


class DecisionError(Exception):
    """A decision that gives no answer for these inputs, and why: never a silent default.

    `decision` is its name; `rule` a rule's number (1 for the first) or None; `input` the input concerned or
    an empty text; `trace` what was evaluated up to then.
    """

    def __init__(
        self, decision: str, sentence: str, *, rule: int | None = None, input: str = "", trace: Trace | None = None
    ) -> None:
        super().__init__(f"{decision}: {sentence}")
        self.decision = decision
        self.rule = rule
        self.input = input
        self.sentence = sentence
        self.trace = trace
