"""Many at once, each as another process would be: one wins, the others are told, and nothing is lost or doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import Swept, deliver_message, finish_job, fire_timers, withdraw_case
from engine.model.errors import AlongsideError, CaseEnded, TaskAlreadyComplete, TimerNotDue
from engine.model.journal import first_break
from engine.queries import open_jobs
from engine.store import SqlUnitOfWork
from tests.fake_machine import FakeMachine
from tests.office import LEA, Office, acting, open_office, person

CROWD = 8


@pytest.fixture
def offices(open_uow: Callable[[], SqlUnitOfWork], now: Any) -> list[Office]:
    """The same office seen from eight processes."""
    first = open_office(open_uow(), FakeMachine(), now)
    return [first, *(Office(open_uow(), FakeMachine(), now) for _ in range(CROWD - 1))]


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each work gave or raised, all begun together; only situations that the product expects may be raised."""
    gate, given = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int) -> None:
        gate.wait()
        try:
            given[index] = works[index]()
        except AlongsideError as error:
            given[index] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in given
    return given


def assert_whole(office: Office, case_id: str) -> None:
    """The chain holds, the case row is at its end, and nothing went wrong unseen."""
    with office.uow.read() as tx:
        case, entries = tx.cases.find(case_id), tx.journal.entries(case_id)
        assert first_break(entries) is None
        assert (case.journal_seq, case.journal_hash) == (entries[-1].seq, entries[-1].hash)
        assert tx.incidents.listed() == []


def test_of_eight_people_completing_one_task_one_wins(offices: list[Office]) -> None:
    case = offices[0].start()
    crowd = [acting(person(f"p{index}", "worker")) for index in range(CROWD)]

    def work(index: int) -> Callable[[], Any]:
        return lambda: offices[index].complete(case.opened[0], {"finding": f"by {index}"}, crowd[index])

    given = at_once([work(index) for index in range(CROWD)])
    winners = [each for each in given if not isinstance(each, Exception)]
    assert len(winners) == 1
    assert Counter(type(each) for each in given)[TaskAlreadyComplete] == CROWD - 1
    with offices[0].uow.read() as tx:
        assert [entry.kind for entry in tx.journal.entries(case.case_id)] == ["case_started", "task_completed"]
    assert_whole(offices[0], case.case_id)


def test_two_parallel_tasks_completed_at_once_are_both_kept(offices: list[Office]) -> None:
    for _ in range(10):
        _parallel_tasks(offices)


def _parallel_tasks(offices: list[Office]) -> None:
    case = offices[0].start("pair")
    left, right = case.opened
    seen = case.version
    given = at_once(
        [
            lambda: offices[0].complete(left, {"left_word": "a", "shared": "x"}, seen_version=seen),
            lambda: offices[1].complete(right, {"right_word": "b", "shared": "y"}, seen_version=seen),
        ]
    )
    assert not any(isinstance(each, Exception) for each in given)
    assert sorted(each.version for each in given) == [2, 3]
    assert_whole(offices[0], case.case_id)


def test_one_key_pressed_eight_times_at_once_is_one_effect_and_one_answer(offices: list[Office]) -> None:
    case = offices[0].start()
    answers = {"finding": "yes"}
    given = at_once([lambda o=office: o.complete(case.opened[0], answers, key="same") for office in offices])
    assert len(set(given)) == 1
    assert_whole(offices[0], case.case_id)


def test_one_key_starting_eight_cases_at_once_starts_one(offices: list[Office]) -> None:
    given = at_once([lambda o=office: o.start(key="same") for office in offices])
    assert len(set(given)) == 1
    with offices[0].uow.read() as tx:
        assert len(tx.cases.ids()) == 1


def test_a_timer_and_a_completion_at_once_leave_one_of_the_two(offices: list[Office]) -> None:
    for _ in range(10):
        _timer_and_completion(offices)


def _timer_and_completion(offices: list[Office]) -> None:
    case = offices[0].start("timed")
    late = offices[1].at(offices[1].now + timedelta(days=14))
    given = at_once(
        [
            lambda: offices[0].complete(case.opened[0], {"finding": "yes"}),
            lambda: fire_timers(late.uow, late.machine, now=late.now),
        ]
    )
    won = not isinstance(given[0], Exception)
    assert won or isinstance(given[0], TaskAlreadyComplete | TimerNotDue)
    fire_timers(late.uow, late.machine, now=late.now)
    with offices[0].uow.read() as tx:
        kinds = [entry.kind for entry in tx.journal.entries(case.case_id)]
        assert ("task_completed" in kinds, "timer_fired" in kinds) == (won, not won)
        assert len(tx.tasks.of_case(case.case_id)) == 1
    assert_whole(offices[0], case.case_id)


def test_a_withdrawal_and_a_completion_at_once_are_one_after_the_other(offices: list[Office]) -> None:
    for _ in range(10):
        _withdrawal_and_completion(offices)


def _withdrawal_and_completion(offices: list[Office]) -> None:
    case = offices[0].start()
    done, withdrawn = at_once(
        [
            lambda: offices[0].complete(case.opened[0], {"finding": "yes"}),
            lambda: withdraw_case(
                offices[1].uow, actor=acting(LEA), case_id=case.case_id, reason="In error", now=offices[1].now
            ),
        ]
    )
    assert not isinstance(withdrawn, Exception)
    assert not isinstance(done, Exception) or isinstance(done, TaskAlreadyComplete | CaseEnded)
    with offices[0].uow.read() as tx:
        assert tx.cases.find(case.case_id).head.status == "withdrawn"
        assert tx.tasks.of_case(case.case_id) == []
    assert_whole(offices[0], case.case_id)


def test_eight_schedulers_fire_each_timer_once(offices: list[Office]) -> None:
    cases = [offices[0].start("timed").case_id for _ in range(6)]
    later = offices[0].now + timedelta(days=14)
    total = Swept()
    for _ in range(20):
        swept = at_once([lambda o=office: fire_timers(o.uow, o.machine, now=later) for office in offices])
        total = Swept(*(sum(getattr(each, name) for each in (total, *swept)) for name in vars(total)))
    assert (total.fired, total.notices, total.failed) == (6, 12, 0)
    for case_id in cases:
        assert_whole(offices[0], case_id)


def test_one_message_delivered_eight_times_at_once_is_one(offices: list[Office]) -> None:
    case = offices[0].start("waiting")

    def deliver(office: Office) -> Any:
        about = {"name": "moved", "payload": {"where_to": "x"}, "message_id": "m1", "now": office.now}
        return deliver_message(office.uow, office.machine, actor=office_worker, case_id=case.case_id, **about)  # type: ignore[arg-type]

    office_worker = acting(person("wes", "worker"))
    given = at_once([lambda o=office: deliver(o) for office in offices])
    assert len(set(given)) == 1
    assert_whole(offices[0], case.case_id)


def test_one_job_finished_eight_times_at_once_is_finished_once(offices: list[Office]) -> None:
    case = offices[0].start("posted")
    (letter,) = open_jobs(offices[0].uow)
    given = at_once([lambda o=office: finish_job(o.uow, o.machine, job_id=letter.id, now=o.now) for office in offices])
    assert sorted(each.already for each in given) == [False] + [True] * (CROWD - 1)
    assert_whole(offices[0], case.case_id)
