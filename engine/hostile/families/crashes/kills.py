"""CRASH-02, 03 and 07: the web process, the database, or its sessions are ended again and again while people work."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import create_engine, make_url, text

from engine.hostile import processes
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.families.crashes.load import Crew, crew, round_pack
from engine.hostile.families.crashes.stage import open_jobs
from engine.hostile.nursery import Forked
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict

KILLS, QUICK_KILLS = 100, 2
STOPS, QUICK_STOPS = 15, 1
#: Seconds for which sessions are ended, and between two of them.
ENDING, QUICK_ENDING, EVERY = 60.0, 3.0, 0.3
#: Seconds in which people must be served again when the database is back.
RECOVERY = 10.0
_ANY_SESSION = text(
    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS one"
)


def crash_02(arena: Arena, case: HostileCase) -> Verdict:
    """SIGKILL to the web process at moments of chance, and a new one at once."""
    kills = QUICK_KILLS if arena.quick else KILLS

    def trouble(people: Crew) -> str:
        chance = random.Random(2)
        for _ in range(kills):
            time.sleep(chance.uniform(0.5, 2.0))
            _must_go_on(people)
            if arena.web is not None:
                processes.kill(arena.web)
            arena.start(workers=0)
        return f"The web process was killed {kills} times"

    return _survived(arena, case, trouble, runs=kills)


def crash_03(arena: Arena, case: HostileCase) -> Verdict:
    """The database goes without a word and comes back; nobody restarts the product."""
    if arena.is_postgresql and arena.postgresql is None:
        return Verdict(case.id, False, "The server is not ours to stop: run it with --database postgresql.", runs=0)
    stops = QUICK_STOPS if arena.quick else STOPS
    stop = _postgresql_stopped if arena.is_postgresql else _everybody_killed

    def trouble(people: Crew) -> str:
        chance, slowest = random.Random(3), 0.0
        for _ in range(stops):
            time.sleep(chance.uniform(0.5, 1.5))
            _must_go_on(people)
            stop(arena, chance.uniform(0.2, 1.5))
            back = time.monotonic()
            arena.wait(lambda back=back: people.last > back or people.odd, "people are served again")  # type: ignore[misc]
            slowest = max(slowest, time.monotonic() - back)
        if slowest > RECOVERY:
            people.odd.append(f"People were served again after {slowest:.1f} s only.")
        what = "PostgreSQL was stopped at once" if arena.is_postgresql else "Every process that has the file open died"
        return f"{what} {stops} times and people were served again within {slowest:.1f} s"

    return _survived(arena, case, trouble, runs=stops)


def _postgresql_stopped(arena: Arena, pause: float) -> None:
    if arena.postgresql is not None:
        arena.postgresql.stop("immediate")
        time.sleep(pause)
        arena.postgresql.start()


def _everybody_killed(arena: Arena, pause: float) -> None:
    """SQLite has no server: what stops the database hard is the end of all who have it open."""
    arena.kill()
    time.sleep(pause)
    arena.start()


def crash_07(arena: Arena, case: HostileCase) -> Verdict:
    """Sessions are ended at random; on SQLite, which has none, others lock the file at random for as long."""
    seconds = QUICK_ENDING if arena.quick else ENDING
    end = _sessions_ended if arena.is_postgresql else _file_locked

    def trouble(people: Crew) -> str:
        return end(arena, seconds, lambda: _must_go_on(people))

    return _survived(arena, case, trouble)


def _sessions_ended(arena: Arena, seconds: float, go_on: Callable[[], None]) -> str:
    engine = create_engine(arena.database, isolation_level="AUTOCOMMIT")
    ended, until = 0, time.monotonic() + seconds
    try:
        with engine.connect() as connection:
            while time.monotonic() < until:
                ended += bool(connection.scalar(_ANY_SESSION))
                time.sleep(EVERY)
                go_on()
    finally:
        engine.dispose()
    return f"{ended} sessions were ended in {seconds:.0f} s"


def _file_locked(arena: Arena, seconds: float, go_on: Callable[[], None]) -> str:
    locked, until = 0, time.monotonic() + seconds
    path = make_url(arena.database).database or ""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as rival:
        while time.monotonic() < until:
            rival.execute("BEGIN IMMEDIATE")
            time.sleep(EVERY / 2)
            rival.execute("ROLLBACK")
            locked += 1
            time.sleep(EVERY / 2)
            go_on()
    return f"The file was locked by somebody else {locked} times in {seconds:.0f} s"


def _must_go_on(people: Crew) -> None:
    """Raises when somebody got an answer that nobody should get."""
    if people.odd:
        raise DidNotComeAbout(people.odd[0])


def _survived(arena: Arena, case: HostileCase, trouble: Callable[[Crew], str], *, runs: int = 1) -> Verdict:
    """Twenty people at work, the trouble, and what is in the journals afterwards."""
    arena.publish(round_pack())
    before = list(arena.processes)
    with crew(arena) as people:
        try:
            what = trouble(people)
        except DidNotComeAbout as problem:
            what = str(problem)
            people.odd.append(what)
    lost, unasked = people.missing()
    if not people.odd:
        arena.wait(lambda: not open_jobs(arena), "every job is done")
    sound = _is_sound(arena)
    restarted = "" if not arena.is_postgresql or case.id == "CRASH-02" else _still_the_same(before)
    good = not (lost or unasked or people.odd or restarted) and sound
    more = " ".join((*people.odd[:2], restarted, "" if sound else "The file is no longer sound."))
    why = f"{what}; {people.told()}; acknowledged and missing {lost}, done by halves {unasked}. {more}".strip()
    return Verdict(case.id, good, why, runs=runs, lost=lost, duplicated=unasked)


def _still_the_same(before: list[Forked]) -> str:
    ended = [process.args[1] for process in before if process.poll() is not None]
    return f"These ended by themselves: {', '.join(ended)}." if ended else ""


def _is_sound(arena: Arena) -> bool:
    """SQLite's own look at its file; PostgreSQL looks at its pages as they are read."""
    if arena.is_postgresql:
        return True
    with closing(sqlite3.connect(make_url(arena.database).database or "")) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
