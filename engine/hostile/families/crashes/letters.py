"""CRASH-01: web and worker die at each point between a task's completion and the end of its letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from engine.hostile.arena import Arena, Effect
from engine.hostile.case import HostileCase
from engine.hostile.client import Client, new_key
from engine.hostile.families.crashes.stage import ANSWERS, Stage, ask, letter_pack, mailed, must_die
from engine.hostile.mail import Inbox, mail_server
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict

#: The seven of the case, ten times each: four in the web process, three in the worker.
SEVEN = (
    "complete_task.after_lock",
    "advance.after_enqueue",
    "complete_task.before_commit",
    "complete_task.after_commit",
    "job.before_send",
    "job.after_send",
    "job.after_mark",
)
#: The others on the same way, twice each.
OTHERS = ("advance.after_step", "advance.after_journal", "advance.after_save", "job.after_note", "job.after_finish")
#: After these the same request again is answered from what is kept.
COMMITTED = ("complete_task.after_commit",)
QUICK = ("advance.after_enqueue", "complete_task.after_commit", "job.after_send")
_EXPECTED = ("case_started", "task_completed", "letter_made", "letter_sent", "job_finished")


def crash_01(arena: Arena, case: HostileCase) -> Verdict:
    """Kill, restart, repeat the request once with the same key, let the worker finish, and count letters."""
    with mail_server() as (inbox, port):
        stage = Stage(arena, mailed(port))
        try:
            cases = _killed(stage, times_of(quick=arena.quick))
            return _judged(arena, case, cases, inbox)
        finally:
            stage.restore()


def times_of(*, quick: bool) -> Mapping[str, int]:
    """Point -> how often a process dies there."""
    if quick:
        return dict.fromkeys(QUICK, 1)
    return dict.fromkeys(SEVEN, 10) | dict.fromkeys(OTHERS, 2)


@dataclass(frozen=True)
class _One:
    """One case of the trial: its first task, and the key under which that is completed."""

    case_id: str
    task_id: str
    key: str


def _killed(stage: Stage, times: Mapping[str, int]) -> list[str]:
    """Do all the killing; the cases that it was done to."""
    arena = stage.arena
    arena.publish(letter_pack())
    stage.serve()
    stage.work()
    wes = arena.client("wes")
    made = [_begun(arena) for _ in range(sum(times.values()))]
    stage.quiet()
    left = list(made)
    for point, count in times.items():
        mine, left = left[:count], left[count:]
        _in_worker(stage, wes, point, mine) if point.startswith("job.") else _in_web(stage, wes, point, mine)
    stage.serve()
    stage.work()
    arena.wait(lambda: all(_is_checked(arena, one.case_id) for one in made), "every letter has left")
    stage.quiet()
    return [one.case_id for one in made]


def _begun(arena: Arena) -> _One:
    case_id = arena.start_case()
    return _One(case_id, arena.task(case_id, "write").id, new_key())


def _in_web(stage: Stage, wes: Client, point: str, made: list[_One]) -> None:
    """The web process dies at the point, and the person sends the same again.

    That passes the point once and lives, in the process in which the next one dies; what is committed is not done
    again, and so does not pass.
    """
    before: _One | None = None
    for one in made:
        stage.serve(f"{point}:2" if before and point not in COMMITTED else point)
        if before is not None:
            _again(stage.arena, wes, before)
        if ask(wes, f"/tasks/{one.task_id}", ANSWERS, one.key) is not None:
            raise DidNotComeAbout(f"An answer came although the process was to die at {point}.")
        must_die(stage.arena.web, point)
        before = one
    stage.serve()
    if before is not None:
        _again(stage.arena, wes, before)


def _again(arena: Arena, wes: Client, one: _One) -> None:
    """The same request once more: it must be acknowledged."""
    answer = ask(wes, f"/tasks/{one.task_id}", ANSWERS, one.key)
    if answer is None or answer.status != 303:
        raise DidNotComeAbout(f"The same request again was answered {answer.status if answer else 'by nobody'}.")
    arena.acknowledge(Effect(one.key, "task_completed", one.case_id, one.task_id))


def _in_worker(stage: Stage, wes: Client, point: str, made: list[_One]) -> None:
    """The worker dies at the point, with the letter in hand; another is started and finishes it."""
    for one in made:
        stage.work(point)
        _again(stage.arena, wes, one)
        must_die(stage.arena.workers[0], point)
        stage.work()
        stage.arena.wait(lambda one=one: _is_checked(stage.arena, one.case_id), f"the letter after {point}")  # type: ignore[misc]
        stage.quiet()


def _is_checked(arena: Arena, case_id: str) -> bool:
    """Whether the case has got past its letter."""
    return any(task.element_id == "check" for task in arena.tasks(case_id))


def _judged(arena: Arena, case: HostileCase, cases: list[str], inbox: Inbox) -> Verdict:
    """Count letters by their keys, and what the journals say."""
    lost, two_keys, repeats = [], [], 0
    wrong = []
    for case_id in cases:
        mails = inbox.of(f"A letter about case {case_id}")
        keys = {mail.message_id for mail in mails}
        lost += [case_id] if not keys else []
        two_keys += [case_id] if len(keys) > 1 else []
        repeats += len(mails) - len(keys)
        said = Counter(entry.kind for entry in arena.journal(case_id))
        wrong += [case_id] if any(said[kind] != 1 for kind in _EXPECTED) else []
    incidents = [each for each in arena.incidents() if each.case_id in cases]
    why = (
        f"{len(cases)} kills; letters lost {len(lost)}, under two keys {len(two_keys)}, sent again under the same key "
        f"{repeats}; records that do not say each thing once {len(wrong)}; incidents {len(incidents)}."
    )
    good = not (lost or two_keys or wrong or incidents)
    return Verdict(case.id, good, why, runs=len(cases), lost=len(lost), duplicated=len(two_keys))
