"""`alongside lint`: one file of anyone's making, judged within ten seconds whatever it holds."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from engine.cli.report import CannotDo, Report
from engine.settings import Settings

#: Seconds that a file may take, in a process of its own; together with starting it, below ten.
PATIENCE = 7.0


def lint(_settings: Settings, options: argparse.Namespace) -> Report:
    """What the gate thinks of the file."""
    if not options.file.is_file():
        raise CannotDo(f"There is no file {options.file}.")
    return _judge(options.file) if options.unguarded else _guarded(options.file)


def _judge(file: Path) -> Report:
    """Judge the file in this process."""
    from engine.policy import lint_file

    faults = lint_file(str(file), file.read_bytes())
    data = {"file": str(file), "accepted": not faults, "faults": [vars(fault) for fault in faults]}
    return Report(not faults, data, [str(fault) for fault in faults] or [f"{file}: accepted"])


def _guarded(file: Path) -> Report:
    """Judge it in a process that is stopped when it takes too long: no file can hang or fell the command."""
    command = [sys.executable, "-m", "engine.cli", "lint", "--json", "--unguarded", "--", str(file.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - our own
        data = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return _refused(file, f"Checking it took longer than {PATIENCE:.0f} seconds, so it is refused.")
    except json.JSONDecodeError:
        return _refused(file, "Checking it stopped without an answer, so it is refused.")
    data["file"] = str(file)
    faults = data.get("faults", [])
    return Report(bool(data.get("accepted")), data, [_line(fault) for fault in faults] or [f"{file}: accepted"])


def _refused(file: Path, sentence: str) -> Report:
    """A refusal of the file as a whole."""
    fault = {"path": file.name, "element": "", "sentence": sentence, "line": None}
    return Report(False, {"file": str(file), "accepted": False, "faults": [fault]}, [f"{file}: {sentence}"])


def _line(fault: dict[str, object]) -> str:
    """A fault as a person reads it."""
    where = f"{fault['path']}: {fault['element']}" if fault["element"] else str(fault["path"])
    return f"{where}: {fault['sentence']}"
