"""A benchmark run by itself, without `alongside bench`: its arguments, its answer as JSON, its exit code."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any


def alone(run: Callable[..., dict[str, Any]], about: str) -> int:
    """Run and print; 0 when every target is reached."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds, for a first look")
    parser.add_argument("--json", action="store_true", help="one JSON object on one line")
    options = parser.parse_args()
    found = run(quick=options.quick)
    print(json.dumps(found, indent=None if options.json else 2))
    return int(not all(each["reached"] for each in found["targets"]))


def at_most(what: str, measured: float | None, most: float) -> dict[str, Any]:
    """A target that what was measured must not pass; what could not be measured has not reached it."""
    return {"what": what, "measured": measured, "at_most": most, "reached": measured is not None and measured <= most}
