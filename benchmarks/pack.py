"""The real pack from the first discussion to the end of both plans: what each completion of its widest example costs.

    python benchmarks/pack.py [--quick]

`processes/scenarios/whole-chart.yaml` is played through the real commands, as people at the pages would (each
completion with a request key), a few cases one after the other in one database. Times are of the completions alone, in
milliseconds of processor time; statements are counted in a round of their own, since counting costs time, and in
another with the workers' queue, which adds two rows of its own for each job.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from alone import alone, at_most  # noqa: E402
from sqlalchemy import event  # noqa: E402 - the line above finds it

from engine.cli.report import with_bar  # noqa: E402
from engine.rehearsal import player  # noqa: E402
from engine.rehearsal.cast import read_cast  # noqa: E402
from engine.rehearsal.people import add_cast  # noqa: E402
from engine.rehearsal.publish import publish_pack  # noqa: E402
from engine.rehearsal.script import moment_of, read  # noqa: E402
from engine.settings import from_environment  # noqa: E402
from engine.wiring import Alongside, build, queue, throwaway  # noqa: E402

EXAMPLE = ROOT / "processes" / "scenarios" / "whole-chart.yaml"
MOST_STATEMENTS = 12
_KEYS = count(1)


def run(*, quick: bool = False) -> dict[str, Any]:
    """Rates, sizes, statements and commits, the targets, and whether each is reached."""
    with stage() as alongside:
        statements, commits = counted(alongside)
    with stage() as alongside, queued(alongside) as told:
        through_queue, _ = counted(told)
    with stage() as alongside:
        before, cases = sizes(alongside), 2 if quick else 6
        took = [one for _ in with_bar(range(cases), "Pack", cases) for one in timed(alongside)]
        grown = {name: round((now - before[name]) / cases) for name, now in sizes(alongside).items()}
    found = {
        "completions": len(took),
        "completions_a_second": round(1000 / statistics.mean(took)),
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
        "bytes_a_case": grown,
        "statements": dict(sorted(Counter(statements).items())),
        "statements_with_queue": dict(sorted(Counter(through_queue).items())),
        "commits": dict(Counter(commits)),
    }
    targets = [at_most("statements a completion", max(statements), MOST_STATEMENTS)]
    targets.append(at_most("commits a completion", max(commits), 1))
    return {"example": EXAMPLE.name, "measured": found, "targets": targets}


@contextmanager
def stage() -> Iterator[Alongside]:
    """The product on an empty database with the pack in force and its people; jobs are done by the player."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_HOME": str(ROOT)})
    start = moment_of(read(EXAMPLE).starts, dt.datetime.now(dt.UTC))
    with throwaway(settings, start) as alongside:
        add_cast(alongside, read_cast(settings.people_file))
        publish_pack(alongside, ROOT, start)
        yield alongside


@contextmanager
def queued(alongside: Alongside) -> Iterator[Alongside]:
    """The same over the same database, telling the workers' queue of every job, as in production."""
    queue.migrate(alongside.settings)
    told = build(alongside.settings, clock=alongside.clock, queued=True)
    try:
        yield told
    finally:
        told.close()


def counted(alongside: Alongside) -> tuple[list[int], list[int]]:
    """Statements and commits of each completion of one case, BEGIN and COMMIT themselves left out."""
    sent: list[str] = []
    kept: list[str] = []
    event.listen(alongside.uow.engine, "before_cursor_execute", lambda _c, _k, text, *_more: sent.append(text))
    event.listen(alongside.uow.engine, "commit", lambda _c: kept.append("commit"))
    statements: list[int] = []
    commits: list[int] = []

    def around(complete: Callable[[], Any]) -> Any:
        sent.clear()
        kept.clear()
        done = complete()
        statements.append(len(sent))
        commits.append(len(kept))
        return done

    played(alongside, around)
    return statements, commits


def timed(alongside: Alongside) -> list[float]:
    """Milliseconds of each completion of one case."""
    took: list[float] = []

    def around(complete: Callable[[], Any]) -> Any:
        began = time.process_time()
        done = complete()
        took.append((time.process_time() - began) * 1000)
        return done

    played(alongside, around)
    return took


def played(alongside: Alongside, around: Callable[[Callable[[], Any]], Any]) -> None:
    """Play one case, each completion with a key of its own inside `around`. Raises SystemExit when it does not hold."""
    script, command = read(EXAMPLE), player.complete_task

    def complete(*given: Any, **asked: Any) -> Any:
        return around(lambda: command(*given, key=f"bench-{next(_KEYS)}", **asked))

    player.complete_task = complete
    try:
        start = moment_of(script.starts, dt.datetime.now(dt.UTC))
        found = player.play(script, alongside, read_cast(alongside.settings.people_file), now=start)
    finally:
        player.complete_task = command
    if found.faults:
        raise SystemExit(f"{EXAMPLE.name} does not hold: {found.faults[0]}")


def sizes(alongside: Alongside) -> dict[str, int]:
    """Bytes: the whole database, and of it the journal's bodies, the letters and other files, and the cases' state."""
    asked = {
        "database": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        "journal": "SELECT coalesce(sum(length(body)), 0) FROM journal",
        "files": "SELECT coalesce(sum(length(content)), 0) FROM artefacts",
        "state": "SELECT coalesce(sum(length(state)), 0) FROM cases",
    }
    with alongside.uow.engine.connect() as connection:
        return {name: int(connection.exec_driver_sql(text).scalar_one()) for name, text in asked.items()}


if __name__ == "__main__":
    raise SystemExit(alone(run, "What the completions of the real pack cost."))
