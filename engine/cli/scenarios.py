"""Worked examples, played."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from engine.cli.report import Report, with_bar
from engine.rehearsal import scenarios as rehearsal
from engine.rehearsal.player import Played
from engine.settings import Settings


@dataclass(frozen=True)
class _Line:
    """What became of one example, as JSON has it."""

    file: str
    title: str
    carries: tuple[str, ...]
    steps: int
    holds: bool
    faults: list[str]


def scenarios(settings: Settings, options: argparse.Namespace) -> Report:
    """Play the examples named, or all of the pack's; holds when each of them does and there is one at least."""
    files = rehearsal.find(settings, options.paths)
    results = [_line(played) for played in with_bar(rehearsal.run(settings, files), "Playing", len(files))]
    failed = [result for result in results if not result.holds]
    lines = [text for result in results for text in _told(result)]
    lines.append(f"{len(results) - len(failed)} of {len(results)} examples hold.")
    data = {"played": len(results), "held": len(results) - len(failed), "failed": len(failed), "examples": results}
    return Report(bool(results) and not failed, data, lines)


def _line(played: Played) -> _Line:
    """One example's result."""
    script = played.script
    return _Line(script.path, script.title, script.carries, len(script.steps), not played.faults, played.faults)


def _told(result: _Line) -> list[str]:
    """The same for a person."""
    return [
        f"{'holds ' if result.holds else 'FAILS '} {result.file}: {result.title}",
        *(f"  {f}" for f in result.faults),
    ]
