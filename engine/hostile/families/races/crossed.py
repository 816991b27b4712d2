"""What comes too late or to the wrong address: a finished task, a task under another case, a page grown stale."""

from __future__ import annotations

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.crowd import Tally
from engine.hostile.families.races.pack import pack
from engine.hostile.verdict import Verdict
from engine.model.case import Case, local_id

_TEXT = "A long afternoon's writing, which must not be lost."


def finished(arena: Arena, case: HostileCase) -> Verdict:
    """A finished task is completed again with a new key."""
    arena.publish(pack("one"))
    tally = Tally(runs=1)
    case_id = arena.start_case(title="Finished")
    task = arena.task(case_id, "A").id
    tally.expect(arena.complete(task, {"note": "first"}).status == 303, "The first completion was refused.")
    before = arena.case(case_id)
    again = arena.complete(task, {"note": _TEXT})
    tally.expect(again.status == 409, f"Completing a finished task was answered {again.status}.")
    tally.expect(_TEXT[:16] in again.text, "What was typed the second time is lost.")
    _untouched(arena, tally, before)
    return tally.verdict(case.id, "409 with the text shown again; the state is the same to the byte.")


def crossed(arena: Arena, case: HostileCase) -> Verdict:
    """The task of one case under the address of another, and a task's number that only the other case has."""
    arena.publish(pack("one"))
    tally = Tally(runs=1)
    first, second = (arena.start_case(title=title) for title in ("First", "Second"))
    arena.complete(arena.task(first, "A").id, {"note": "further on"})
    task = arena.task(first, "next").id
    before = arena.case(first), arena.case(second)
    clerk, auditor = arena.client("wes"), arena.client("ada")
    ways = {
        f"/cases/{second}/why/{task}": "GET",
        f"/tasks/{second}.{local_id(task)}": "POST",
        f"/tasks/{second}.{local_id(task)}/claim": "POST",
        f"/tasks/{first}.{second}": "POST",
    }
    for path, method in ways.items():
        answer = auditor.get(path) if method == "GET" else clerk.post(path, {"note": _TEXT})
        tally.expect(answer.status == 404, f"{method} {path} was answered {answer.status}.")
    for each in before:
        _untouched(arena, tally, each)
    tally.expect(arena.log().count("refused") >= len(ways) and second in arena.log(), "The attempt was not logged.")
    return tally.verdict(case.id, f"404 in {len(ways)} ways, each logged; both states are the same to the byte.")


def stale(arena: Arena, case: HostileCase) -> Verdict:
    """A page is held open while the case moves on by three steps that change what it showed."""
    arena.publish(pack("stale"))
    tally = Tally(runs=1)
    case_id = arena.start_case(title="At first")
    task, seen = arena.task(case_id, "A").id, arena.case(case_id).head.version
    for number, element in enumerate(("one", "two", "three"), 1):
        arena.complete(arena.task(case_id, element).id, {"title": f"Then {number}"}, username="win")
    before = arena.case(case_id)
    tally.expect(before.head.version == seen + 3, f"The case moved from {seen} to {before.head.version}.")
    answer = arena.complete(task, {"title": "At first", "remark": _TEXT}, seen=seen)
    tally.expect(answer.status == 409, f"The stale page was answered {answer.status}.")
    tally.expect(_TEXT[:16] in answer.text, "What was typed into the stale page is lost.")
    _untouched(arena, tally, before)
    tally.expect(arena.variables(case_id).get("title") == "Then 3", "The stale page put an old value back.")
    return tally.verdict(case.id, "409 with the text in its form again; what others did in between stands.")


def _untouched(arena: Arena, tally: Tally, before: Case) -> None:
    now = arena.case(before.id)
    same = (now.state, now.head, now.journal_seq, now.journal_hash) == (
        before.state,
        before.head,
        before.journal_seq,
        before.journal_hash,
    )
    tally.expect(same, f"{before.id} was changed.")
