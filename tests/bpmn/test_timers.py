"""Timers are facts with a due time: London's calendar, clipped months, summer time, and refusals in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.model.errors import StepFailed, TimerNotDue
from engine.model.event import TimerFired
from tests.bpmn.cases import NOON, Case
from tests.bpmn.models import boundary, bundle, catch, end, process, start, timer, user
from tests.bpmn.models import flows as lines


def waiting(kind: str, text: str, now: datetime = NOON, **variables: object) -> Case:
    body = process("p", start(), catch("c", timer(kind, text)), user("u"), end(), lines("s > c > u > e"))
    return Case(bundle(body), now=now).start(**variables)


def due(kind: str, text: str, now: datetime = NOON, **variables: object) -> datetime:
    (armed,) = waiting(kind, text, now, **variables).timers.values()
    return armed.due


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("P1M", "2026-01-31T09:00", "2026-02-28T09:00"),
        ("P6M", "2026-03-31T09:00", "2026-09-30T09:00"),
        ("P1D", "2026-03-28T12:00", "2026-03-29T11:00"),
        ("PT24H", "2026-03-28T12:00", "2026-03-29T12:00"),
        ("P2W", "2026-10-20T11:00", "2026-11-03T12:00"),
        ('=duration("P1M")', "2026-01-31T09:00", "2026-02-28T09:00"),
        ('=duration("P1D")', "2026-03-28T12:00", "2026-03-29T11:00"),
        ('=duration("P1DT2H")', "2026-03-04T12:00", "2026-03-05T14:00"),
        ("=wait", "2026-03-04T12:00", "2026-03-07T12:00"),
    ],
)
def test_durations(text: str, now: str, expected: str) -> None:
    assert due("timeDuration", text, utc(now), wait="P3D") == utc(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-15", "2026-07-14T23:00"),
        ("2026-01-15", "2026-01-15T00:00"),
        ("2026-07-15T17:00:00+01:00", "2026-07-15T16:00"),
        ("2026-07-15T17:00Z", "2026-07-15T17:00"),
        ('=date("2026-07-15")', "2026-07-14T23:00"),
        ('=date and time("2026-10-25T01:30:00@Europe/London")', "2026-10-25T00:30"),
        ('=date("2026-03-01") + duration("P1M")', "2026-03-31T23:00"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert due("timeDate", text) == utc(expected)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", ""),
        ("timeDuration", "P"),
        ("timeDuration", "PT"),
        ("timeDuration", "P1DT"),
        ("timeDuration", "two weeks"),
        ("timeDuration", "-P1D"),
        ("timeDuration", "P99999999Y"),
        ("timeDuration", "P9999Y"),
        ("timeDuration", "=unknown_name"),
        ("timeDuration", '=duration("-P1D")'),
        ("timeDuration", "=7"),
        ("timeDate", ""),
        ("timeDate", "2026-07-15T17:00"),
        ("timeDate", "2026-W23"),
        ("timeDate", "2026-02-30"),
        ("timeDate", "tomorrow"),
        ("timeDate", '=date and time("2026-07-15T17:00:00")'),
        ("timeDate", "=null"),
        ("timeCycle", "R/PT0S"),
        ("timeCycle", "R0/P1D"),
        ("timeCycle", "R3/PT30S"),
        ("timeCycle", "R/2020-01-01T00:00:00Z/PT1H"),
        ("timeCycle", "every day"),
    ],
)
def test_a_time_that_says_nothing_stops_the_step_in_words(kind: str, text: str) -> None:
    with pytest.raises(StepFailed) as failed:
        waiting(kind, text)
    assert failed.value.element == "c"
    assert "cannot be set" in failed.value.reason


def test_a_timer_fires_only_when_it_is_due_and_only_once() -> None:
    case = waiting("timeDuration", "P1D")
    (armed,) = case.timers.values()
    with pytest.raises(TimerNotDue):
        case.apply(TimerFired(armed.timer_id))
    case.fire("c")
    assert case.open == ["u"]
    with pytest.raises(TimerNotDue):
        case.apply(TimerFired(armed.timer_id))


def chased(kind: str, text: str, *, interrupting: bool) -> Case:
    late = boundary("late", "u", timer(kind, text), interrupting=interrupting)
    body = process(
        "p", start(), user("u"), late, user("chase"), end(), end("e2"), lines("s > u > e\n late > chase > e2")
    )
    return Case(bundle(body)).start()


def test_an_interrupting_timer_takes_the_task_away() -> None:
    case = chased("timeDuration", "P10D", interrupting=True)
    out = case.fire("late")
    assert case.open == ["chase"]
    assert [(c.element_id, c.completed) for c in out.closed] == [("u", False)]
    assert [(p.kind, p.element_id) for p in out.path] == [
        ("cancelled", "u"),
        ("entered", "late"),
        ("left", "late"),
        ("flow", "late_chase"),
        ("entered", "chase"),
    ]


def test_a_non_interrupting_timer_leaves_the_task_and_fires_once() -> None:
    case = chased("timeDuration", "P10D", interrupting=False)
    case.fire("late")
    assert case.open == ["chase", "u"]
    assert not case.timers


def test_a_repeat_fires_the_stated_number_of_times_without_drift() -> None:
    late = boundary("late", "u", timer("timeCycle", "R3/P1M"), interrupting=False)
    body = process(
        "p", start(), user("u"), late, user("chase"), end(), end("e2"), lines("s > u > e\n late > chase > e2")
    )
    case = Case(bundle(body), now=utc("2026-01-31T09:00")).start()
    seen = []
    while case.timers:
        (armed,) = case.timers.values()
        seen.append(armed.due)
        case.fire("late")
    assert seen == [utc("2026-02-28T09:00"), utc("2026-03-31T08:00"), utc("2026-04-30T08:00")]
    assert case.open == ["chase", "chase", "chase", "u"]


def test_completing_the_task_clears_its_timers() -> None:
    case = chased("timeDuration", "P10D", interrupting=False)
    (armed,) = case.timers
    out = case.do("u")
    assert out.timers_cleared == (armed,)
    assert out.ended


def test_the_steps_now_must_have_a_zone() -> None:
    case = Case(bundle(process("p", start(), user("u"), end(), lines("s > u > e"))), now=datetime(2026, 3, 4))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        case.start()
