"""The unprotected part, run as a program by the control: completes a case and sends a letter, joined by nothing.

`DATABASE MAILBOX DESIGN POINT` completes the one case of the database and dies at the point.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

SEND_FIRST, SAVE_FIRST = "send first", "save first"
POINTS = ("begun", "before sending", "after sending", "after saving")


def complete(database: str, mailbox: str, design: str, point: str) -> None:
    """The naive completion: one flag in a table, one line in a mailbox, and nothing that joins the two."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT done FROM cases").fetchone()[0]:
            return
        _die("begun", point)
        connection.execute("UPDATE cases SET done = 1")
        if design == SEND_FIRST:
            _send(mailbox, point)
        connection.execute("COMMIT")
        _die("after saving", point)
        if design == SAVE_FIRST:
            _send(mailbox, point)


def _send(mailbox: str, point: str) -> None:
    _die("before sending", point)
    with Path(mailbox).open("a") as out:
        out.write(f"a letter of process {os.getpid()}\n")
    _die("after sending", point)


def _die(here: str, point: str) -> None:
    if here == point:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    complete(*sys.argv[1:5])
