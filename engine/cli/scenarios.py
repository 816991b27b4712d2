"""`alongside scenarios`: worked examples, played through the real commands on databases that are thrown away."""

from __future__ import annotations

import argparse
from typing import Any

from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings


def scenarios(settings: Settings, options: argparse.Namespace) -> Report:
    """Play the examples; holds when all do and there is at least one."""
    from engine.rehearsal.scenarios import find, run

    files = find(settings, options.paths)
    for file in files:
        if not file.is_file():
            raise CannotDo(f"There is no file {file}.")
    played = list(with_bar(run(settings, files), "Scenarios", len(files)))
    rows: list[dict[str, Any]] = [
        {
            "file": file.name,
            "title": each.script.title,
            "carries": list(each.script.carries),
            "steps": len(each.script.steps),
            "holds": not each.faults,
            "faults": each.faults,
        }
        for file, each in zip(files, played, strict=True)
    ]
    failed = [row for row in rows if not row["holds"]]
    lines = [f"{row['file']}: {fault}" for row in failed for fault in row["faults"]]
    lines.append(f"{len(rows) - len(failed)} of {len(rows)} worked examples hold")
    data = {"total": len(rows), "passed": len(rows) - len(failed), "failed": len(failed), "scenarios": rows}
    return Report(bool(rows) and not failed, data, lines)
