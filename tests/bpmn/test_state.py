"""The stored state: compact, deterministic, checked, never half-changed; the budget of a step."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn import SpiffMachine, codec
from engine.bpmn.budget import Budget, Meter
from engine.model.errors import StateUnreadable, StepBudgetExceeded, StepFailed
from engine.model.event import CaseStarted, Event, TaskCompleted, TimerFired
from tests.bpmn.cases import Case, small_budget
from tests.bpmn.models import (
    bundle,
    call,
    catch,
    end,
    gateway,
    message,
    process,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.bpmn.models import flows as lines

BRANCHES = process(
    "p",
    start(),
    gateway("parallel", "g", "h"),
    user("a"),
    call("c", "q"),
    catch("t", timer("timeDuration", "P1D")),
    user("z"),
    end(),
    lines("s > g > a > h > z > e\n g > c > h\n g > t > h"),
)
CALLED = process("q", start(), user("b"), end(), lines("s > b > e"))


def walked() -> tuple[Case, list[Event], list[bytes]]:
    case = Case(bundle(BRANCHES, CALLED)).start(x=1)
    events: list[Event] = [CaseStarted("p", {"x": 1})]
    states = [case.state or b""]
    for element in ("b", "t", "a", "z"):
        if element == "t":
            (armed,) = case.timers
            events.append(TimerFired(armed))
            case.fire("t")
        else:
            events.append(TaskCompleted(case.task(element).task_id, {element: element}))
            case.do(element, **{element: element})
        states.append(case.state or b"")
    return case, events, states


def test_the_same_events_give_the_same_ids_and_the_same_bytes() -> None:
    first, second = walked(), walked()
    assert first[1] == second[1]
    assert first[2] == second[2]
    assert first[0].ended


def test_a_step_never_changes_its_input() -> None:
    case = Case(bundle(BRANCHES, CALLED)).start(x={"deep": [1]})
    state = bytes(case.state or b"")
    answers = {"x": {"deep": [1, 2]}}
    event = TaskCompleted(case.task("a").task_id, answers)
    definitions = case.machine.compile(case.bundle)
    one = case.machine.step(definitions, state, event, case_id="case-1", now=case.now)
    two = case.machine.step(definitions, state, event, case_id="case-1", now=case.now)
    assert one == two
    assert state == case.state
    assert answers == {"x": {"deep": [1, 2]}}


def test_a_short_case_takes_a_few_hundred_bytes() -> None:
    case = Case(bundle(BRANCHES, CALLED)).start(reference="CP-2026-0001", opened="2026-03-04")
    assert len(case.state or b"") < 300


@given(st.binary(max_size=200))
def test_bytes_that_are_no_state_are_refused(junk: bytes) -> None:
    machine = SpiffMachine()
    definitions = machine.compile(bundle(CALLED))
    for state in (junk, codec.MAGIC + b"\x01" + junk):
        with pytest.raises(StateUnreadable):
            machine.variables(definitions, state)


@given(st.data())
def test_a_damaged_state_is_refused(data: st.DataObject) -> None:
    case = Case(bundle(BRANCHES, CALLED)).start(x=1)
    state = bytearray(case.state or b"")
    place = data.draw(st.integers(0, len(state) - 1))
    state[place] ^= data.draw(st.integers(1, 255))
    case.state = bytes(state)
    with pytest.raises(StateUnreadable):
        case.do("a")


def test_a_state_of_another_policy_version_is_refused_in_words() -> None:
    case = Case(bundle(BRANCHES, CALLED)).start()
    kept = case.state
    case.bundle = bundle(CALLED)
    with pytest.raises(StateUnreadable, match="does not fit this policy version"):
        case.do("a")
    assert case.state == kept


@pytest.mark.parametrize("where", ["engine.bpmn.codec._fill", "engine.bpmn.machine.frontier_of"])
def test_a_lack_of_memory_is_no_damaged_state_and_no_failed_step(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def no_room(*_: object) -> None:
        raise MemoryError

    case = Case(bundle(BRANCHES, CALLED)).start()
    with monkeypatch.context() as lack:
        lack.setattr(where, no_room)
        with pytest.raises(MemoryError):
            case.do("a")
    case.do("a")


def test_an_event_that_does_not_fit_the_moment_is_refused() -> None:
    case = Case(bundle(CALLED), process_id="q")
    with pytest.raises(StepFailed, match="starts once"):
        case.apply(TaskCompleted("1"))
    case.start()
    with pytest.raises(StepFailed, match="starts once"):
        case.start()
    with pytest.raises(StepFailed, match="no process"):
        Case(bundle(CALLED), process_id="unheard-of").start()


SPIN = process("p", start(), gateway("exclusive", "g", "h"), lines("s > g > h > g"))


def test_a_loop_without_a_wait_is_stopped() -> None:
    with pytest.raises(StepBudgetExceeded, match="500 engine steps"):
        Case(bundle(SPIN)).start()


def test_a_flood_of_positions_is_stopped() -> None:
    flood = process(
        "p",
        start(),
        gateway("exclusive", "m"),
        gateway("parallel", "g"),
        gateway("exclusive", "a", "b"),
        lines("s > m > g > a > m\n g > b > m"),
    )
    with pytest.raises(StepBudgetExceeded):
        Case(bundle(flood), machine=small_budget(steps=10**9, tasks=2000)).start()


def test_a_process_that_calls_itself_is_stopped() -> None:
    body = process("p", start(), call("c", "p"), end(), lines("s > c > e"))
    with pytest.raises(StepBudgetExceeded):
        Case(bundle(body)).start()


def test_a_message_that_causes_itself_is_stopped() -> None:
    echo = (
        start("hs", message("m"), isInterrupting="false")
        + throw("again", message("m"))
        + end("he")
        + lines("hs > again > he")
    )
    body = process(
        "p",
        start(),
        throw("t", message("m")),
        user("u"),
        end(),
        sub("echo", echo, triggeredByEvent="true"),
        lines("s > t > u > e"),
        messages="m",
    )
    with pytest.raises(StepBudgetExceeded):
        Case(bundle(body)).start()


def test_time_runs_out() -> None:
    ticks = iter(range(100))
    meter = Meter(Budget(seconds=5), clock=lambda: next(ticks))
    for _ in range(5):
        meter.count_step("u")
    with pytest.raises(StepBudgetExceeded, match="5 seconds"):
        meter.count_step("u")


def test_an_expression_that_costs_too_much_is_stopped() -> None:
    power = "=count(for a in 1..1000, b in 1..1000 return a) > 0"
    body = process(
        "p",
        start(),
        gateway("exclusive", "g", default="g_e"),
        user("u"),
        end(),
        lines("s > g\n g > u : CONDITION\n g > e\n u > e").replace("CONDITION", power.replace(">", "&gt;")),
    )
    with pytest.raises(StepBudgetExceeded, match="costs too much"):
        Case(bundle(body)).start()


def test_a_step_of_a_small_case_is_quick() -> None:
    case = Case(bundle(BRANCHES, CALLED)).start(x=1)
    definitions = case.machine.compile(case.bundle)
    event = TaskCompleted(case.task("a").task_id)
    began = time.perf_counter()
    for _ in range(200):
        case.machine.step(definitions, case.state, event, case_id="case-1", now=case.now)
    assert (time.perf_counter() - began) / 200 < 0.002
