"""A disk that can be filled and freed: a limit on what processes may write, or a small disk of the database's own."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url

from engine.hostile.arena import Arena
from engine.hostile.postgresql import PostgreSQL

#: Bytes after which no file may be written to: less than any database, so that every write fails at once.
_NO_ROOM = 16 * 1024
#: What a small disk has beside the database as it is.
_ROOM_MB = 40
_TABLESPACE = "small_disk"


@dataclass(frozen=True)
class Disk:
    """What was done, how to leave no room, and how to make some."""

    what: str
    fill: Callable[[], None]
    free: Callable[[], None]


@contextmanager
def full_disk(arena: Arena) -> Iterator[Disk | None]:
    """The disk of the arena's database; None when a small one cannot be mounted."""
    if arena.postgresql is None:
        yield _limited(arena)
        return
    mounted, megabytes = arena.postgresql.folder / "disk", _size_mb(arena) + _ROOM_MB
    if not _mount(mounted, megabytes):
        yield None
        return
    try:
        with _on_small_disk(arena, arena.postgresql, mounted, megabytes) as disk:
            yield disk
    finally:
        _run("umount", str(mounted))


def _limited(arena: Arena) -> Disk:
    """A limit on the size of files, set on the running processes from outside."""

    def limit(most: int) -> None:
        for process in arena.processes:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    what = f"No process could write beyond {_NO_ROOM // 1024} KB of any file"
    return Disk(what, lambda: limit(_NO_ROOM), lambda: limit(resource.RLIM_INFINITY))


def _size_mb(arena: Arena) -> int:
    """The database of the arena, rounded up: a quick product leaves a large one to the trials that come after."""
    with arena.alongside.uow.engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return -(-int(size) // 2**20)


def _mount(folder: Path, megabytes: int) -> bool:
    folder.mkdir()
    owner = folder.parent.stat()
    own = f"size={megabytes}m,uid={owner.st_uid},gid={owner.st_gid},mode=0700"
    return _run("mount", "-t", "tmpfs", "-o", own, "tmpfs", str(folder))


def _run(*command: str) -> bool:
    """Whether the system's own program did it; False where it is missing or may not."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _on_small_disk(arena: Arena, server: PostgreSQL, folder: Path, megabytes: int) -> Iterator[Disk]:
    """The arena's database moved onto the small disk, and back; the product is stopped for it."""
    ballast = folder / "ballast"

    def fill() -> None:
        with ballast.open("wb") as out:
            try:
                while True:
                    out.write(b"\0" * 65536)
                    out.flush()
            except OSError:
                return

    _moved(arena, server, _TABLESPACE, f"CREATE TABLESPACE {_TABLESPACE} LOCATION '{folder}'")
    try:
        yield Disk(f"The database's disk of {megabytes} MB was filled to its last byte", fill, ballast.unlink)
    finally:
        ballast.unlink(missing_ok=True)
        _moved(arena, server, "pg_default")
        _statements(server.url, f"DROP TABLESPACE {_TABLESPACE}")


def _moved(arena: Arena, server: PostgreSQL, where: str, *before: str) -> None:
    name = make_url(arena.database).database
    arena.stop()
    arena.alongside.uow.engine.dispose()
    _statements(
        server.url,
        *before,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        f'ALTER DATABASE "{name}" SET TABLESPACE {where}',
    )
    arena.start()


def _statements(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _each(connection, statements)
    finally:
        engine.dispose()


def _each(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
