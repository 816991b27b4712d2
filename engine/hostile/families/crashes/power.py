"""CRASH-09: a database that may forget what it was told is refused at start, before a power cut can prove it right."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, make_url

from engine.hostile import processes
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.nursery import Forked
from engine.hostile.postgresql import PostgreSQL
from engine.hostile.verdict import Verdict

#: What a server is started with, and what is set for one database only.
SERVER: tuple[Mapping[str, str], ...] = ({"fsync": "off"}, {"synchronous_commit": "off"})


def crash_09(arena: Arena, case: HostileCase) -> Verdict:
    """Neither pages nor worker may start; each says which promise is broken."""
    if arena.is_postgresql and arena.postgresql is None:
        return Verdict(case.id, False, "The server is not ours to set: run it with --database postgresql.", runs=0)
    arena.stop()
    try:
        found = _on_postgresql(arena, arena.postgresql) if arena.postgresql else _on_sqlite(arena)
    finally:
        arena.start()
    ran = [f"{what} was not refused by `{verb}`" for (what, verb), refused in found.items() if not refused]
    refused = ", ".join(dict.fromkeys(what for what, _ in found))
    why = f"Refused at start by name, or put right: {refused}." if not ran else f"{'; '.join(ran)}."
    return Verdict(case.id, not ran, why, runs=len({what for what, _ in found}))


def _on_postgresql(arena: Arena, server: PostgreSQL) -> dict[tuple[str, str], bool]:
    found: dict[tuple[str, str], bool] = {}
    for settings in SERVER:
        server.stop()
        server.start(**settings)
        try:
            found |= _tried(arena, f"{next(iter(settings))} off", next(iter(settings)), {})
        finally:
            server.stop()
            server.start()
    name = make_url(arena.database).database
    _set(arena, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        found |= _tried(arena, "synchronous_commit off for this database", "synchronous_commit", {})
    finally:
        _set(arena, f'ALTER DATABASE "{name}" RESET synchronous_commit')
    return found


def _on_sqlite(arena: Arena) -> dict[tuple[str, str], bool]:
    """Nobody can take a file's promises away from outside: each of our connections asks for them anew."""
    path = make_url(arena.database).database or ""
    arena.alongside.uow.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    was_ahead = _writes_ahead(path)
    arena.start()
    arena.start_case()
    put_right = not was_ahead and _writes_ahead(path)
    arena.stop()
    return {("a file that somebody set to a rollback journal", "serve"): put_right}


def _writes_ahead(path: str) -> bool:
    """Whether the file's own header says so (its 19th byte: the version that reading needs)."""
    return Path(path).read_bytes()[18:20] == b"\x02\x02"


def _tried(arena: Arena, what: str, word: str, told: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """Whether pages and worker each end by themselves with a failure that names the word."""
    return {(what, verb): _refuses(arena, verb, word, told) for verb in ("serve", "worker")}


def _refuses(arena: Arena, verb: str, word: str, told: Mapping[str, str]) -> bool:
    log = arena.folder / f"refused-{verb}.log"
    log.unlink(missing_ok=True)
    process = processes.launch(verb, {**arena.environment(), **told}, log)
    try:
        arena.wait(_ended_or_ready(process, log), f"`{verb}` ends or runs")
        return bool(process.poll()) and word in log.read_text()
    finally:
        processes.kill(process)


def _ended_or_ready(process: Forked, log: Path) -> Callable[[], bool]:
    """Whether it has ended, or says that it is at work."""
    return lambda: process.poll() is not None or _says_ready(log)


def _says_ready(log: Path) -> bool:
    text = log.read_text() if log.exists() else ""
    return " is ready" in text or "answers on" in text


def _set(arena: Arena, statement: str) -> None:
    engine = create_engine(arena.database, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
