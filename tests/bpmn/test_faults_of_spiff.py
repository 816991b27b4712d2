"""Each fault of SpiffWorkflow 3.2.0 that the design names: shown on the raw engine, absent from ours."""

from __future__ import annotations

from contextlib import suppress

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import Budget, SpiffMachine
from engine.model.errors import PolicyRejected, StepBudgetExceeded, StepFailed, TaskAlreadyComplete
from engine.model.event import TaskCompleted
from tests.bpmn.cases import Case
from tests.bpmn.models import boundary, bundle, end, gateway, loop, message, node, process, start, sub, user
from tests.bpmn.models import flows as lines
from tests.bpmn.raw import do, opened, raw, send

UP_TO_100 = "=for i in 1..100 return i"


def loop_with_join(condition: str) -> bytes:
    return process(
        "p",
        start(),
        gateway("exclusive", "again"),
        gateway("parallel", "split", "join"),
        user("a"),
        user("b"),
        gateway("exclusive", "more", default="more_again"),
        end(),
        lines(f"s > again > split > a > join > more\n split > b > join\n more > again\n more > e : {condition}"),
    )


def test_a_join_in_a_loop_fires_early() -> None:
    spiff = raw(loop_with_join("stop"))
    do(spiff, "a", stop=False)
    do(spiff, "b", stop=False)
    do(spiff, "b", stop=False)
    assert opened(spiff) == ["a", "a", "b"]  # the join fired without a

    case = Case(bundle(loop_with_join("=stop"))).start(stop=False)
    for element in ("a", "b", "b"):
        case.do(element)
    assert case.open == ["a"]


def test_a_join_loses_a_branchs_update() -> None:
    body = process(
        "p",
        start(),
        user("u"),
        gateway("parallel", "x", "y"),
        user("a"),
        user("b"),
        user("v"),
        end(),
        lines("s > u > x > a > y > v > e\n x > b > y"),
    )
    spiff = raw(body)
    do(spiff, "u", a="old", b="old")
    do(spiff, "a", a="A")
    do(spiff, "b", b="B")
    (after,) = spiff.get_tasks(state=TaskState.READY, manual=True)
    assert after.data == {"a": "old", "b": "B"}

    case = Case(bundle(body)).start()
    case.do("u", a="old", b="old")
    case.do("a", a="A")
    case.do("b", b="B")
    assert case.variables() == {"a": "A", "b": "B"}


def watched() -> bytes:
    handler = (
        start("hs", message("halt"), isInterrupting="true") + user("handle") + end("he") + lines("hs > handle > he")
    )
    return process(
        "p",
        start(),
        gateway("parallel", "g"),
        user("a"),
        user("b"),
        end(),
        sub("handler", handler, triggeredByEvent="true"),
        lines("s > g > a > e\n g > b > e"),
        messages="halt",
    )


def test_an_interrupting_event_subprocess_does_not_interrupt() -> None:
    spiff = raw(watched())
    send(spiff, "halt")
    assert opened(spiff) == ["a", "b", "handle"]

    case = Case(bundle(watched())).start()
    case.send("halt")
    assert case.open == ["handle"]


def chain(length: int, kind: str) -> bytes:
    ids = [f"t{n}" for n in range(length)]
    nodes = "".join(user(one) if kind == "user" else node("exclusiveGateway", one) for one in ids)
    return process("p", start(), nodes, user("last"), end(), lines(" > ".join(["s", *ids, "last", "e"])))


def test_long_chains_overflow_the_stack() -> None:
    with pytest.raises(Exception, match="recursion"):
        raw(chain(1000, "user"))

    machine = SpiffMachine(budget=Budget(steps=2000))
    assert Case(bundle(chain(1000, "user")), machine=machine).start().open == ["t0"]
    assert Case(bundle(chain(1000, "gateway")), machine=machine).start().open == ["last"]


def test_the_open_task_is_lost_at_a_thousand_levels() -> None:
    visits = process(
        "p",
        start(),
        gateway("exclusive", "m"),
        user("visit"),
        end(),
        gateway("exclusive", "g", default="g_m"),
        lines("s > m > visit > g > m\n g > e : CONDITION"),
    )
    spiff = raw(visits.replace(b"CONDITION", b"left"))
    rounds = 0
    while opened(spiff) == ["visit"] and rounds < 400:
        do(spiff, "visit", left=False)
        rounds += 1
    assert rounds < 400
    assert spiff.is_completed()  # nobody left it

    case = Case(bundle(visits.replace(b"CONDITION", b"=left"))).start()
    for _ in range(1100):
        case.do("visit", left=False)
    assert case.open == ["visit"]
    assert not case.ended


def test_any_task_can_be_run_and_a_finished_one_runs_again() -> None:
    body = process("p", start(), user("u"), user("v"), user("w"), end(), lines("s > u > v > w > e"))
    spiff = raw(body)
    (future,) = spiff.get_tasks(spec_name="v")
    assert future.state == TaskState.FUTURE
    future.run()
    spiff.do_engine_steps()
    assert opened(spiff) == ["u", "w"]
    (again,) = spiff.get_tasks(spec_name="v")
    again.run()

    case = Case(bundle(body)).start()
    task = case.task("u")
    case.do("u")
    with pytest.raises(TaskAlreadyComplete):
        case.apply(TaskCompleted(task.task_id))
    with pytest.raises(TaskAlreadyComplete):
        case.apply(TaskCompleted("999"))
    assert case.open == ["v"]


def test_a_non_interrupting_message_is_handled_once_only() -> None:
    heard = boundary("heard", "u", message("news"), interrupting=False)
    body = process(
        "p",
        start(),
        user("u"),
        heard,
        user("handle"),
        end(),
        end("e2"),
        lines("s > u > e\n heard > handle > e2"),
        messages="news",
    )
    spiff = raw(body)
    send(spiff, "news")
    with pytest.raises(Exception, match="not waiting"):
        send(spiff, "news")

    case = Case(bundle(body)).start()
    case.send("news")
    case.send("news")
    assert case.open == ["handle", "handle", "u"]


def test_conditions_on_flows_out_of_tasks_are_ignored() -> None:
    body = process("p", start(), user("u"), user("v"), end(), lines("s > u\n u > v : False\n v > e"))
    spiff = raw(body)
    do(spiff, "u")
    assert opened(spiff) == ["v"]

    with pytest.raises(PolicyRejected, match="u_v"):
        Case(bundle(body.replace(b"False", b"=false"))).start()


def test_dead_elements_are_accepted() -> None:
    lost = process(
        "p", start(), user("u"), boundary("b", "nothing", message("m")), end(), lines("s > u > e\n b > e"), messages="m"
    )
    assert opened(raw(lost)) == ["u"]
    silent = process("p", start(), node("sendTask", "t"), user("u"), end(), lines("s > t > u > e"))
    assert opened(raw(silent)) == ["u"]

    with pytest.raises(PolicyRejected, match="border"):
        Case(bundle(lost)).start()
    with pytest.raises(PolicyRejected, match="neither a handler nor a message"):
        Case(bundle(silent)).start()


def test_text_after_a_comment_in_a_condition_is_dropped() -> None:
    def guarded(condition: str) -> bytes:
        return process(
            "p",
            start(),
            gateway("exclusive", "g", default="g_b"),
            user("a"),
            user("b"),
            end(),
            lines("s > g\n g > a : CONDITION\n g > b\n a > e\n b > e"),
        ).replace(b"CONDITION", condition.encode())

    assert opened(raw(guarded("True<!-- only --> and False"))) == ["a"]
    assert Case(bundle(guarded("=true<!-- only --> and false"))).start().open == ["b"]


def test_an_exception_leaves_half_a_step_behind() -> None:
    body = process(
        "p",
        start(),
        user("u"),
        gateway("exclusive", "g"),
        user("v"),
        end(),
        lines("s > u > g\n g > v : CONDITION\n v > e"),
    )
    spiff = raw(body.replace(b"CONDITION", b"missing"))
    with pytest.raises(Exception, match="missing"):
        do(spiff, "u")
    assert opened(spiff) == []

    case = Case(bundle(body.replace(b"CONDITION", b"=missing"))).start()
    before = case.state
    with pytest.raises(StepFailed):
        case.do("u")
    assert (case.state, case.open) == (before, ["u"])
    assert case.machine.variables(case.machine.compile(case.bundle), before or b"") == {}


def test_making_instances_cannot_be_stopped() -> None:
    many = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>400</bpmn:loopCardinality>"
    marked = node("userTask", "u", many + "</bpmn:multiInstanceLoopCharacteristics>")
    parser = BpmnParser()
    parser.add_bpmn_str(process("p", start(), marked, end(), lines("s > u > e")))
    spiff = BpmnWorkflow(parser.get_spec("p"), {})
    steps = 0

    def stop_after_three(_task: object) -> None:
        nonlocal steps
        steps += 1
        if steps > 3:
            raise TimeoutError

    with suppress(TimeoutError):
        spiff.do_engine_steps(will_complete_task=stop_after_three)
    assert len(spiff.get_tasks()) > 400

    inner = sub("box", loop(UP_TO_100, item="j") + start("s2") + user("v") + end("e2") + lines("s2 > v > e2"))
    outer = sub("outer", loop(UP_TO_100, item="i") + start("s3") + inner + end("e3") + lines("s3 > box > e3"))
    body = process("p", start(), outer, end(), lines("s > outer > e"))
    with pytest.raises(StepBudgetExceeded):
        Case(bundle(body)).start()
