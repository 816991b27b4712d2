"""Fills an empty database with the demo: its people, and its cases, each walked to its stage by the real commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.player import Played, pass_time, play
from engine.rehearsal.script import Script, moment_of, read
from engine.rehearsal.stage import Stage


def scripts(home: Path) -> list[Script]:
    """The demo's cases; raises ScriptError."""
    files = sorted((home / "processes" / "demo").glob("*.yaml"))
    return [read(path) for path in files if path.name != "people.yaml"]


def is_loaded(stage: Stage) -> bool:
    """Whether the database has cases already."""
    with stage.uow.read() as tx:
        return bool(tx.cases.ids())


def load(
    stage: Stage, people_file: Path, cases: list[Script], password_hash: str, now: dt.datetime
) -> Iterator[Played]:
    """Add the people, then play the cases, those first that begin first, each as far as its script goes; then let time
    pass to now."""
    cast = read_cast(people_file)
    add_cast(stage, cast, password_hash)
    ordered = sorted(cases, key=lambda script: moment_of(script.starts, now))
    since = now
    for script in ordered:
        played = play(script, stage, cast, now=now)
        since = min(since, played.reached or now)
        yield played
    pass_time(stage, since, now)
