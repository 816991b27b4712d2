"""A whole simulation in a database: set up once, its lives shared among workers, each played in order of time."""

from __future__ import annotations

import heapq
import json
import multiprocessing
import queue
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.model.errors import VersionNotFound
from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import NO_PASSWORD, add_cast
from engine.rehearsal.publish import publish_pack
from engine.settings import Settings
from engine.simulation.data import SimulationData, load_data
from engine.simulation.deciding import World
from engine.simulation.hours import Hours, midnight
from engine.simulation.life import Life
from engine.simulation.playing import Play, Timing
from engine.simulation.scene import DataRefused
from engine.simulation.watched import WatchedMachine
from engine.store.product import Remembered
from engine.wiring import Alongside, build, migrate
from engine.wiring.build import make_machines
from engine.wiring.holidays import bank_holidays
from engine.wiring.simulated import Letters, simulated_errands

_REMEMBERED = "simulation"
#: Seconds between two words of a worker about how far it is.
_TELLS = 0.25


class SimulationRefused(Exception):
    """A simulation that cannot be run in this database; the text says why and what can be done."""


@dataclass(frozen=True)
class Order:
    """What is asked for; the same order in an empty database gives the same cases."""

    lives: int
    months: int
    seed: int
    letters: Letters = "real"
    start: date | None = None


@dataclass(frozen=True)
class Progress:
    """How far it is: `share` of all the time to be lived, from 0 to 1; counts are of this run."""

    share: float
    steps: int
    completions: int
    at: datetime | None


@dataclass
class Ran:
    """What one run did: `stuck` are lives that a command refused, `seconds` went by."""

    timing: Timing = field(default_factory=Timing)
    stuck: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Ran) -> None:
        """Take in what another worker did at the same time."""
        self.timing.completions += other.timing.completions
        self.timing.worked += other.timing.worked
        self.timing.cpu += other.timing.cpu
        self.timing.jobs += other.timing.jobs
        self.timing.timers += other.timing.timers
        self.timing.steps += other.timing.steps
        self.stuck += other.stuck


Tell = Callable[[Progress], None]


def set_up(
    settings: Settings, order: Order, data: SimulationData, *, resume: bool, password_hash: str = NO_PASSWORD
) -> None:
    """Migrate, publish the pack where none is in force, add its people, remember the order.

    Raises SimulationRefused when the database holds other cases, another simulation, or this one without `resume`.
    """
    migrate(settings, queued=False)
    alongside = build(settings, queued=False)
    remembered = Remembered(settings.database)
    try:
        _must_fit(alongside, remembered, order, data, resume=resume)
        opens = midnight(order.start or data.start)
        with alongside.uow.read() as tx:
            try:
                tx.policies.in_force(order.start or data.start)
                is_published = True
            except VersionNotFound:
                is_published = False
            is_peopled = bool(tx.people.all())
        if not is_published:
            publish_pack(alongside, settings.home, opens)
        if not is_peopled:
            add_cast(alongside, read_cast(settings.people_file), password_hash)
        remembered.write(_REMEMBERED, _told(order, data))
    finally:
        remembered.close()
        alongside.close()


def _must_fit(
    alongside: Alongside, remembered: Remembered, order: Order, data: SimulationData, *, resume: bool
) -> None:
    """Raises SimulationRefused unless the database is free for this order."""
    before = remembered.read(_REMEMBERED)
    with alongside.uow.read() as tx:
        holds_cases = bool(tx.cases.ids())
    if not before and holds_cases:
        raise SimulationRefused("This database holds other cases: name an empty one with --database or --var.")
    if before and before != _told(order, data):
        raise SimulationRefused(f"This database holds another simulation: {before}.")
    if before and holds_cases and not resume:
        raise SimulationRefused("This simulation was begun here: go on with --resume, or name another database.")


def _told(order: Order, data: SimulationData) -> str:
    """The order as it is remembered."""
    return json.dumps({**asdict(order), "start": str(order.start or data.start), "data": data.digest[:16]})


def make_world(alongside: Alongside, order: Order, data: SimulationData) -> World:
    """The order's world under the version in force on its first day; `machine` is the product's. Raises DataRefused."""
    begun = replace(data, start=order.start or data.start)
    with alongside.uow.read() as tx:
        digest = tx.policies.in_force(begun.start).digest
        guidance = alongside.uow.library.open(tx, digest)
        people = sorted(tx.people.all(), key=lambda person: person.username)
    if not people:
        raise DataRefused("nobody is there to do anything")
    hours = Hours(bank_holidays())
    return World(begun, guidance, alongside.machine, people, hours, order.seed, order.months)


def run(settings: Settings, order: Order, data: SimulationData, numbers: Sequence[int], tell: Tell) -> Ran:
    """Play these lives in this process to the end of the order's time, taking up those that were begun."""
    machines = make_machines()
    alongside = build(settings, queued=False, machines=machines)
    try:
        world = make_world(alongside, order, data)
        watched = WatchedMachine(machines.checked)
        errands = simulated_errands(settings, alongside.uow, watched, order.letters)
        play = Play(alongside.uow, watched, errands, world)
        return _play(play, alongside, numbers, tell)
    finally:
        alongside.close()


def _play(play: Play, alongside: Alongside, numbers: Sequence[int], tell: Tell) -> Ran:
    began, worked = time.perf_counter(), time.process_time()
    with alongside.uow.read() as tx:
        there = set(tx.cases.ids())
    lives = [play.take_up(number, there) for number in numbers]
    until, told = play.world.until, 0.0
    coming = [(_next(life, until), life.number, life) for life in lives]
    heapq.heapify(coming)
    while coming:
        at, _, life = heapq.heappop(coming)
        if time.perf_counter() - told > _TELLS:
            told = time.perf_counter()
            tell(Progress(_share(lives, at, until), play.timing.steps, len(play.timing.completions), at))
        if play.advance(life):
            heapq.heappush(coming, (_next(life, until), life.number, life))
    tell(Progress(1.0, play.timing.steps, len(play.timing.completions), until))
    play.timing.cpu = time.process_time() - worked
    stuck = [f"{life.case_id}: {life.stuck}" for life in lives if life.stuck]
    return Ran(play.timing, stuck, time.perf_counter() - began)


def _next(life: Life, until: datetime) -> datetime:
    """The moment by which lives are ordered."""
    happens = life.next(until)
    return happens.at if happens is not None and happens.at is not None else until


def _share(lives: Sequence[Life], at: datetime, until: datetime) -> float:
    """The part of all lives' time that lies before a moment."""
    whole = sum((until - life.begins).total_seconds() for life in lives)
    lived = sum(max(0.0, (at - life.begins).total_seconds()) for life in lives)
    return lived / whole if whole else 1.0


def run_shared(settings: Settings, order: Order, data: SimulationData, workers: int, tell: Tell) -> Ran:
    """The same by several processes, life n in the hands of worker n modulo `workers`.

    Raises SimulationRefused when a worker fails or is killed: what it has done stands.
    """
    if workers == 1:
        return run(settings, order, data, range(1, order.lives + 1), tell)
    began, spawn = time.perf_counter(), multiprocessing.get_context("spawn")
    words: Any = spawn.Queue()
    given = [(settings, order, data.path, index, workers, words) for index in range(workers)]
    hands = [spawn.Process(target=_work, args=each, daemon=True) for each in given]
    for hand in hands:
        hand.start()
    try:
        whole = Ran()
        for ran in _hear(hands, words, tell):
            whole.add(ran)
    finally:
        for hand in hands:
            hand.terminate()
        for hand in hands:
            hand.join()
    whole.seconds = time.perf_counter() - began
    return whole


def _hear(hands: Sequence[Any], words: Any, tell: Tell) -> Iterator[Ran]:
    """What the workers say until each has said that it is done."""
    far: dict[int, Progress] = {}
    left = set(range(len(hands)))
    while left:
        if any(hands[index].exitcode not in (None, 0) for index in left):
            raise SimulationRefused("A worker died. What it did stands: go on with --resume.")
        try:
            index, word = words.get(timeout=1)
        except queue.Empty:
            continue
        if isinstance(word, Progress):
            far[index] = word
            tell(_together(far, len(hands)))
        elif isinstance(word, Ran):
            left.discard(index)
            yield word
        else:
            raise SimulationRefused(str(word))


def _together(far: dict[int, Progress], workers: int) -> Progress:
    """How far all are."""
    all_of = far.values()
    moments = [each.at for each in all_of if each.at is not None]
    share = sum(each.share for each in all_of) / workers
    return Progress(share, sum(p.steps for p in all_of), sum(p.completions for p in all_of), min(moments))


def _work(settings: Settings, order: Order, path: str, index: int, workers: int, words: Any) -> None:
    """One worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        numbers = range(1 + index, order.lives + 1, workers)
        ran = run(settings, order, load_data(Path(path)), numbers, lambda far: words.put((index, far)))
        words.put((index, ran))
    except Exception as error:
        words.put((index, f"A worker stopped: {type(error).__name__}: {error}"))
