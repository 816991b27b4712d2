"""The control: a completion that saves and sends with nothing in between loses letters, or sends them twice."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from engine.hostile.families.crashes import unprotected
from engine.hostile.families.crashes.unprotected import POINTS, SAVE_FIRST, SEND_FIRST
from engine.hostile.verdict import Control


def control(scratch: Path) -> Control:
    """Both orders, killed at each point and tried again: what was lost, what went out twice."""
    lost = dict.fromkeys((SEND_FIRST, SAVE_FIRST), 0)
    doubled = dict(lost)
    for design in lost:
        for point in POINTS:
            sent = _killed(scratch / f"{design} {point}".replace(" ", "-"), design, point)
            lost[design] += sent == 0
            doubled[design] += sent > 1
    what = (
        f"Without the queue, saving first loses {lost[SAVE_FIRST]} letters of {len(POINTS)} kills, and sending first "
        f"sends {doubled[SEND_FIRST]} twice under keys of their own."
    )
    return Control("CRASH", lost[SAVE_FIRST] > 0 and doubled[SEND_FIRST] > 0, what)


def _killed(folder: Path, design: str, point: str) -> int:
    """Complete one case, die at the point, and complete it again; how many letters left."""
    folder.mkdir()
    database, mailbox = folder / "cases.db", folder / "mailbox"
    with closing(sqlite3.connect(database)) as made:
        made.execute("CREATE TABLE cases (done INTEGER)")
        made.execute("INSERT INTO cases VALUES (0)")
        made.commit()
    mailbox.touch()
    for where in (point, "nowhere"):
        command = [sys.executable, unprotected.__file__, str(database), str(mailbox), design, where]
        subprocess.run(command, check=False, timeout=60)
    return len(mailbox.read_text().splitlines())
