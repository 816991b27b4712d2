"""What one completion costs beside raw SpiffWorkflow and viewflow (W1, W2, W3).

    python benchmarks/completions.py [--quick]

One completion: the state read from the database in a fresh transaction, advanced, saved and committed durably. The
contestants (race/) sit in processes of their own and take turns of ten completions, so that a busy moment falls on all
alike, and nobody is measured with the processor's caches as a rival left them. A time is the middle of the rounds, in
milliseconds of the process's own processor time; the clock's is beside it.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parents[1]),
    str(Path(__file__).resolve().parent / "race"),
    str(Path(__file__).resolve().parent),
]

from alone import alone, at_most  # noqa: E402
from shapes import ROUNDS, STRAND, YES, visit  # noqa: E402 - the line above finds it
from track import Seat, seated  # noqa: E402

from engine.cli.report import with_bar  # noqa: E402

#: Completions in a row that a contestant does at its turn; two turns stand for the 10th, and two for the 400th.
TURN = 10
WARM_UP = 12


@dataclass
class Times:
    """Microseconds by contestant: of the processor and of the clock."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, answer: Mapping[str, Any]) -> None:
        """One completion more."""
        self.cpu[name].append(answer["cpu"])
        self.wall[name].append(answer["wall"])

    def shown(self) -> dict[str, dict[str, float]]:
        """Medians in milliseconds."""
        names = {name: {"cpu_ms": self.cpu[name], "wall_ms": self.wall[name]} for name in self.cpu}
        return {n: {kind: round(statistics.median(t) / 1000, 3) for kind, t in k.items()} for n, k in names.items()}


def run(*, quick: bool = False) -> dict[str, Any]:
    """Medians, sizes, the targets, and whether each is reached."""
    with seated() as seats:
        _warm_up(seats)
        one, three = short(seats, 12 if quick else 60), strands(seats, 1 if quick else 6)
        loops = loop(seats, 1 if quick else 5)
    found = {"W1": one, "W2": loops, "W3": three}
    return {"workloads": found, "targets": list(_targets(found)), "contestants": sorted(seats)}


def short(seats: Mapping[str, Seat], rounds: int) -> dict[str, Any]:
    """W1: both tasks of a few cases in a row; a time is of one completion, on the average of the round."""
    times = Times()
    for _ in with_bar(range(rounds), "W1 short", rounds):
        for name, seat in seats.items():
            cases = [seat.ask("start", workload="W1")["value"] for _ in range(TURN // 2)]
            done = seat.turn([(case, YES) for case in cases for _ in range(2)])
            times.add(name, {kind: statistics.mean(each[kind] for each in done) for kind in ("cpu", "wall")})
    return {"milliseconds": times.shown(), "against_ours": _ratios(times)}


def loop(seats: Mapping[str, Seat], rounds: int) -> dict[str, Any]:
    """W2: 400 rounds of one task that asks four questions.

    The last twenty of an old case and the first twenty of a new one are done in turn: the machine's speed changes
    within a minute, and then it changes for both.
    """
    early, late = Times(), Times()
    sizes: dict[str, dict[str, int]] = {name: {} for name in seats}
    turns = range(1, ROUNDS + 1, TURN)
    for _ in range(rounds):
        old = {name: seat.ask("start", workload="W2")["value"] for name, seat in seats.items()}
        for first in with_bar(turns[:-2], "W2 loop", len(turns) - 2):
            for name, seat in seats.items():
                _visits(seat, old[name], first)
        new = {name: seat.ask("start", workload="W2")["value"] for name, seat in seats.items()}
        for first, last in zip(turns[:2], turns[-2:], strict=True):
            for times, cases, since in ((early, new, first), (late, old, last)):
                for name, seat in seats.items():
                    for answer in _visits(seat, cases[name], since):
                        times.add(name, answer)
                    sizes[name].setdefault(str(since + TURN - 1), seat.ask("size", case=cases[name])["value"])
    return {
        "milliseconds_10th": early.shown(),
        "milliseconds_400th": late.shown(),
        "growth": {name: round(_median(late, name) / _median(early, name), 2) for name in seats},
        "against_ours_400th": _ratios(late),
        "state_bytes": sizes,
    }


def _visits(seat: Seat, case: int, first: int) -> list[dict[str, Any]]:
    """A turn of the loop, from this round on."""
    return seat.turn([(case, visit(number)) for number in range(first, first + TURN)])


def strands(seats: Mapping[str, Seat], rounds: int) -> dict[str, Any]:
    """W3: every task of two parallel strands, in turn."""
    times, taking = Times(), {name: seat for name, seat in seats.items() if name != "viewflow"}
    for _ in range(rounds):
        cases = {name: seat.ask("start", workload="W3")["value"] for name, seat in taking.items()}
        for _ in with_bar(range(2 * STRAND // TURN), "W3 strands", 2 * STRAND // TURN):
            for name, seat in taking.items():
                for answer in seat.turn([(cases[name], YES)] * TURN):
                    times.add(name, answer)
    return {"milliseconds": times.shown(), "against_ours": _ratios(times)}


def _warm_up(seats: Mapping[str, Seat]) -> None:
    """Imports, caches and pages of the database, the same for all."""
    for seat in seats.values():
        for _ in range(WARM_UP):
            case = seat.ask("start", workload="W1")["value"]
            seat.turn([(case, YES)] * 2)


def _median(times: Times, name: str) -> float:
    return statistics.median(times.cpu[name])


def _ratios(times: Times) -> dict[str, dict[str, float]]:
    """How many times our time the others take."""
    kinds = {"cpu": times.cpu, "wall": times.wall}
    mine = {kind: statistics.median(each["ours"]) for kind, each in kinds.items()}
    others = [name for name in times.cpu if name != "ours"]
    return {n: {k: round(statistics.median(each[n]) / mine[k], 2) for k, each in kinds.items()} for n in others}


def _targets(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was to be reached; a peer that is not installed leaves its target open."""
    one, two, three = found["W1"], found["W2"], found["W3"]
    sizes = two["state_bytes"]["ours"]
    raw = one["against_ours"].get("raw", {}).get("cpu")
    yield at_most("W1: ours against raw", None if raw is None else round(1 / raw, 2), 1.0)
    yield _at_least("W1: viewflow against ours", one["against_ours"].get("viewflow", {}).get("cpu"), 4.0)
    yield at_most("W2: our 400th against our 10th", two["growth"]["ours"], 1.2)
    yield _at_least("W2: raw's 400th against ours", two["against_ours_400th"].get("raw", {}).get("cpu"), 30.0)
    yield at_most("W2: bytes of state more at the 400th than at the 10th", sizes["400"] - sizes["10"], 4)
    yield _at_least("W3: raw against ours", three["against_ours"].get("raw", {}).get("cpu"), 4.0)


def _at_least(what: str, measured: float | None, least: float) -> dict[str, Any]:
    reached = measured is not None and measured >= least
    return {"what": what, "measured": measured, "at_least": least, "reached": reached}


if __name__ == "__main__":
    raise SystemExit(alone(run, "What one completion costs beside its peers."))
