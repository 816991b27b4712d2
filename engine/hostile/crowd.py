"""Many at once, let go at one barrier; and a tally of what did not hold over many runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from engine.hostile.verdict import Verdict

Given = TypeVar("Given")
_PATIENCE = 120.0
#: Sentences of one verdict; the rest are counted.
_TOLD = 3


def at_once(works: Sequence[Callable[[], Given]]) -> list[Given]:
    """What each work gave, all begun at one moment. Raises what the first of them raised."""
    gate = threading.Barrier(len(works))
    given: list[Given | None] = [None] * len(works)
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            gate.wait(_PATIENCE)
            given[number] = works[number]()
        except BaseException as problem:  # given on to whoever asked
            raised.append(problem)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    if raised:
        raise raised[0]
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError("Not all came back.")
    return given  # type: ignore[return-value]


@dataclass
class Handicap:
    """A head start for whichever of two lost, so that over many runs the two come in neck and neck.

    `seconds` above nought are those that the second waits, below it those that the first does.
    """

    seconds: float = 0.0
    step: float = 0.02
    _first_won: bool | None = None

    def first(self, work: Callable[[], Given]) -> Callable[[], Given]:
        """The first one's work, after its wait."""
        return _after(max(0.0, -self.seconds), work)

    def second(self, work: Callable[[], Given]) -> Callable[[], Given]:
        """The second one's work, after its wait."""
        return _after(max(0.0, self.seconds), work)

    def learn(self, *, first_won: bool) -> None:
        """Wide steps while the same one wins, small ones near the balance."""
        again = self._first_won in (None, first_won)
        self.step = min(0.5, self.step * 1.5) if again else max(0.001, self.step / 2)
        self.seconds += -self.step if first_won else self.step
        self._first_won = first_won


def _after(seconds: float, work: Callable[[], Given]) -> Callable[[], Given]:
    def run() -> Given:
        threading.Event().wait(seconds)
        return work()

    return run


@dataclass
class Tally:
    """How many runs there were, and a sentence for everything that did not hold."""

    runs: int = 0
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: object, otherwise: str) -> bool:
        """Note what does not hold; whether it did."""
        if not holds:
            self.wrong.append(otherwise)
        return bool(holds)

    def verdict(self, case: str, why: str) -> Verdict:
        """Survived when everything held; `why` says what was seen then."""
        if not self.wrong:
            return Verdict(case, True, why, runs=max(1, self.runs))
        more = f" ({len(self.wrong) - _TOLD} more)" if len(self.wrong) > _TOLD else ""
        return Verdict(case, False, " ".join(self.wrong[:_TOLD]) + more, runs=max(1, self.runs))
