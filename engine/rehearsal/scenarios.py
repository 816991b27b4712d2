"""Plays scenarios, each on a database of its own that is gone afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.player import Played, play
from engine.rehearsal.publish import publish_pack
from engine.rehearsal.script import Script, ScriptError, moment_of, read
from engine.settings import Settings
from engine.wiring import throwaway


def find(settings: Settings, paths: Sequence[Path] = ()) -> list[Path]:
    """The scenario files named, those in the folders named, or all of the pack's."""
    named = list(paths) or [settings.home / "processes" / "scenarios"]
    return [file for path in named for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]


def run(settings: Settings, paths: Sequence[Path]) -> Iterator[Played]:
    """Play each file; a file that cannot be read or played gives its fault, never an exception."""
    cast = read_cast(settings.people_file)
    for path in paths:
        try:
            script = read(path)
            start = moment_of(script.starts, dt.datetime.now(dt.UTC))
        except ScriptError as fault:
            yield Played(Script(path.name, path.stem, (), "", "", {}, ()), faults=[str(fault)])
            continue
        with throwaway(settings, start) as alongside:
            add_cast(alongside, cast)
            publish_pack(alongside, settings.home, start)
            yield play(script, alongside, cast, now=start)
