"""Random processes walked twice: with the finished positions taken out of the tree, and with all of them left in."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import SpiffMachine, codec
from engine.bpmn.budget import Budget, Meter
from engine.bpmn.run import Run
from engine.model.bundle import Bundle
from tests.bpmn.cases import NOON, Case
from tests.bpmn.random_models import random_bundle
from tests.bpmn.raw import do, opened, raw


def machine(*, splices: bool) -> SpiffMachine:
    return SpiffMachine(budget=Budget(steps=5_000, tasks=20_000), splices=splices)


def move(case: Case, pick: Random) -> str | None:
    """Do one thing that the case waits for; what was done, None when nothing is left."""
    ways = [f"task {i}" for i in case.tasks] + [f"job {i}" for i in case.jobs] + [f"timer {i}" for i in case.timers]
    ways += [f"message {w.message}" for w in case.waits.values()]
    if case.ended or not ways:
        return None
    kind, _, which = pick.choice(sorted(ways)).partition(" ")
    answers = {"n": pick.randrange(4), "yes": pick.random() < 0.5}
    if kind == "task":
        case.do_task(which, **answers)
    elif kind == "job":
        case.finish_job(which, **answers)
    elif kind == "timer":
        case.fire_timer(which)
    else:
        case.send(which, **answers)
    return f"{kind} {which}"


def positions(case: Case) -> Run:
    run = Run(case.machine.compile(case.bundle), "case-1", NOON, Meter(Budget()))  # type: ignore[arg-type]
    codec.load(case.state or b"", run)
    return run


def walk(pack: Bundle, seed: int, splices: bool) -> list[object]:
    case = Case(pack, machine=machine(splices=splices)).start(n=0, yes=True)
    pick, seen = Random(seed), []
    for _ in range(40):
        seen.append(replace(case.last, state=b""))
        if move(case, pick) is None:
            break
        if splices and not case.ended:
            run = positions(case)
            finished = [t for w in run.root.workflows() for t in w.tasks.values() if t.is_finished]
            assert all(t.parent is None and t.state == TaskState.COMPLETED for t in finished)
            paths = {t.internal_data.get("path") for w in run.root.workflows() for t in w.live.values()}
            assert set(run.scopes.rows) - {""} <= paths
    return [*seen, case.variables()]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_taking_finished_positions_out_changes_nothing(shape: int, seed: int) -> None:
    pack = random_bundle(Random(shape))
    assert walk(pack, seed, True) == walk(pack, seed, False)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 3))
def test_where_the_raw_engine_is_right_ours_says_the_same(shape: int, seed: int, number: int) -> None:
    ours = Case(random_bundle(Random(shape), plain=True)).start(n=number)
    python = random_bundle(Random(shape), plain=True, python=True)
    theirs = raw(python.files["processes/0.bpmn"], python.files["processes/1.bpmn"], n=number)
    pick = Random(seed)
    while ours.open:
        assert opened(theirs) == ours.open
        element = pick.choice(ours.open)
        ours.do(element)
        do(theirs, element)
    assert ours.ended
    assert theirs.is_completed()
