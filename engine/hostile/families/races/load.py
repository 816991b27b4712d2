"""A hundred people open the list while twenty write."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from itertools import cycle

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.crowd import Tally, at_once
from engine.hostile.families.races.pack import pack
from engine.hostile.verdict import Verdict

#: The longest that anything may wait for a lock, in seconds; a quick run may share its machine with anything.
MOST_SECONDS, MOST_WHEN_QUICK = 2.0, 10.0


def read_by_a_hundred(arena: Arena, case: HostileCase) -> Verdict:
    """All leave one barrier: no 5xx, and nobody waits for a lock for long."""
    arena.publish(pack("one"))
    tally, readers, writers = Tally(), 20 if arena.quick else 100, 5 if arena.quick else 20
    tasks = [arena.task(arena.start_case(title="In a list"), "A").id for _ in range(writers)]
    people = [arena.client(name) for name in ("wes", "win", "nora", "max", "ada")]
    reading = [partial(people[number % len(people)].get, "/cases") for number in range(readers)]
    writing = [partial(arena.complete, task, {"note": "x"}) for task in tasks]
    with _Probe(arena, [task.partition(".")[0] for task in tasks]) as probe:
        given = at_once([*reading, *writing])
    tally.runs = len(given)
    statuses = {answer.status for answer in given}
    tally.expect(statuses == {200, 303}, f"The answers were {sorted(statuses)}.")
    most = MOST_WHEN_QUICK if arena.quick else MOST_SECONDS
    tally.expect(probe.longest < most, f"A writer waited {probe.longest:.1f} s for a lock.")
    return tally.verdict(
        case.id,
        f"{readers} lists and {writers} completions: no 5xx, the longest wait for a lock {probe.longest:.2f} s.",
    )


class _Probe:
    """A writer beside the others that measures again and again how long it waits until it may write."""

    def __init__(self, arena: Arena, case_ids: Sequence[str]) -> None:
        """Not begun yet; it locks these cases in turn."""
        self.longest = 0.0
        self._arena = arena
        self._cases = cycle(case_ids)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Probe:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.01):
            began = time.monotonic()
            with self._arena.alongside.uow.write() as tx:
                tx.cases.lock(next(self._cases))
                self.longest = max(self.longest, time.monotonic() - began)
