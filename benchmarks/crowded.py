"""What a completion costs among many other cases: the same simulated lives, played in databases of growing size.

The others are copies of the cases of a simulated SQLite database under other references, row by row, with all that is
kept of them; the lives that are timed are new. `python benchmarks/crowded.py SIMULATED.db --others 0 1000 10000`
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.settings import from_environment
from engine.simulation.data import PATH, load_data
from engine.simulation.running import Order, run

#: Tables of cases, parents first, and the columns that hold a case's reference or begin with it.
TABLES = ("cases", "tasks", "offers", "timers", "waits", "jobs", "journal", "advice", "requests", "documents")
REFERRING = {"id", "case_id", "task_id", "key", "stable_key", "job_id"}
#: The lives that are timed have numbers that no simulation of this size has.
FIRST = 1_000_001


def main() -> None:
    """Print one line of JSON for each size."""
    options = _arguments()
    for others in options.others:
        with tempfile.TemporaryDirectory(prefix="alongside-crowded-") as folder:
            print(json.dumps(_measure(options, others, Path(folder) / "alongside.db")), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("simulated", type=Path, help="a SQLite file that `alongside simulate` has filled")
    parser.add_argument("--others", type=int, nargs="+", default=[0, 1000, 10_000], help="how many other cases")
    parser.add_argument("--lives", type=int, default=60, help="how many lives are timed; 60")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _measure(options: argparse.Namespace, others: int, path: Path) -> dict[str, Any]:
    shutil.copy(options.simulated, path)
    cases = _crowd(path, others)
    settings = replace(from_environment({}), var=path.parent, database=f"sqlite:///{path}")
    order = Order(options.lives, options.months, options.seed, "words")
    before = path.stat().st_size
    ran = run(settings, order, load_data(settings.home / PATH), range(FIRST, FIRST + options.lives), lambda _: None)
    worked, waited = sorted(ran.timing.worked), sorted(ran.timing.completions)
    return {
        "other_cases": cases,
        "bytes_before": before,
        "steps": ran.timing.steps,
        "stuck": len(ran.stuck),
        "seconds": round(ran.seconds, 1),
        "cpu_ms_a_step": round(1000 * ran.timing.cpu / ran.timing.steps, 2),
        "completions": len(worked),
        "completion_cpu_ms": {"p50": _at(worked, 0.5), "p95": _at(worked, 0.95)},
        "completion_ms": {"p50": _at(waited, 0.5), "p95": _at(waited, 0.95)},
    }


def _at(ordered: list[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def _crowd(path: Path, others: int) -> int:
    """Copy the file's cases until there are so many, or empty it of them; how many there are."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        there = int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])
        if not others:
            _empty(connection)
        for copy in range(1, -(-others // there) if there else 0):
            connection.execute("BEGIN")
            for table in TABLES:
                _copy(connection, table, f"C{copy}-")
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])


def _empty(connection: sqlite3.Connection) -> None:
    """Take out every case; the journal's own triggers forbid it, so they go first, in this copy that is thrown away."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for table in reversed(TABLES):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    connection.execute("VACUUM")


def _copy(connection: sqlite3.Connection, table: str, prefix: str) -> None:
    """Every original row once more, its references beginning with a prefix instead of AL-."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    names = [row[1] for row in columns if not (row[5] and row[2].upper() == "INTEGER" and row[1] == "id")]
    taken = [f"replace({name}, 'AL-', '{prefix}')" if name in REFERRING else name for name in names]
    where = (
        "id" if table == "cases" else "task_id" if table == "offers" else "key" if table == "requests" else "case_id"
    )
    into, values = ", ".join(names), ", ".join(taken)
    connection.execute(
        f"INSERT INTO {table} ({into}) SELECT {values} FROM {table} WHERE {where} LIKE '%AL-%'"  # noqa: S608 - the same
    )


if __name__ == "__main__":
    main()
