"""Stored states that the product did not write: of other versions, damaged, with code inside, or a bomb."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text

from engine.bpmn.codec import MAGIC, VERSION
from engine.hostile import packs, processes, stock
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.crowd import Tally
from engine.hostile.families import Family
from engine.hostile.verdict import Control, Verdict

_TEXT = "Words of somebody who does not know that the state is broken."
_HEAD = len(MAGIC) + 5
#: The most that the server's memory may grow, in MB.
MOST_GROWTH = 100.0
Spoiling = Callable[[bytes], bytes]


def overwritten(arena: Arena, case: HostileCase) -> Verdict:
    """The file is written over a case's stored state, and then the same fault in the way that ours is written."""
    canary = arena.folder / "canary"
    content = case.text(replaced={"@@CANARY@@": str(canary)})
    tally = Tally()
    arena.publish(packs.bundle())
    tally.runs = 2
    _one(arena, tally, "the file", lambda _: content, by_hand=False)
    _one(arena, tally, "the same in ours", _IN_OURS[case.id](canary), by_hand=True)
    tally.expect(not canary.exists(), "The code inside the state was run.")
    return tally.verdict(case.id, "Refused with one incident; others went on, and so did it, mended by hand or itself.")


def _one(arena: Arena, tally: Tally, what: str, spoil: Spoiling, *, by_hand: bool) -> None:
    """Spoil a case, open it in every way, look at the others, and go on once it is mended: by hand, or by itself."""
    broken, sound = (arena.start_case(title=title) for title in ("Broken", "Sound"))
    task, state = arena.task(broken, "write").id, arena.case(broken).state
    arena.spoilt.add(broken)
    _write(arena, broken, spoil(state))
    grown = _grown(arena, lambda: _refused(arena, tally, what, broken, task))
    tally.expect(grown < MOST_GROWTH, f"With {what} the server grew by {grown:.0f} MB.")
    _others(arena, tally, what, broken, sound)
    if by_hand:
        _write(arena, broken, state)
    arena.spoilt.discard(broken)
    _goes_on(arena, tally, what, broken, task)


def _write(arena: Arena, case_id: str, state: bytes) -> None:
    """As the database's owner."""
    with arena.alongside.uow.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET state = :state WHERE id = :id"), {"state": state, "id": case_id})


def _grown(arena: Arena, work: Callable[[], None]) -> float:
    """By how many MB the server's memory was at its highest beyond what it was before."""
    assert arena.web is not None  # noqa: S101 - a trial begins with a running server
    processes.reset_peak(arena.web)
    before = processes.resident_mb(arena.web)
    work()
    return processes.resident_mb(arena.web, "VmHWM") - before


def _refused(arena: Arena, tally: Tally, what: str, case_id: str, task: str) -> None:
    """Every way into the case is refused, with one incident; what was typed is shown again."""
    client = arena.client("wes")
    answers = [client.get(f"/cases/{case_id}"), client.get(f"/tasks/{task}"), arena.complete(task, {"note": _TEXT})]
    statuses = [answer.status for answer in answers]
    fine = set(statuses) <= {200, 409} and statuses[-1] == 409  # a page may show what can still be read
    tally.expect(fine, f"With {what} the pages answered {statuses}.")
    tally.expect(_TEXT in answers[-1].text, f"With {what} the words that were sent are lost.")
    found = arena.incidents(case_id)
    tally.expect(len(found) == 1, f"With {what} there are {len(found)} incidents.")
    tally.expect(all(each.kind == "state" and "state" in each.reason for each in found), "The incident says not why.")
    listed = unescape(arena.client("opal").get("/incidents").text)
    tally.expect(case_id in listed and all(each.reason in listed for each in found), "The incident is not listed.")


def _others(arena: Arena, tally: Tally, what: str, broken: str, sound: str) -> None:
    client = arena.client("wes")
    page = client.get("/cases")
    tally.expect(page.status == 200 and broken in page.text and sound in page.text, f"With {what} the list is gone.")
    tally.expect(client.get("/tasks").status == 200, f"With {what} the tasks cannot be listed.")
    done = arena.complete(arena.task(sound, "write").id, {"note": "on"})
    tally.expect(done.status == 303, f"With {what} another case answered {done.status}.")


def _goes_on(arena: Arena, tally: Tally, what: str, case_id: str, task: str) -> None:
    """Once the state is mended, the incident is settled and the task can be completed."""
    for incident in arena.incidents(case_id):
        answer = arena.client("opal").post(f"/incidents/{incident.id}/retry")
        tally.expect(answer.status == 303, f"The incident of {what} could not be settled: {answer.status}.")
    done = arena.complete(task, {"note": _TEXT})
    tally.expect(done.status == 303, f"After {what} was mended the task answered {done.status}.")
    tally.expect(arena.variables(case_id).get("note") == _TEXT, f"After {what} the words are not kept.")


def _sealed(body: bytes, version: int = VERSION) -> bytes:
    """A body as our own states are written, its sum right."""
    return MAGIC + bytes([version]) + zlib.crc32(body).to_bytes(4, "big") + body


def _changed(state: bytes, change: Callable[[list[Any]], object], version: int = VERSION) -> bytes:
    """A state with its parts changed, its sum right again."""
    parts = msgspec.msgpack.decode(state[_HEAD:])
    change(parts)
    return _sealed(msgspec.msgpack.encode(parts), version)


def _with_code(canary: Path) -> Spoiling:
    """A state of the version before ours with code wherever a text may stand."""
    code = f"__import__('os').system('touch {canary}')"

    def change(parts: list[Any]) -> None:
        for position in parts[4][0][3]:
            position[4] = {"due": code, "script": code}
        parts[3].append(["", 0, {"note": code}])

    return lambda state: _changed(state, change, VERSION - 1)


def _orphan(parts: list[Any]) -> None:
    """A position below one that does not exist."""
    parts[4][0][3][-1][1] = "no-such-position"


#: A list of four thousand million things, as eight bytes say.
_BOMB = b"\xdd\xff\xff\xff\xff" + b"\xdd\xff\xff\xff\xff" * 1000
#: Case id -> the same fault in the way that ours is written, given where a canary would appear.
_IN_OURS: Mapping[str, Callable[[Path], Spoiling]] = {
    "STATE-01": lambda _: lambda state: _sealed(state[_HEAD:], 99),
    "STATE-02": lambda _: lambda state: state[_HEAD:],
    "STATE-03": _with_code,
    "STATE-04": lambda _: lambda state: _changed(state, _orphan),
    "STATE-05": lambda _: lambda _state: _sealed(_BOMB),
    "STATE-06": lambda _: lambda state: _changed(state, lambda parts: parts.append({"later": True})),
}


def loads_any_version(scratch: Path) -> Control:
    """The raw engine loads a state of a version that nobody has written yet, without a word."""
    del scratch
    workflow = stock.begun(packs.model("races", "one.bpmn"), "one")
    taken = stock.loaded(stock.with_version(stock.saved(workflow), "9.9"))
    done = stock.complete(taken, "A")
    return Control("STATE", done, "The raw engine loaded a state of version 9.9 and went on with it.")


STATE = Family(trials=dict.fromkeys(_IN_OURS, overwritten), control=loads_any_version)
