"""A contestant's process: reads one JSON line a request, does it, and answers with the time that it took.

    python seat.py NAME FOLDER

A request is `{"do": "start", "workload": "W1"}`, `{"do": "size", "case": 3}`, what else a contestant can be asked, or
a turn: `{"do": "turn", "completions": [{"case": 3, "answers": {...}}, ...]}`, each of which does the case's oldest open
task. A turn is one request because a process that sleeps between two completions measures how the machine wakes it.
Times are microseconds of processor time (of the whole process, threads and the system's work for it included) and of
the wall clock.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any, Protocol

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]
CONTESTANTS = {"ours": "ours:Ours", "raw": "plain_spiff:PlainSpiff", "viewflow": "django_flow:DjangoFlow"}


class Contestant(Protocol):
    """One way to keep cases: everything a completion needs is read from the database again each time."""

    def start(self, workload: str) -> int:
        """A new case, at its first task."""

    def complete(self, case: int, answers: dict[str, Any]) -> None:
        """The case's oldest open task, in one durable commit."""

    def size(self, case: int) -> int:
        """Bytes of state that the case has in the database, its history left out."""


def main() -> None:
    """Serve until the input ends."""
    module, _, kind = CONTESTANTS[sys.argv[1]].partition(":")
    contestant: Contestant = getattr(importlib.import_module(module), kind)(Path(sys.argv[2]))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        what = asked.pop("do")
        print(json.dumps(_turn(contestant, **asked) if what == "turn" else _timed(contestant, what, asked)), flush=True)


def _turn(contestant: Contestant, completions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer for each completion, in order."""
    return [_timed(contestant, "complete", each) for each in completions]


def _timed(contestant: Contestant, what: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What a method gave, and how long it took."""
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    value = getattr(contestant, what)(**asked)
    return {
        "value": value,
        "cpu": (time.process_time_ns() - cpu) / 1000,
        "wall": (time.perf_counter_ns() - wall) / 1000,
    }


if __name__ == "__main__":
    main()
