"""Looking after the product: doctor, backup, restore."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.report import Report
from engine.settings import Settings


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommands: `verb(verbs, name, "module:function", text, report=True)` makes one."""
    from engine.cli import anchors

    anchors.arguments(verbs, verb)
    doctor = verb(verbs, "doctor", "operating:doctor", "Say whether this installation is sound.", report=True)
    doctor.add_argument(
        "--clock-is-right",
        action="store_true",
        help="keep that entries from the future were recorded while the clock was wrong, and that it is right now",
    )


def doctor(settings: Settings, options: argparse.Namespace) -> Report:
    """Everything that was found, the worst first; holds when nothing is fatal."""
    from engine.wiring.checkup import check_up, clock_is_right
    from engine.wiring.finding import FATAL, FINE, WARNING

    if options.clock_is_right:
        clock_is_right(settings)
    found = sorted(check_up(settings), key=lambda each: (FATAL, WARNING, FINE).index(each.level))
    counted = {level: sum(each.level == level for each in found) for level in (FATAL, WARNING, FINE)}
    lines = [f"{each.level + ':':<9}{each}" for each in found]
    lines.append(", ".join(f"{count} {level}" for level, count in counted.items()))
    data = {"sound": not counted[FATAL], "counts": counted, "findings": found}
    return Report(not counted[FATAL], data, lines)
