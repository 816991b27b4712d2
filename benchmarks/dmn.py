"""How fast decision tables are: evaluations a second of one table by five engines, side by side on one core.

    python benchmarks/dmn.py [--seconds 10] [--json]

Each engine first has to give the right advice for every case. Then they take turns in short rounds, so that a
busy moment of the machine falls on all of them alike, and the middle round of each counts. Time is the processor's
time that this process uses, threads included: what other programs take of the core does not count.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import table  # noqa: E402 - this folder is no package; the line above finds it
from engines import ENGINES, Decide  # noqa: E402

ROUNDS = 15
TARGETS = (
    ("ours", "spiff", 5.0),
    ("ours", "zen", 3.0),
    ("ours_traced", "spiff", 2.0),
)
"""Engine, the one it is compared with, at least so many times as fast."""
PARSE_MS = 5.0
PACKAGES = {"SpiffWorkflow": "SpiffWorkflow", "bkflow-feel": "bkflow_feel", "zen-engine": "zen"}


def main() -> int:
    """Measure and print; 0 when every target is reached, 1 when one is missed, 2 when an engine is not there."""
    options = _options()
    _one_core()
    engines, missing = _ready()
    rates = _rates(engines, options.seconds)
    found = _report(rates, missing, _cold_parse())
    print(json.dumps(found, indent=2) if options.json else "\n".join(_lines(found)))
    return 2 if missing else int(not all(each["reached"] for each in found["targets"]))


def run(*, quick: bool = False) -> dict[str, Any]:
    """The same in the environment where the other engines are installed, for `alongside bench`."""
    python = Path(__file__).parents[1] / "var" / "bench" / "bin" / "python"
    if not python.exists():
        raise SystemExit("the other engines are not installed; see benchmarks/README.md")
    command = [str(python), __file__, "--json", "--seconds", "2" if quick else "6"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this file again
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Evaluations a second of a 3-input, 8-rule table, by five engines.")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each engine, over all rounds (10)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser.parse_args()


def _one_core() -> None:
    """Stay on one core, where the system lets a process choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _ready() -> tuple[dict[str, Decide], list[str]]:
    """The engines that are installed, each shown to give the right advice; and the names of the others."""
    engines: dict[str, Decide] = {}
    missing: list[str] = []
    for key, (name, make) in ENGINES.items():
        try:
            decide = make()
        except ImportError as error:
            missing.append(f"{name} ({error})")
            continue
        for inputs, advice in table.CASES:
            given = decide(inputs)
            if given != advice:
                raise SystemExit(f"{name} gives {given!r} for {inputs}, not {advice!r}: nothing to compare.")
        engines[key] = decide
    return engines, missing


def _rates(engines: dict[str, Decide], seconds: float) -> dict[str, float]:
    """Evaluations a second of each: the middle of rounds taken in turn."""
    sizes = {key: _turns(decide, seconds / ROUNDS) for key, decide in engines.items()}
    rounds: dict[str, list[float]] = {key: [] for key in engines}
    for _ in range(ROUNDS):
        for key, decide in engines.items():
            rounds[key].append(sizes[key] * len(table.CASES) / _timed(decide, sizes[key]))
    return {key: statistics.median(each) for key, each in rounds.items()}


def _turns(decide: Decide, seconds: float) -> int:
    """How often to go through the cases so that a round takes about so long; warms the engine up too."""
    _timed(decide, 2)
    return max(1, round(seconds / _timed(decide, 3) * 3))


def _timed(decide: Decide, turns: int) -> float:
    """Seconds of the processor to go through the cases so many times."""
    inputs = [each for each, _ in table.CASES]
    start = time.process_time()
    for _ in range(turns):
        for each in inputs:
            decide(each)
    return time.process_time() - start


def _cold_parse() -> float:
    """Milliseconds to parse and compile a table never seen before: fresh names and numbers, so no cache helps."""
    from engine.dmn import parse_dmn

    def one(number: int) -> float:
        source = table.as_dmn().replace(b"score", b"score%d" % number).replace(b"70", b"%d" % (70_000 + number))
        return _took(lambda: parse_dmn(source.replace(b"weeks", b"weeks%d" % number)))

    one(-1)
    return statistics.median(one(number) for number in range(40)) * 1000


def _took(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def _report(rates: dict[str, float], missing: list[str], parse_ms: float) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "table": {"inputs": len(table.INPUTS), "rules": len(table.RULES), "cases": len(table.CASES)},
        "per_second": {key: round(rate) for key, rate in rates.items()},
        "ratios": _ratios(rates),
        "cold_parse_ms": round(parse_ms, 2),
        "targets": _targets(rates, parse_ms),
        "missing": missing,
        "machine": _machine(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES if find_spec(PACKAGES[name])},
    }


def _ratios(rates: dict[str, float]) -> dict[str, float]:
    """Ours over each of the others."""
    mine = [key for key in rates if key.startswith("ours")]
    return {f"{a} / {b}": round(rates[a] / rates[b], 2) for a in mine for b in rates if b not in mine}


def _targets(rates: dict[str, float], parse_ms: float) -> list[dict[str, Any]]:
    """What was to be reached, and whether it was."""
    found: list[dict[str, Any]] = [
        {"what": f"{a} / {b}", "measured": round(rates[a] / rates[b], 2), "at_least": least}
        | {"reached": rates[a] >= least * rates[b]}
        for a, b, least in TARGETS
        if a in rates and b in rates
    ]
    parse = {"what": "cold parse, ms", "measured": round(parse_ms, 2), "below": PARSE_MS}
    return [*found, parse | {"reached": parse_ms < PARSE_MS}]


def _machine() -> dict[str, Any]:
    """What it ran on, and how busy that was."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    """The processor's name, where Linux tells it."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _lines(found: dict[str, Any]) -> list[str]:
    """The report for a person."""
    names = {key: name for key, (name, _) in ENGINES.items()}
    machine = found["machine"]
    lines = [
        f"{machine['processor']}, one core of {machine['cores']}, Python {machine['python']}, load {machine['load']}"
    ]
    lines += [f"{names[key]:28} {rate:>10,} a second" for key, rate in found["per_second"].items()]
    lines += [f"{what:28} {ratio:>10} times" for what, ratio in found["ratios"].items()]
    lines.append(f"{'cold parse':28} {found['cold_parse_ms']:>10} ms")
    for each in found["targets"]:
        wanted = f"at least {each['at_least']}" if "at_least" in each else f"below {each['below']}"
        lines.append(f"{'reached' if each['reached'] else 'MISSED':8} {each['what']}: {each['measured']}, {wanted}")
    return lines + [f"not installed: {name}; see benchmarks/README.md" for name in found["missing"]]


if __name__ == "__main__":
    sys.exit(main())
