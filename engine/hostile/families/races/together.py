"""People at one task, at two tasks of one case, and at a case that somebody else withdraws: all at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from engine.hostile import packs
from engine.hostile.arena import Arena, Effect
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.crowd import Handicap, Tally, at_once
from engine.hostile.families.races.pack import pack
from engine.hostile.verdict import Verdict
from engine.model.person import Person


def same_task(arena: Arena, case: HostileCase) -> Verdict:
    """Two people complete one task: one is acknowledged, the other told 409 with what they typed."""
    arena.publish(pack("one"))
    return _one_winner(arena, case.id, 6 if arena.quick else 200, [arena.client("wes"), arena.client("win")])


def crowd(arena: Arena, case: HostileCase) -> Verdict:
    """Eight people complete one task."""
    arena.publish(pack("one"))
    return _one_winner(arena, case.id, 2 if arena.quick else 50, _eight(arena))


def _eight(arena: Arena) -> list[Client]:
    """Eight clerks of one team, each with a session of their own."""
    names = [f"clerk{number}" for number in range(8)]
    with arena.alongside.uow.write() as tx:
        found = tx.people.find("wes")
        password = found[1] if found else ""
        for name in names:
            own = Person(name, name, frozenset({packs.CLERK}), frozenset({"north"}), f"{name}@example.org")
            tx.people.put(own, password)
    return [arena.new_client(name) for name in names]


def _one_winner(arena: Arena, case: str, times: int, people: Sequence[Client]) -> Verdict:
    tally = Tally()
    for _ in range(times):
        tally.runs += 1
        _race(arena, tally, people)
    answers = times * len(people)
    return tally.verdict(case, f"{answers} requests for {times} tasks: one acknowledged each, all others 409.")


def _race(arena: Arena, tally: Tally, people: Sequence[Client]) -> None:
    case_id = arena.start_case(title="A race")
    task = arena.task(case_id, "A").id
    _judge(arena, tally, case_id, people, at_once([partial(_complete, arena, task, who) for who in people]))


def _complete(arena: Arena, task: str, who: Client) -> Answer:
    return arena.complete(task, {"note": _text(who)}, client=who)


def _text(who: Client) -> str:
    return f"written by {who.username}"


def _judge(arena: Arena, tally: Tally, case_id: str, people: Sequence[Client], given: Sequence[Answer]) -> None:
    """One winner, in state and history; every loser has their text back."""
    won = [who for who, answer in zip(people, given, strict=True) if answer.is_acknowledged]
    tally.expect(len(won) == 1, f"{len(won)} people were told that they completed one task of {case_id}.")
    for who, answer in zip(people, given, strict=True):
        if who in won:
            continue
        tally.expect(answer.status == 409, f"A loser was answered {answer.status}.")
        tally.expect(_text(who) in answer.text, f"A loser of {case_id} lost what they typed.")
    done = [entry.actor for entry in arena.journal(case_id) if entry.kind == "task_completed"]
    tally.expect(done == [who.username for who in won], f"The history of {case_id} names {done}.")
    kept = arena.variables(case_id).get("note")
    tally.expect(kept in [_text(who) for who in won], f"The state of {case_id} holds {kept!r}.")


def two_tasks(arena: Arena, case: HostileCase) -> Verdict:
    """Two people complete two parallel tasks of one case: both are kept."""
    arena.publish(pack("parallel"))
    tally, times = Tally(), 6 if arena.quick else 200
    both = sum(_pair(arena, tally) for _ in range(times))
    tally.runs = times
    return tally.verdict(case.id, f"{times} pairs: both answers kept in {both}, the loser told in the others.")


def _pair(arena: Arena, tally: Tally) -> bool:
    """Whether both were kept."""
    case_id = arena.start_case(title="A race")
    seen = arena.case(case_id).head.version
    sent = [("A", "a_note", "from wes", "wes"), ("B", "b_note", "from win", "win")]
    given = at_once(
        [
            partial(arena.complete, arena.task(case_id, element).id, {name: text}, username=who, seen=seen)
            for element, name, text, who in sent
        ]
    )
    kept = arena.variables(case_id)
    for answer, (element, name, text, _) in zip(given, sent, strict=True):
        told = answer.is_acknowledged or (answer.status == 409 and text in answer.text)
        tally.expect(told, f"Task {element} of {case_id} was answered {answer.status}.")
        tally.expect(not answer.is_acknowledged or kept.get(name) == text, f"{case_id} lost the answer to {element}.")
    return all(answer.is_acknowledged for answer in given)


def withdrawn(arena: Arena, case: HostileCase) -> Verdict:
    """The last task is completed while the case is withdrawn: one of the two happens."""
    arena.publish(pack("last"))
    tally, handicap, times = Tally(), Handicap(), 5 if arena.quick else 100
    completed = sum(_ended(arena, tally, handicap) for _ in range(times))
    tally.runs = times
    return tally.verdict(case.id, f"{completed} completed and {times - completed} withdrawn, none both.")


def _ended(arena: Arena, tally: Tally, handicap: Handicap) -> bool:
    """Whether the completion won."""
    case_id = arena.start_case(title="A race")
    finish = partial(arena.complete, arena.task(case_id, "A").id, {"note": "done"})
    withdraw = partial(_withdraw, arena, case_id)
    done, gone = at_once([handicap.first(finish), handicap.second(withdraw)])
    handicap.learn(first_won=done.is_acknowledged)
    statuses = sorted((done.status, gone.status))
    tally.expect(statuses == [303, 409], f"Completing and withdrawing {case_id} were answered {statuses}.")
    kinds = [entry.kind for entry in arena.journal(case_id)]
    wanted = "task_completed" if done.is_acknowledged else "case_withdrawn"
    tally.expect(kinds == ["case_started", wanted], f"The history of {case_id} is {kinds}.")
    status = arena.case(case_id).head.status
    tally.expect(status == ("ended" if done.is_acknowledged else "withdrawn"), f"{case_id} is {status}.")
    return done.is_acknowledged


def _withdraw(arena: Arena, case_id: str) -> Answer:
    key = new_key()
    answer = arena.client("max").post(f"/cases/{case_id}/withdraw", {"reason": "In error"}, key=key)
    if answer.is_acknowledged:
        arena.acknowledge(Effect(key, "case_withdrawn", case_id))
    return answer
