"""How long the server takes for the pages of a case with 400 journal entries, and how many statements they send.

    python benchmarks/pages.py [--quick] [--json]

The case is a real one: a worked example with both plans in force, played through the commands, and then core group
after core group until its journal has 400 entries. Pages are asked of the application itself, without a network, as a
signed-in person; milliseconds of the wall clock.
"""

from __future__ import annotations

import datetime as dt
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from alone import alone  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402 - the line above finds ours
from sqlalchemy import event  # noqa: E402

from engine.commands import complete_task  # noqa: E402
from engine.model.access import as_role  # noqa: E402
from engine.rehearsal.answers import on_the_day  # noqa: E402
from engine.rehearsal.cast import Cast, read_cast  # noqa: E402
from engine.rehearsal.people import add_cast  # noqa: E402
from engine.rehearsal.player import pass_time, play  # noqa: E402
from engine.rehearsal.publish import publish_pack  # noqa: E402
from engine.rehearsal.script import read  # noqa: E402
from engine.settings import from_environment  # noqa: E402
from engine.web import create_app  # noqa: E402
from engine.web.signin import passwords  # noqa: E402
from engine.wiring import Alongside, throwaway  # noqa: E402

START = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
PASSWORD = "pages are measured"  # noqa: S105 - of a database that is gone afterwards
SCENARIO = ROOT / "processes/scenarios/both-plans-alongside.yaml"
AGAIN = "core-group"
TARGET_MS = 50.0


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measured milliseconds and statements for a short and a long journal, the target, and whether it is reached."""
    wanted = 150 if quick else 400
    with long_case() as (alongside, cast, case_id, now):
        reader, sent = signed_in(alongside, cast, case_id)
        few = measured(alongside, reader, sent, case_id)
        grow(alongside, cast, case_id, now, wanted)
        many = measured(alongside, reader, sent, case_id)
        with alongside.uow.read() as tx:
            entries = tx.cases.find(case_id).journal_seq
    targets = [
        {"what": page, "target_ms": TARGET_MS, "ms": many[page]["p95_ms"], "reached": _reached(page, few, many)}
        for page in ("case", "task", "history")
    ]
    return {"entries": entries, "short": few, "long": many, "targets": targets}


def _reached(page: str, few: dict[str, Any], many: dict[str, Any]) -> bool:
    """Quick enough, and with no more statements than a short case."""
    return bool(many[page]["p95_ms"] <= TARGET_MS and many[page]["statements"] <= few[page]["statements"])


@contextmanager
def long_case() -> Iterator[tuple[Alongside, Cast, str, dt.datetime]]:
    """The product with the example played to its end; its people, its case and the moment reached."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_HOME": str(ROOT)})
    with throwaway(settings, START) as alongside:
        cast = read_cast(settings.people_file)
        add_cast(alongside, cast, passwords.hash(PASSWORD))
        publish_pack(alongside, ROOT, START)
        played = play(read(SCENARIO), alongside, cast, now=START)
        if played.faults or played.reached is None:
            raise SystemExit(f"The example no longer holds: {played.faults}")
        yield alongside, cast, played.case_id, played.reached


def grow(alongside: Alongside, cast: Cast, case_id: str, now: dt.datetime, wanted: int) -> None:
    """Hold core groups, a fortnight apart, until the journal has so many entries."""
    step = next(each for each in read(SCENARIO).steps if each.task == AGAIN)
    while True:
        with alongside.uow.read() as tx:
            case, waiting = tx.cases.find(case_id), tx.tasks.of_case(case_id)
        if case.journal_seq >= wanted:
            break
        task = next(each for each in waiting if each.element_id == AGAIN)
        actor = as_role(cast.for_role(step.role or "", case.head.team), step.role or "")
        answers = on_the_day(step.answers, now)
        complete_task(alongside.uow, alongside.machine, actor=actor, task_id=task.id, answers=answers, now=now)
        alongside.do_jobs(now)
        pass_time(alongside, now, now + dt.timedelta(days=14))
        now += dt.timedelta(days=14)
    alongside.clock.move(now - alongside.now())


def signed_in(alongside: Alongside, cast: Cast, case_id: str) -> tuple[FlaskClient, list[str]]:
    """A browser's stand-in, signed in as somebody of the case's team, and the list of the statements that it causes."""
    sent: list[str] = []
    event.listen(alongside.uow.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    with alongside.uow.read() as tx:
        team = tx.cases.find(case_id).head.team
    reader = create_app(alongside).test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reader.get("/sign-in").text)
    person = cast.for_role("social-worker", team)
    form = {"username": person.username, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    if reader.post("/sign-in", data=form).status_code != 303:
        raise SystemExit("Nobody could sign in.")
    return reader, sent


def measured(alongside: Alongside, reader: FlaskClient, sent: list[str], case_id: str) -> dict[str, Any]:
    """Each page's milliseconds and statements."""
    with alongside.uow.read() as tx:
        task = next(each for each in tx.tasks.of_case(case_id) if each.element_id == AGAIN)
    pages = {"case": f"/cases/{case_id}", "task": f"/tasks/{task.id}", "history": f"/cases/{case_id}/history"}
    return {name: timed(reader, sent, path) for name, path in pages.items()}


def timed(reader: FlaskClient, sent: list[str], path: str, times: int = 60) -> dict[str, Any]:
    """Milliseconds of one page, after a few that warm up."""
    for _ in range(5):
        if reader.get(path).status_code != 200:
            raise SystemExit(f"{path} is not there.")
    took, counts = [], []
    for _ in range(times):
        sent.clear()
        began = time.perf_counter()
        size = len(reader.get(path).data)
        took.append((time.perf_counter() - began) * 1000)
        counts.append(sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in sent))
    statements = statistics.mode(counts)  # now and then one more, when the session's last use is noted
    p95 = round(statistics.quantiles(took, n=20)[-1], 2)
    return {"p50_ms": round(statistics.median(took), 2), "p95_ms": p95, "statements": statements, "bytes": size}


if __name__ == "__main__":
    raise SystemExit(alone(run, "The pages of a case with 400 journal entries."))
