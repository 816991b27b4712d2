"""A contestant's process: reads one JSON line a request, does it, and answers with the time that it took.

    python seat.py NAME FOLDER

A request is `{"do": "start", "workload": "W1"}`, `{"do": "complete", "case": 3, "answers": {...}}`,
`{"do": "size", "case": 3}`, or what else a contestant can be asked. `complete` does the case's oldest open task. Times
are microseconds of processor time (of the whole process, threads and the system's work for it included) and of the
wall clock.
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
        print(json.dumps(_answer(contestant, json.loads(line))), flush=True)


def _answer(contestant: Contestant, asked: dict[str, Any]) -> dict[str, Any]:
    what = asked.pop("do")
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    value = getattr(contestant, what)(**asked)
    return {
        "value": value,
        "cpu": (time.process_time_ns() - cpu) / 1000,
        "wall": (time.perf_counter_ns() - wall) / 1000,
    }


if __name__ == "__main__":
    main()
