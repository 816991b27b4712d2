"""Plays the pack's worked examples and table tests against a draft beside the requests, and keeps how it goes."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from engine import commands
from engine.dmn import DmnError, parse_dmn
from engine.dmn.cases import BadTests, run_tests
from engine.model.bundle import Bundle
from engine.model.policy_draft import Rehearsal
from engine.ports import UnitOfWork
from engine.rehearsal.scenarios import find, run
from engine.settings import Settings

log = structlog.get_logger(__name__)
TESTS = ".tests.yaml"
#: A rehearsal that has not been heard of for so long has died with its process.
PATIENCE = timedelta(minutes=5)
_one_at_a_time = threading.Lock()


def is_running(found: Rehearsal | None, now: datetime) -> bool:
    """Whether somebody is playing this content now."""
    return found is not None and not found.is_finished and now - found.beat_at < PATIENCE


def begin(uow: UnitOfWork, settings: Settings, bundle: Bundle, by: str, clock: Callable[[], datetime]) -> None:
    """Play in a thread of its own; every step of it is kept, so that every process can tell how far it is."""
    now = clock()
    commands.keep_rehearsal(uow, rehearsal=Rehearsal(bundle.digest, by, now, now))
    thread = threading.Thread(target=_play, args=(uow, settings, bundle, by, clock), daemon=True, name="rehearsal")
    thread.start()


def _play(uow: UnitOfWork, settings: Settings, bundle: Bundle, by: str, clock: Callable[[], datetime]) -> None:
    state = Rehearsal(bundle.digest, by, clock(), clock())
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="alongside-draft-") as folder:
        try:
            for total, faults in rehearse(replace(settings, home=Path(folder)), bundle, settings.people_file):
                told = (*state.faults, *faults)
                state = replace(state, done=state.done + 1, total=total, faults=told, beat_at=clock())
                commands.keep_rehearsal(uow, rehearsal=state)
        except Exception as problem:  # told to whoever asked; the log gets its kind and no more
            log.warning("rehearsal_stopped", kind=type(problem).__name__)
            said = f"The examples could not be played to the end: {problem}"
            state = replace(state, faults=(*state.faults, said[:500]))
        commands.keep_rehearsal(uow, rehearsal=replace(state, is_finished=True, beat_at=clock()))


def rehearse(settings: Settings, bundle: Bundle, people: Path) -> Iterator[tuple[int, list[str]]]:
    """How many there are, and what did not hold, for each table test file and then for each example."""
    tables = {path: text for path, text in bundle.files.items() if path.endswith(TESTS)}
    _write_out(settings.home, bundle, people)
    examples = find(settings)
    total = len(tables) + len(examples)
    for path, text in tables.items():
        yield total, table_faults(bundle, path, text)
    for played in run(settings, examples):
        yield total, [f"{played.script.title}: {fault}" for fault in played.faults]


def table_faults(bundle: Bundle, path: str, text: bytes) -> list[str]:
    """What the tests beside a table find in it."""
    tested = path.removesuffix(TESTS)
    try:
        report = run_tests(parse_dmn(bundle.files.get(tested, b""), name=tested), text.decode("utf-8"))
    except (BadTests, DmnError, UnicodeDecodeError) as problem:
        return [f"{path}: {problem}"]
    data = report.to_json()
    found = [f"{tested}: {each['name']}: {each['reason']}" for each in data["failures"]]
    return found + [f"{tested}: {own}: no test fires rule {rules}" for own, rules in data["unfired"].items() if rules]


def _write_out(home: Path, bundle: Bundle, people: Path) -> None:
    """The pack as a folder, with the people of the examples."""
    for path, content in bundle.files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content)
    there = home / "processes" / "demo" / people.name
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(people, there)
