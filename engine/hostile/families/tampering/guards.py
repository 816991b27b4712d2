"""What the database refuses to whoever serves it; nothing done unlogged; looks kept; old histories run again."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

import engine
from engine.audit.histories import first_mismatch, read_histories
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import new_key
from engine.hostile.crowd import Tally
from engine.hostile.families.tampering.scene import carry_away, written
from engine.hostile.forger import Forger
from engine.hostile.verdict import Verdict, not_run
from engine.ports import Definitions
from engine.store.grants import HISTORY, grant
from engine.wiring.build import make_machines

RELEASES = Path(engine.__file__).parents[1] / "tests" / "audit" / "releases"


def history_is_refused(arena: Arena, case: HostileCase) -> Verdict:
    """UPDATE, DELETE and TRUNCATE on every table of history, as the role that serves; the product works as it."""
    tally = Tally()
    case_id = written(arena)
    carry_away(arena)
    arena.client("ada").get(f"/cases/{case_id}")
    with served_as_lesser(arena) as role:
        forger = Forger(arena.database, role)
        for table, statement in _attempts(arena):
            tally.runs += 1
            said = _refused(forger, statement)
            wanted = f"permission denied for table {table}" if arena.is_postgresql else "append-only"
            fine = wanted in said or "never changed" in said
            tally.expect(fine, f"“{statement}” was answered: {said or 'done'}.")
        later = written(arena, claims=1)
        done = arena.complete(arena.task(later, "check").id, {"note": "done"})
        tally.expect(done.status == 303, f"As the lesser role a completion was answered {done.status}.")
    tally.expect(len(arena.journal(case_id)) >= 10, "The journal is shorter than it was.")
    how = "the grants refuse" if arena.is_postgresql else "SQLite knows no roles: the triggers refuse"
    return tally.verdict(case.id, f"{tally.runs} attempts, all refused ({how}); a case with a letter went through.")


def _attempts(arena: Arena) -> Iterator[tuple[str, str]]:
    """(table, what is tried on it). SQLite's triggers are asked row by row: there a table needs one."""
    verbs = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE")
    for table, filled_later in HISTORY.items():
        column = next(each.name for each in table.columns if each.name not in filled_later)
        with Forger(arena.database).connected() as run:
            has_rows = bool(run(f"SELECT 1 FROM {table.name} LIMIT 1"))
        for verb in verbs if arena.is_postgresql else verbs[:2] * has_rows:
            yield table.name, verb.format(table.name, column)


def _refused(forger: Forger, statement: str) -> str:
    """Why the database would not; "" when it did."""
    try:
        with forger.connected() as run:
            run(statement)
    except Exception as problem:  # each driver has errors of its own; the text is what is looked at
        return str(problem)
    return ""


@contextmanager
def served_as_lesser(arena: Arena) -> Iterator[str]:
    """The arena's processes as a role that may serve and no more; on SQLite, which has no roles, as they are."""
    if not arena.is_postgresql:
        yield ""
        return
    role = f"app_{uuid.uuid4().hex[:10]}"
    owner = Forger(arena.database)
    with owner.connected() as run:
        run(f'CREATE ROLE "{role}" LOGIN')
    grant(arena.database, role)
    lesser = make_url(arena.database).set(username=role).render_as_string(hide_password=False)
    try:
        arena.restart(ALONGSIDE_DATABASE=lesser)
        yield role
    finally:
        arena.restart()
        with owner.connected() as run:
            run(f'DROP OWNED BY "{role}"')
            run(f'DROP ROLE "{role}"')


def nothing_unlogged(arena: Arena, case: HostileCase) -> Verdict:
    """While the history takes no rows, a completion fails and changes nothing; afterwards the same one is done."""
    tally = Tally(runs=1)
    case_id = written(arena, claims=1)
    task = arena.task(case_id, "check")
    with served_as_lesser(arena) as role:
        before, seen = arena.case(case_id), len(arena.journal(case_id))
        key = new_key()
        with _history_closed(arena, role):
            answer = arena.client("wes").post(f"/tasks/{task.id}", {"note": "unlogged"}, key=key)
        tally.expect(answer.status >= 500, f"Without its history the completion was answered {answer.status}.")
        tally.expect(arena.case(case_id) == before, "Without its history the completion changed the case.")
        tally.expect(arena.task(case_id, "check") == task, "Without its history the completion changed the task.")
        tally.expect(len(arena.journal(case_id)) == seen, "The history grew while it was closed.")
        again = arena.complete(task.id, {"note": "unlogged"}, key=key)
        tally.expect(again.status == 303, f"With its history again the completion was answered {again.status}.")
    return tally.verdict(case.id, f"Answered {answer.status}, nothing changed; with its history again it was done.")


@contextmanager
def _history_closed(arena: Arena, role: str) -> Iterator[None]:
    """The right to insert is gone; on SQLite, which knows no rights, a trigger of the owner's stands for it."""
    owner = Forger(arena.database)
    shut, opened = (
        (f'REVOKE INSERT ON journal FROM "{role}"', f'GRANT INSERT ON journal TO "{role}"')
        if arena.is_postgresql
        else (
            "CREATE TRIGGER closed BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'permission denied'); END",
            "DROP TRIGGER closed",
        )
    )
    with owner.connected() as run:
        run(shut)
    try:
        yield
    finally:
        with owner.connected() as run:
            run(opened)


def looks_are_kept(arena: Arena, case: HostileCase) -> Verdict:
    """Two people look three times: three rows that say who, when, in which role, at what, and why they were let."""
    tally = Tally(runs=3)
    case_id = arena.start_case(title="A record that is looked at")
    with arena.alongside.uow.read() as tx:
        before = len(tx.views.of_case(case_id))
    began = arena.now()
    for username in ("wes", "ada", "wes"):
        answer = arena.client(username).get(f"/cases/{case_id}")
        tally.expect(answer.status == 200, f"The page was answered {answer.status}.")
    with arena.alongside.uow.read() as tx:
        rows = list(tx.views.of_case(case_id))[::-1][before:]
    who = [(row.username, row.role, row.what, row.case_id, row.why) for row in rows]
    wanted = [("wes", "clerk", "team north"), ("ada", "auditor", "sees every case"), ("wes", "clerk", "team north")]
    expected = [(name, role, "case", case_id, why) for name, role, why in wanted]
    tally.expect(who == expected, f"The rows are {who}.")
    tally.expect(all(row.at >= began for row in rows), "A row says that it was before.")
    stranger = arena.client("nora").get(f"/cases/{case_id}")
    tally.expect(stranger.status == 404, f"Somebody of another team was answered {stranger.status}.")
    _aged(arena, tally)
    return tally.verdict(case.id, "Three looks by two people: three rows with who, when, role, what and why.")


def _aged(arena: Arena, tally: Tally) -> None:
    """Nobody takes a look back."""
    said = _refused(Forger(arena.database), "DELETE FROM access_log")
    tally.expect("append-only" in said, f"Deleting the looks was answered: {said or 'done'}.")


def old_histories(_arena: Arena, case: HostileCase) -> Verdict:
    """The journals that each release left run again on the machine of today."""
    if not RELEASES.is_dir():
        return not_run(case.id, f"there are no histories of releases at {RELEASES}.")
    tally, machine, known = Tally(), make_machines().within, dict[str, Definitions]()
    releases = sorted(path for path in RELEASES.iterdir() if path.is_dir() and path.name[:1].isdigit())
    entries = 0
    for folder in releases:
        for kept in read_histories(folder):
            tally.runs += 1
            entries += len(kept.entries)
            difference = first_mismatch(machine, folder, kept, known)
            found = difference.sentence if difference else ""
            tally.expect(difference is None, f"{folder.name} {kept.name}: {found}")
    tally.expect(tally.runs, "No release left a history.")
    return tally.verdict(case.id, f"{tally.runs} histories of {len(releases)} releases, {entries} entries, all replay.")


TRIALS: Mapping[str, Callable[[Arena, HostileCase], Verdict]] = {
    "AUD-09": history_is_refused,
    "AUD-10": nothing_unlogged,
    "AUD-11": looks_are_kept,
    "AUD-12": old_histories,
}
