"""Back up the whole product into one file while it runs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.settings import Settings
from engine.store.dump import CannotBackUp, asking, count, revision, rows, shapes, snapshot
from engine.store.migrate import revisions
from engine.wiring import backup_file
from engine.wiring.backup_file import LINES, BackupWriter, Contents

__all__ = ["CannotBackUp", "check_file", "portions_to_write", "write_file"]


def portions_to_write(settings: Settings) -> int:
    """About how many portions `write_file` will give, for a bar. Raises CannotBackUp."""
    with asking(settings.database) as connection:
        _must_be_current(connection)
        return sum(-(-count(connection, shape) // LINES) for shape in shapes())


def write_file(settings: Settings, path: Path, now: datetime | None = None) -> Iterator[int]:
    """Write everything as it is at one moment; gives the rows of each portion. Raises CannotBackUp, OSError.

    The product goes on meanwhile. The file takes its name when it is whole and on the disk, and is for its owner only:
    it holds everything about everybody. Keys in `var/` are not in it, nor who is signed in.
    """
    if path.exists():
        raise CannotBackUp(f"{path} is there already: a backup never replaces another.")
    made_at = (now or datetime.now(UTC)).isoformat()
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".alongside-") as scratch,
        backup_file.writing(path) as writer,
        snapshot(settings.database, Path(scratch)) as connection,
    ):
        _must_be_current(connection)
        yield from _tables(writer, connection)
        kind = "sqlite" if settings.is_embedded else "postgresql"
        writer.close(Contents(made_at, kind, revision(connection), tuple(writer.parts)))


def check_file(path: Path) -> Iterator[int]:
    """Read a file again, compare every digest and count; gives the rows of each table. Raises CannotRestore."""
    yield from backup_file.check(path, backup_file.contents_of(path))


def _tables(writer: BackupWriter, connection: Any) -> Iterator[int]:
    for shape in shapes():
        yield from writer.write(shape, rows(connection, shape))


def _must_be_current(connection: Any) -> None:
    """What this release writes out is this release's tables."""
    there, ours = revision(connection), revisions()[-1]
    if there != ours:
        raise CannotBackUp(
            f"The database has the tables of another release ({there or 'none'}, not {ours}): "
            "back it up with that release, or run `alongside migrate` first."
        )
