"""What lists and the sweep cost when 100,000 tasks are open and 100,000 timers wait (W4 and W5).

    python benchmarks/lists.py [--quick] [--json] [--database URL]

The rows are put into an empty, migrated database, spread over cases, teams and roles as the pack has them; what is
measured is the product's own queries and commands, each in a fresh transaction. Milliseconds are of the wall clock, the
middle of the repetitions, with the 95th of a hundred beside it. viewflow, where it is installed (README.md), has a
fiftieth of the tasks and shows its inbox in the same run.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from alone import alone  # noqa: E402
from race.track import seated  # noqa: E402 - the line above finds it

from engine.commands import fire_timers  # noqa: E402
from engine.model.person import Person  # noqa: E402
from engine.queries import my_tasks, team_tasks  # noqa: E402
from engine.rehearsal.cast import read_cast  # noqa: E402
from engine.rehearsal.people import add_cast  # noqa: E402
from engine.rehearsal.publish import publish_pack  # noqa: E402
from engine.settings import from_environment  # noqa: E402
from engine.store.schema import cases, offers, tasks, timers  # noqa: E402
from engine.wiring import Alongside, throwaway  # noqa: E402

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
TEAMS = tuple(f"team-{number:02d}" for number in range(1, 21))
TARGET_MS = {"mine": 10.0, "team": 10.0, "due_found": 10.0, "none_due": 2.0}


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measured milliseconds, the targets, and whether each is reached."""
    size = 10_000 if quick else 100_000
    with filled(size) as alongside:
        found = {
            "mine": timed(lambda: my_tasks(alongside.uow, person=worker(), now=NOW)),
            "team": timed(lambda: team_tasks(alongside.uow, person=worker(), now=NOW)),
            "none_due": timed(lambda: fire_timers(alongside.uow, alongside.machine, now=NOW - dt.timedelta(days=1))),
            "due_found": timed(lambda: due(alongside)),
        }
    found |= peer(size // 50)
    targets = [
        {"what": name, "target_ms": most, "ms": found[name]["p50_ms"], "reached": found[name]["p50_ms"] <= most}
        for name, most in TARGET_MS.items()
    ]
    targets.append(against(found))
    return {"open_tasks": size, "timers": size, "measured": found, "targets": targets}


def peer(size: int) -> dict[str, dict[str, float]]:
    """viewflow's inbox of so many tasks; nothing where viewflow is not installed."""
    with seated(["viewflow"]) as seats:
        if "viewflow" not in seats:
            return {}
        seats["viewflow"].ask("fill", tasks=size)
        return {"viewflow_inbox": timed(lambda: seats["viewflow"].ask("page"))}


def against(found: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Our slower list is no slower than viewflow's at a fiftieth of the size."""
    what = "the slower list against viewflow's inbox at a fiftieth of the size"
    if "viewflow_inbox" not in found:
        return {"what": f"{what}: viewflow is not installed", "reached": False}
    ours, theirs = max(found["mine"]["p50_ms"], found["team"]["p50_ms"]), found["viewflow_inbox"]["p50_ms"]
    return {"what": what, "at_most": 1.0, "measured": round(ours / theirs, 3), "reached": ours <= theirs}


def worker() -> Person:
    """Somebody of one team in the role that has most tasks."""
    return Person("pat.bench", "Pat Bench", frozenset({"social-worker"}), frozenset({TEAMS[0]}), "pat@example.org")


def due(alongside: Alongside) -> int:
    """The ten timers that are due, found as the sweep finds them."""
    with alongside.uow.read() as tx:
        found = tx.timers.due(NOW, 200)
    if len(found) != 10:
        raise SystemExit(f"Ten timers are due, and {len(found)} were found.")
    return len(found)


def timed(work: Callable[[], object], times: int = 60) -> dict[str, float]:
    """Milliseconds of one call, after a few that warm up."""
    for _ in range(5):
        work()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return {"p50_ms": round(statistics.median(took), 3), "p95_ms": round(statistics.quantiles(took, n=20)[-1], 3)}


@contextmanager
def filled(size: int) -> Iterator[Alongside]:
    """The product with the pack in force and `size` open tasks and waiting timers, ten of them due."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_HOME": str(ROOT)})
    with throwaway(settings, NOW) as alongside:
        add_cast(alongside, read_cast(settings.people_file), "unused")
        publish_pack(alongside, ROOT, NOW)
        fill(alongside, size)
        yield alongside


def fill(alongside: Alongside, size: int) -> None:
    """The rows, from a fixed seed."""
    chance = random.Random(5)  # noqa: S311 - rows for a measurement
    with alongside.uow.read() as tx:
        version = tx.policies.in_force(NOW.date())
        roles = sorted(alongside.uow.library.open(tx, version.digest).rules.roles)
    made: dict[Any, list[dict[str, Any]]] = {cases: [], tasks: [], offers: [], timers: []}
    for number in range(size // 2):
        rows_of(number, chance, roles, version, made)
    with alongside.uow.engine.begin() as connection:
        for table, rows in made.items():
            for start in range(0, len(rows), 10_000):
                connection.execute(table.insert(), rows[start : start + 10_000])
        connection.exec_driver_sql("ANALYZE")


def rows_of(number: int, chance: random.Random, roles: list[str], version: Any, made: dict[Any, Any]) -> None:
    """One case with two open tasks and two timers."""
    case_id, team = f"BE-{number:06d}", chance.choice(TEAMS)
    opened = NOW - dt.timedelta(minutes=number)
    made[cases].append(
        {
            "id": case_id,
            "title": f"Bench {number}",
            "team": team,
            "worker": None,
            "status": "open",
            "version": 1,
            "policy_digest": version.digest,
            "policy_number": version.number,
            "opened_at": opened,
            "ended_at": None,
            "outcome": "",
            "state": b"",
            "tokens": (),
            "journal_seq": 1,
            "journal_hash": "0" * 64,
        }
    )
    for local in (1, 2):
        task_id = f"{case_id}.{local}"
        role = "social-worker" if chance.random() < 0.5 else chance.choice(roles)
        when = NOW + dt.timedelta(minutes=chance.randrange(-30 * 1440, 90 * 1440))
        due_at = NOW - dt.timedelta(minutes=1) if number < 5 else NOW + dt.timedelta(minutes=1 + number)
        place = {"element_id": "bench", "process_id": "bench", "place": ""}
        made[tasks].append(_task(task_id, case_id, team, role, when, opened, place))
        made[offers].append(
            {
                "task_id": task_id,
                "role": role,
                "case_id": case_id,
                "team": team,
                "due_order": when,
                "is_open": True,
                "is_free": True,
            }
        )
        made[timers].append(
            {"id": task_id, "case_id": case_id, "task_id": None, "kind": "process", "due": due_at, "name": "Bench"}
            | {**place, "held": False, "sentence": ""}
        )


def _task(
    task_id: str, case_id: str, team: str, role: str, when: dt.datetime, opened: dt.datetime, place: dict[str, str]
) -> dict[str, Any]:
    """An open task's row."""
    empty = dict.fromkeys(("assignee", "claimed_by", "follow_up", "planned_for", "deadline", "closed_at"))
    words = {"name": "Bench", "form_id": "", "documentation": "", "closed": "", "completed_by": None}
    about = {"id": task_id, "case_id": case_id, "local_id": task_id.rpartition(".")[2], "team": team, "roles": (role,)}
    times = {"due": when, "due_order": when, "warn": when - dt.timedelta(days=3), "opened_at": opened}
    return {**about, **place, **empty, **words, **times, "opened_version": 1, "properties": {}}


if __name__ == "__main__":
    raise SystemExit(alone(run, "Lists and sweeps over 100,000 rows."))
