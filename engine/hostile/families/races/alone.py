"""The control of the races: the raw engine, loaded, advanced and saved without a lock, loses what it acknowledged."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from engine.hostile import packs, stock
from engine.hostile.crowd import at_once
from engine.hostile.verdict import Control

_TIMES = 20


def lost_without_a_lock(scratch: Path) -> Control:
    """Two people complete two parallel tasks; both have opened the case before either sends."""
    path = scratch / "raw.db"
    state = stock.saved(stock.begun(packs.model("races", "parallel.bpmn"), "parallel"))
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, state TEXT)")
        database.executemany("INSERT INTO cases VALUES (?, ?)", [(number, state) for number in range(_TIMES)])
    lost = sum(_lost(path, number) for number in range(_TIMES))
    what = f"Of {2 * _TIMES} completions acknowledged by the raw engine without a lock, {lost} were lost."
    return Control("RACE", lost > 0, what)


def _lost(path: Path, number: int) -> int:
    """How many of two acknowledged completions are not in the state afterwards."""
    opened = threading.Barrier(2)
    at_once([lambda: _complete(path, number, "A", opened), lambda: _complete(path, number, "B", opened)])
    with sqlite3.connect(path) as database:
        (state,) = database.execute("SELECT state FROM cases WHERE id = ?", (number,)).fetchone()
    kept = stock.data_of(stock.loaded(state))
    return sum(f"by_{task}" not in kept for task in ("A", "B"))


def _complete(path: Path, number: int, task: str, opened: threading.Barrier) -> bool:
    """Load, advance, save: what everybody writes first."""
    with sqlite3.connect(path, timeout=30) as database:
        (state,) = database.execute("SELECT state FROM cases WHERE id = ?", (number,)).fetchone()
    workflow = stock.loaded(state)
    opened.wait(60)
    done = stock.complete(workflow, task, **{f"by_{task}": True})
    with sqlite3.connect(path, timeout=30) as database:
        database.execute("UPDATE cases SET state = ? WHERE id = ?", (stock.saved(workflow), number))
    return done
