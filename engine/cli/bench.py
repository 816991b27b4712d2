"""`alongside bench`: measure the product with the programs in `benchmarks/`, and say which targets are reached."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.cli.logs import log_to_stderr
from engine.cli.report import CannotDo, Report
from engine.settings import Settings


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommand."""
    bench = verb(verbs, "bench", "bench:bench", "Measure the product, and say which targets are reached.", report=True)
    bench.add_argument("names", nargs="*", metavar="NAME", help="a program in benchmarks/, without .py; else all")
    bench.add_argument("--quick", action="store_true", help="fewer and smaller rounds, for a first look")


def bench(settings: Settings, options: argparse.Namespace) -> Report:
    """Run the programs; holds when there is a target and every one is reached.

    A program has `run(*, quick: bool) -> dict`; of what it gives, `targets` is a list of `{"what": ...,
    "measured": ..., "reached": true}`. A program that stops with an exception has reached
    nothing, and the others go on.
    """
    log_to_stderr(settings)
    folder = settings.home / "benchmarks"
    found = {name: _measured(folder / f"{name}.py", quick=options.quick) for name in _chosen(folder, options.names)}
    targets = [(name, target) for name, each in found.items() for target in each.get("targets", ())]
    missed = [f"{name}: {target['what']}" for name, target in targets if not target["reached"]]
    missed += [f"{name}: {each['failed']}" for name, each in found.items() if "failed" in each]
    reached = bool(targets) and not missed
    data = {"reached": reached, "missed": missed, "quick": options.quick, "machine": _machine(), "benchmarks": found}
    return Report(reached, data, [*_lines(targets), *(f"missed: {each}" for each in missed)])


def _chosen(folder: Path, names: Sequence[str]) -> list[str]:
    """The programs asked for, or all; raises CannotDo naming one that is not there."""
    there = [path.stem for path in sorted(folder.glob("*.py")) if _can_run(path)]
    unknown = [name for name in names if name not in there]
    if unknown or not there:
        asked = f"There is no benchmark “{unknown[0]}”" if unknown else "There are no benchmarks"
        raise CannotDo(f"{asked} in {folder}. It has: {', '.join(there) or 'none'}.")
    return list(names) or there


def _can_run(path: Path) -> bool:
    """Whether a file defines `run`: read, not imported, for the others are parts of programs."""
    tree = ast.parse(path.read_text("utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body)


def _measured(path: Path, *, quick: bool) -> dict[str, Any]:
    """What a program gives, or why it stopped."""
    if sys.stderr.isatty():
        print(f"{path.stem} ...", file=sys.stderr, flush=True)
    try:
        given: dict[str, Any] = _loaded(path).run(quick=quick)
    except (Exception, SystemExit) as stopped:
        return {"failed": f"{type(stopped).__name__}: {stopped}"}
    return given


def _loaded(path: Path) -> ModuleType:
    """The program as a module; its own folder can be imported from while it is loaded and run."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise CannotDo(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return module


def _machine() -> dict[str, Any]:
    """What it ran on, and how busy that was."""
    system = f"{platform.system()} {platform.machine()}"
    load = round(os.getloadavg()[0], 1)
    return {"python": platform.python_version(), "system": system, "cores": os.cpu_count(), "load": load}


def _lines(targets: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """A line for each target."""
    for name, target in targets:
        bounds = ("at_most", "at_least", "below", "target_ms")
        wanted = ", ".join(f"{bound.replace('_', ' ')} {target[bound]}" for bound in bounds if bound in target)
        measured = target.get("measured", target.get("ms", ""))
        yield f"{'reached' if target['reached'] else 'MISSED':8} {name}: {target['what']}: {measured} ({wanted})"
