"""Timers against people, messages against timers, and two schedulers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from engine.commands import fire_timers
from engine.hostile import processes
from engine.hostile.arena import Arena, Effect
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, new_key
from engine.hostile.crowd import Handicap, Tally, at_once
from engine.hostile.families.races.pack import pack
from engine.hostile.verdict import Verdict

#: Gives what the person then sends for a case.
Sending = Callable[[Arena, str], Callable[[], Answer]]


@contextmanager
def scheduler_in_hand(arena: Arena) -> Iterator[None]:
    """No worker runs: this process is the scheduler, so that it can be let go at a barrier."""
    processes.stop(*arena.workers)
    arena.workers = []
    try:
        yield
    finally:
        arena.start(web=False, workers=1)


def timed_out(arena: Arena, case: HostileCase) -> Verdict:
    """The interrupting deadline fires while the user completes the task."""
    arena.publish(pack("deadline"))

    def sending(arena: Arena, case_id: str) -> Callable[[], Answer]:
        return partial(arena.complete, arena.task(case_id, "A").id, {"note": "in time"})

    return _against_a_timer(arena, case.id, sending, "task_completed", after={"task_completed": [], "": ["remind"]})


def either_way(arena: Arena, case: HostileCase) -> Verdict:
    """A message and a timer race at an event-based gateway."""
    arena.publish(pack("either"))
    return _against_a_timer(
        arena, case.id, _sending_word, "message_delivered", after={"message_delivered": ["answer"], "": ["remind"]}
    )


def _sending_word(arena: Arena, case_id: str) -> Callable[[], Answer]:
    return partial(_send_word, arena, case_id, new_key())


def _send_word(arena: Arena, case_id: str, key: str) -> Answer:
    answer = arena.client("wes").post(f"/cases/{case_id}/change/word", {"note": "word"}, key=key)
    if answer.is_acknowledged:
        arena.acknowledge(Effect(f"message:{case_id}:{key}", "message_delivered", case_id))
    return answer


def _against_a_timer(arena: Arena, case: str, sending: Sending, kind: str, *, after: dict[str, list[str]]) -> Verdict:
    """Each case's timer and the request leave one barrier; `after` are the tasks open then, by what won."""
    tally, handicap, times, in_time = Tally(), Handicap(), 5 if arena.quick else 100, 0
    with scheduler_in_hand(arena):
        cases = [arena.start_case(title="A deadline") for _ in range(times)]
        arena.move(days=2)
        for case_id in cases:
            tally.runs += 1
            answer = _raced(arena, sending(arena, case_id), case_id, handicap)
            in_time += answer.is_acknowledged
            tally.expect(answer.status in (303, 409), f"The loser was answered {answer.status}.")
            kinds = [entry.kind for entry in arena.journal(case_id)][1:]
            won = kind if answer.is_acknowledged else "timer_fired"
            tally.expect(kinds == [won], f"The history of {case_id} is {kinds}, and the request got {answer.status}.")
            elements = [task.element_id for task in arena.tasks(case_id)]
            wanted = after.get(won, after[""])
            tally.expect(elements == wanted, f"{case_id} has the tasks {elements} open.")
    return tally.verdict(case, f"{in_time} people and {times - in_time} timers won; one branch each, named in history.")


def _raced(arena: Arena, send: Callable[[], Answer], case_id: str, handicap: Handicap) -> Answer:
    """The scheduler looks as at the case's own due time, so that it finds this timer and none of a later case."""
    given: list[Answer] = []
    with arena.alongside.uow.read() as tx:
        due = max(timer.due for timer in tx.timers.of_case(case_id))

    def fire() -> None:
        fire_timers(arena.alongside.uow, arena.alongside.machine, now=due)

    at_once([handicap.first(lambda: given.append(send())), handicap.second(fire)])
    handicap.learn(first_won=given[0].is_acknowledged)
    if _waits(arena, case_id):  # the scheduler left it alone while the request held the case, and the request lost
        fire()
    return given[0]


def _waits(arena: Arena, case_id: str) -> bool:
    """Whether the case still waits for its timer: the scheduler left it while the request held the case."""
    with arena.alongside.uow.read() as tx:
        return bool(tx.timers.of_case(case_id))


def scheduled_twice(arena: Arena, case: HostileCase) -> Verdict:
    """Two scheduler processes find the same 200 timers due."""
    arena.publish(pack("deadline"))
    tally, times = Tally(), 6 if arena.quick else 200
    processes.stop(*arena.workers)
    arena.workers = []
    cases = [arena.start_case(title="A deadline") for _ in range(times)]
    arena.move(days=2)
    arena.start(web=False, workers=2)
    try:
        arena.wait(lambda: not any(_waits(arena, case_id) for case_id in cases), "every timer has fired")
    finally:
        processes.stop(arena.workers.pop())
    for case_id in cases:
        tally.runs += 1
        kinds = [entry.kind for entry in arena.journal(case_id)][1:]
        tally.expect(kinds == ["timer_fired"], f"The history of {case_id} is {kinds}.")
    return tally.verdict(case.id, f"{times} timers under two schedulers: each fired once.")
