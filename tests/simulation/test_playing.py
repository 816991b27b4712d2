"""Lives in a real database: what memory foretells happens, the record holds, and a kill changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from engine.audit import verify_all
from engine.model.errors import StoreBusy
from engine.model.event import CaseStarted, MessageDelivered, TaskCompleted, TimerFired
from engine.settings import Settings
from engine.simulation.life import Life
from engine.simulation.memory import live
from engine.simulation.playing import Play
from engine.simulation.running import Order, SimulationRefused, make_world, run, run_shared, set_up
from engine.simulation.watched import WatchedMachine
from engine.wiring import Alongside, build
from engine.wiring.build import Machines
from engine.wiring.simulated import simulated_errands
from tests.simulation.conftest import CHILDREN, MONTHS, ROOT, SEED, in_folder

ORDER = Order(CHILDREN, MONTHS, SEED, "words")
SHORT = Order(3, 3, SEED, "words")
PATIENCE = 400.0


def entries(settings: Settings, *, numbered: bool = True) -> dict[str, list[tuple[str, str]]]:
    """Every case's journal, each entry with its hash; without `numbered`, see `unnumbered`."""
    alongside = build(settings, queued=False)
    with alongside.uow.read() as tx:
        found = {
            case: [(each.hash, json.dumps(each.body)) for each in tx.journal.told(case)] for case in tx.cases.ids()
        }
    alongside.close()
    return found if numbered else {case: [unnumbered(body) for _, body in journal] for case, journal in found.items()}


def unnumbered(body: str) -> tuple[str, str]:
    """An entry without the number that the database gave to a letter, and so without its hash."""
    told = json.loads(body)
    told.pop("document", None)
    return "", json.dumps(told)


@pytest.fixture(scope="module")
def played(published: bytes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Five children, twelve months, in one go."""
    return play(in_folder(tmp_path_factory.mktemp("played"), published), ORDER)


def play(settings: Settings, order: Order, workers: int = 1) -> Settings:
    """A whole simulation, in which nothing is stuck."""
    from engine.simulation.data import PATH, load_data

    data = load_data(ROOT / PATH)
    set_up(settings, order, data, resume=False)
    ran = run_shared(settings, order, data, workers, lambda _: None)
    assert ran.stuck == []
    return settings


def test_the_record_of_a_simulation_holds(played: Settings, machines: Machines):
    alongside = build(played, queued=False, machines=machines)
    verdicts = list(verify_all(alongside.uow, alongside.machine))
    with alongside.uow.read() as tx:
        assert tx.incidents.listed() == []
        assert tx.jobs.open() == []
    alongside.close()
    assert len(verdicts) == CHILDREN
    assert [verdict for verdict in verdicts if not verdict.holds] == []
    assert sum(verdict.entries for verdict in verdicts) > 100


def test_what_was_foretold_in_memory_happens_in_the_database(played: Settings, data, machines):
    alongside = build(played, queued=False, machines=machines)
    world = make_world(alongside, ORDER, data)
    with alongside.uow.read() as tx:
        for number in range(1, CHILDREN + 1):
            told = [
                (e.recorded_at, e.body["event"])
                for e in tx.journal.told(world.born(number).case_id)
                if "event" in e.body
            ]
            mine = [(each.at, each.event) for each in live(world, number)]
            assert [at for at, _ in told] == [at for at, _ in mine]
            for (_, body), (_, event) in zip(told, mine, strict=True):
                assert body["type"] == type(event).__name__
                assert (
                    isinstance(event, CaseStarted | TaskCompleted | TimerFired | MessageDelivered) or "job_id" in body
                )
                if isinstance(event, TaskCompleted):
                    assert set(body["answers"]) == set(event.answers)
    alongside.close()


@pytest.fixture(scope="module")
def short(published: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """The journals of a few short lives that nobody disturbed."""
    return entries(play(in_folder(tmp_path_factory.mktemp("short"), published), SHORT))


def test_killed_after_every_few_commits_it_goes_on_as_if_it_had_not_been(settings, data, short, machines):
    set_up(settings, SHORT, data, resume=False)
    kills = sum(1 for _ in _killed(settings, data, machines))
    assert entries(settings) == short
    assert kills > 10


class _Killed(BaseException):
    """What a process killed by SIGKILL leaves is what was committed; this stops one in the same place."""


class _Mortal:
    """A store that dies when so many transactions have been committed."""

    def __init__(self, alongside: Alongside, commits: int) -> None:
        self._uow, self._left = alongside.uow, commits
        self.library, self.read = self._uow.library, self._uow.read

    def write(self):
        """As the store's own, as long as it lives."""
        if self._left == 0:
            raise _Killed
        self._left -= 1
        return self._uow.write()


def _killed(settings: Settings, data, machines: Machines) -> Iterator[None]:
    """Play one life after another, killed after 1, 2, 3 ... commits in turn; once for each kill."""
    commits = 0
    while True:
        commits = commits % 9 + 1
        alongside = build(settings, queued=False, machines=machines)
        mortal = _Mortal(alongside, commits)
        watched = WatchedMachine(alongside.machine)
        errands = simulated_errands(settings, mortal, watched, "words")  # type: ignore[arg-type]
        player = Play(mortal, watched, errands, make_world(alongside, SHORT, data))  # type: ignore[arg-type]
        with alongside.uow.read() as tx:
            there = set(tx.cases.ids())
        try:
            _play_all([player.take_up(number, there) for number in range(1, SHORT.lives + 1)], player)
            return
        except _Killed:
            yield
        finally:
            alongside.close()


def _play_all(lives: list[Life], player: Play) -> None:
    """In order of time, as `run` does."""
    while left := [life for life in lives if life is not None]:
        until = player.world.until
        first = min(left, key=lambda life: ((n.at if (n := life.next(until)) else None) or until, life.number))
        if not player.advance(first):
            lives.remove(first)


@pytest.mark.slow
def test_a_process_killed_by_sigkill_is_resumed(settings, short):
    folder, there = settings.var, settings
    command = ["simulate", "--children", str(SHORT.lives), "--months", str(SHORT.months), "--seed", str(SEED)]
    command += ["--letters", "words", "--var", str(folder)]
    with _cli(*command) as process:
        _wait_for_entries(there, 8)
        process.kill()
    cut = entries(there)
    with _cli(*command, "--resume", "--json") as resumed:
        out, err = resumed.communicate(timeout=PATIENCE)
    assert resumed.returncode == 0, err
    assert json.loads(out)["cases"] == SHORT.lives
    assert entries(there) == short
    assert sum(map(len, cut.values())) < sum(map(len, short.values()))


@contextmanager
def _cli(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command at work; it is not left behind."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALONGSIDE_")}
    command = [sys.executable, "-m", "engine.cli", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _wait_for_entries(settings: Settings, count: int) -> None:
    """Until the journal has so many entries."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if sum(map(len, entries(settings).values())) >= count:
                return
        except StoreBusy:
            pass
        time.sleep(0.02)
    raise AssertionError("nothing was played")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_on_postgresql_play_the_same_lives_as_one_on_sqlite(database_url, settings, short):
    """But for the numbers that the database gives to letters, in the order in which it gets them."""
    two = entries(play(replace(settings, database=database_url), SHORT, workers=2), numbered=False)
    assert two == {case: [unnumbered(body) for _, body in journal] for case, journal in short.items()}


def test_a_database_that_holds_something_else_is_refused(settings, data):
    small = Order(1, 1, SEED, "words")
    set_up(settings, small, data, resume=False)
    run(settings, small, data, [1], lambda _: None)
    with pytest.raises(SimulationRefused, match="another simulation"):
        set_up(settings, replace(small, seed=1), data, resume=True)
    with pytest.raises(SimulationRefused, match="--resume"):
        set_up(settings, small, data, resume=False)
    set_up(settings, small, data, resume=True)
