"""Long lives and dead ends: four hundred rounds, messages again and again, ways out that are not there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from statistics import quantiles

from engine.hostile import packs, stock
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer
from engine.hostile.crowd import Tally
from engine.hostile.families import Family
from engine.hostile.verdict import Control, Verdict
from engine.model.bundle import Bundle
from engine.model.errors import PolicyRejected

_TEXT = "What somebody wrote before the case could not go on."
#: The slowest that one completion of twenty may be, in seconds; a quick run may share its machine with anything.
MOST_SECONDS, MOST_WHEN_QUICK = 1.0, 10.0


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, bytes]:
    return packs.models("life", ".form")


def pack(name: str, tables: Mapping[str, bytes] | None = None) -> Bundle:
    """One of this family's diagrams as a pack."""
    return packs.bundle({name: packs.model("life", f"{name}.bpmn")}, forms=_forms(), tables=tables)


def four_hundred_rounds(arena: Arena, case: HostileCase) -> Verdict:
    """One task in a loop, round after round."""
    arena.publish(pack("visit-loop"))
    tally, times, took = Tally(), 25 if arena.quick else 400, []
    case_id = arena.start_case(title="Round and round")
    for number in range(1, times + 1):
        tally.runs += 1
        (task,) = arena.tasks(case_id)
        began = time.monotonic()
        answer = arena.complete(task.id, {})
        took.append(time.monotonic() - began)
        tally.expect(answer.status == 303, f"Round {number} was answered {answer.status}.")
        opened = [each.element_id for each in arena.tasks(case_id)]
        if not tally.expect(opened == ["visit"], f"After round {number} the tasks {opened} are open."):
            break
        tally.expect(arena.case(case_id).is_open, f"After round {number} the case is reported complete.")
    slow = quantiles(took, n=20)[-1]
    most = MOST_WHEN_QUICK if arena.quick else MOST_SECONDS
    tally.expect(slow < most, f"One completion in twenty took {slow:.2f} s or more.")
    arena.complete(arena.tasks(case_id)[0].id, {"left_care": "true"})
    tally.expect(not arena.case(case_id).is_open, "The last round did not end the case.")
    return tally.verdict(
        case.id, f"{tally.runs} rounds, one open task after each; 95 of 100 within {slow * 1000:.0f} ms."
    )


def every_message(arena: Arena, case: HostileCase) -> Verdict:
    """Three messages to one non-interrupting boundary event."""
    arena.publish(pack("message-boundary"))
    tally = Tally(runs=3)
    case_id = arena.start_case(title="Messages")
    for number in range(3):
        answer = arena.client("wes").post(f"/cases/{case_id}/change/word", {"note": f"word {number}"})
        tally.expect(answer.status == 303, f"Message {number + 1} was answered {answer.status}.")
    opened = sorted(task.element_id for task in arena.tasks(case_id))
    tally.expect(opened == ["A", "handle", "handle", "handle"], f"The tasks {opened} are open.")
    times = sum(entry.kind == "message_delivered" for entry in arena.journal(case_id))
    tally.expect(times == 3, f"The history tells of {times} messages.")
    return tally.verdict(case.id, "Three messages, three tasks, and the task they were sent to still open.")


def no_way_out(arena: Arena, case: HostileCase) -> Verdict:
    """A gateway out of which no way leads: refused before it is policy; found empty in a step, rolled back."""
    tally = Tally(runs=2)
    _not_published(arena, tally, "no-way-out", "over", "no default flow")
    arena.publish(pack("no-way-now"))
    _rolled_back(arena, tally, {"remark": _TEXT}, "enough", {"amount": "7", "remark": _TEXT})
    return tally.verdict(case.id, "Refused at publishing; where only a step can tell: 409, rolled back, one incident.")


def unknown_name(arena: Arena, case: HostileCase) -> Verdict:
    """A condition reads what nothing provides: refused; what nobody has answered yet: as with no way out."""
    tally = Tally(runs=2)
    _not_published(arena, tally, "unknown-name", "on", "`undefined_name`")
    arena.publish(pack("unset-name"))
    _rolled_back(arena, tally, {"note": _TEXT}, "on", None)
    return tally.verdict(case.id, "Refused at publishing by the name; unset in a step: 409, rolled back, one incident.")


def two_rules(arena: Arena, case: HostileCase) -> Verdict:
    """Two rules of a UNIQUE table match."""
    tally = Tally(runs=2)
    arena.publish(pack("overlap", packs.models("life", ".dmn")))
    _rolled_back(arena, tally, {"age": "3", "remark": _TEXT}, "advise", {"age": "10", "remark": _TEXT})
    return tally.verdict(case.id, "409 and an incident, never the first of the two; where one rule matches it goes on.")


def _not_published(arena: Arena, tally: Tally, name: str, element: str, says: str) -> None:
    """The pack is refused by name."""
    try:
        arena.publish(pack(name))
    except PolicyRejected as refused:
        named = any(each.element == element and says in each.sentence for each in refused.faults)
        tally.expect(named, f"{name} was refused for another reason: {refused}")
        return
    tally.expect(False, f"{name} was published.")


def _rolled_back(
    arena: Arena, tally: Tally, fatal: Mapping[str, object], element: str, sound: Mapping[str, object] | None
) -> None:
    """Completing A fails and leaves nothing but an incident; with other answers the same task can be completed."""
    case_id = arena.start_case(title="A dead end")
    task, before = arena.task(case_id, "A").id, arena.case(case_id)
    answer = arena.complete(task, fatal)
    tally.expect(answer.status in (409, 422), f"The dead end was answered {answer.status}.")
    tally.expect(_TEXT in answer.text, "What was typed is lost.")
    tally.expect(arena.case(case_id).state == before.state, "The step was not rolled back.")
    tally.expect([each.id for each in arena.tasks(case_id)] == [task], "The task is not open again.")
    _told(arena, tally, case_id, element, answer)
    again = arena.client("wes").get(f"/tasks/{task}")
    tally.expect(again.status == 200 and _TEXT in again.text, "The task's page has lost what was typed.")
    if sound is not None:
        tally.expect(arena.complete(task, sound).status == 303, "The same task cannot be completed with other answers.")


def _told(arena: Arena, tally: Tally, case_id: str, element: str, answer: Answer) -> None:
    """One incident, naming case and element, whose number the person is given."""
    found = arena.incidents(case_id)
    tally.expect(len(found) == 1, f"There are {len(found)} incidents.")
    for incident in found:
        tally.expect(incident.element_id == element, f"The incident names “{incident.element_id}”.")
        tally.expect(f"<strong>{incident.id}</strong>" in answer.text, "The page does not give the problem's number.")


def complete_too_early(scratch: Path) -> Control:
    """The raw engine goes round the same loop."""
    del scratch
    in_its_words = packs.model("life", "visit-loop.bpmn").replace(b">=left_care<", b">left_care<")
    workflow, rounds = stock.begun(in_its_words, "visit-loop"), 0
    try:
        while rounds < 400 and stock.complete(workflow, "visit", left_care=False):
            rounds += 1
    except RecursionError:
        return Control("LIFE", True, f"The raw engine fell over after {rounds} of 400 rounds.")
    over = rounds < 400 and bool(workflow.is_completed())
    return Control("LIFE", over, f"The raw engine says that the case is complete after {rounds} of 400 rounds.")


LIFE = Family(
    trials={
        "LIFE-01": four_hundred_rounds,
        "LIFE-02": every_message,
        "LIFE-03": no_way_out,
        "LIFE-04": unknown_name,
        "LIFE-05": two_rules,
    },
    control=complete_too_early,
)
