"""Restore a backup into an empty database of either kind: all of it or nothing, and nothing leaves again unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.commands.hold_after_restore import Held, hold_after_restore
from engine.settings import Settings
from engine.store.dump import load
from engine.store.emptied import CannotRestore, emptied, give_again, may_write, settle
from engine.store.product import remember
from engine.store.uow import PolledJobs, SqlTransaction
from engine.store.vitals import remembered
from engine.wiring import backup_file, queue
from engine.wiring.checkup import RESTORED

__all__ = ["CannotRestore", "Restore"]


@dataclass
class Restore:
    """One restore; `held` is known when `run` has ended.

    With `was_stopped` nothing is held: whoever says so knows that nothing was done since the backup.
    """

    settings: Settings
    path: Path
    force: bool = False
    was_stopped: bool = False
    held: Held = field(default_factory=Held)

    def run(self, real: datetime | None = None) -> Iterator[int]:
        """Load everything; gives the rows of each portion. `real` is the machine's time. Raises CannotRestore.

        The file is to be checked before (`engine.wiring.backup.check_file`). Until the last row is in and what could
        leave again is held, the database is as it was; the queue's tables are made anew after that, empty.
        """
        contents, now = backup_file.contents_of(self.path), real or datetime.now(UTC)
        roles = may_write(self.settings.database)
        with emptied(self.settings.database, contents.revision, force=self.force) as connection:
            for part in contents.parts:
                for portion in backup_file.rows(self.path, part):
                    load(connection, part.shape, portion)
                    yield len(portion)
            settle(connection)
            self._hold(connection, datetime.fromisoformat(contents.made_at), now)
        queue.migrate(self.settings)
        give_again(self.settings.database, roles)

    def _hold(self, connection: Any, made_at: datetime, now: datetime) -> None:
        """In the same transaction: what may have left is held, and the restore is remembered."""
        ahead = timedelta(seconds=float(remembered(connection).get("clock_offset_seconds", 0)))
        ahead = ahead if self.settings.demo else timedelta(0)
        if not self.was_stopped:
            tx = SqlTransaction(connection, PolledJobs())
            self.held = hold_after_restore(tx, made_at=made_at + ahead, now=now + ahead)
        remember(connection, RESTORED, self.sentence(made_at, now))

    def sentence(self, made_at: datetime, now: datetime) -> str:
        """What the doctor says of it from now on."""
        return (
            f"Restored on {now:%d %B %Y, %H:%M} UTC from the backup of {made_at:%d %B %Y, %H:%M} UTC "
            f"({backup_file.digest_of(self.path)[:16]}); held: {self.held.jobs} jobs, {self.held.timers} timers."
        )
