"""What is wrong with a form, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FormFault:
    """One thing wrong: `element` is the component's key, id or label ("" for the file), `sentence` says what."""

    element: str
    sentence: str


class FormError(Exception):
    """A file that is not a form this product can show; `faults` holds every reason found."""

    def __init__(self, faults: Sequence[FormFault]) -> None:
        """Keep the faults in the order in which they were found."""
        super().__init__("; ".join(f"{f.element}: {f.sentence}" if f.element else f.sentence for f in faults))
        self.faults = tuple(faults)
