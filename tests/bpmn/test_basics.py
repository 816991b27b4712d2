"""User tasks, gateways, service tasks and called processes, in the order a case meets them."""

from __future__ import annotations

import pytest

from engine.model.errors import CaseEnded, JobNotOpen, StepFailed, TaskAlreadyComplete
from engine.model.event import JobFinished, TaskCompleted
from tests.bpmn.cases import Case, flows
from tests.bpmn.models import (
    bundle,
    call,
    end,
    gateway,
    mapping,
    process,
    service,
    start,
    sub,
    user,
)
from tests.bpmn.models import flows as lines

ROUTE = process(
    "p",
    start(),
    user("u"),
    gateway("exclusive", "g", default="g_b"),
    user("a"),
    user("b"),
    end(),
    end("e2"),
    lines("s > u > g\n g > a : =x < 2\n g > b\n a > e\n b > e2"),
)


def test_a_person_completes_a_task_and_the_case_goes_on() -> None:
    case = Case(bundle(ROUTE)).start()
    assert case.open == ["u"]
    out = case.do("u", x=1)
    assert case.open == ["a"]
    assert flows(out) == ["u_g", "g_a"]
    assert [(c.name, c.old, c.new, c.created) for c in out.changes] == [("x", None, 1, True)]
    out = case.do("a")
    assert out.ended
    assert out.end == ("e",)


def test_the_default_flow_is_taken_when_no_condition_holds() -> None:
    case = Case(bundle(ROUTE)).start()
    case.do("u", x=2)
    assert case.open == ["b"]


def test_a_condition_that_is_neither_true_nor_false_stops_the_step() -> None:
    case = Case(bundle(ROUTE)).start()
    before = case.state
    with pytest.raises(StepFailed, match="neither true nor false") as failed:
        case.do("u", y=2)
    assert failed.value.element == "g_a"
    assert "x" in failed.value.reason
    assert case.state == before


def test_a_task_is_completed_once() -> None:
    case = Case(bundle(ROUTE)).start()
    task = case.task("u")
    case.do("u", x=1)
    with pytest.raises(TaskAlreadyComplete):
        case.apply(TaskCompleted(task.task_id))
    case.do("a")
    with pytest.raises(CaseEnded):
        case.apply(TaskCompleted(task.task_id))


def test_parallel_branches_run_beside_each_other_and_join() -> None:
    case = Case(
        bundle(
            process(
                "p",
                start(),
                gateway("parallel", "split", "join"),
                user("a"),
                user("b"),
                user("c"),
                end(),
                lines("s > split > a > join > c > e\n split > b > join"),
            )
        )
    ).start()
    assert case.open == ["a", "b"]
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["c"]
    assert case.do("c").ended


def test_a_service_task_parks_as_a_job_and_its_result_is_written() -> None:
    case = Case(
        bundle(
            process(
                "p",
                start(),
                service("l", zeebe=mapping({"to": '="A" + who'})),
                user("u"),
                end(),
                lines("s > l > u > e"),
            )
        )
    ).start(who="B")
    (job,) = case.jobs.values()
    assert (job.type, job.variables, job.retries) == ("letter", {"to": "AB", "who": "B"}, 3)
    assert [t.kind for t in case.last.tokens] == ["job"]
    out = case.finish("l", reference="r-1")
    assert case.open == ["u"]
    assert not out.jobs_cancelled
    assert case.variables() == {"reference": "r-1", "who": "B"}
    with pytest.raises(JobNotOpen):
        case.apply(JobFinished(job.job_id))


def test_a_called_process_shares_the_variables_of_the_case() -> None:
    top = process("p", start(), call("c", "q"), user("after"), end(), lines("s > c > after > e"))
    called = process("q", start(), user("inner"), end(), lines("s > inner > e"))
    case = Case(bundle(top, called)).start(x=1)
    inner = case.task("inner")
    assert (inner.where, inner.process_id) == ("c", "q")
    case.do("inner", x=2, y=3)
    assert case.open == ["after"]
    assert case.variables() == {"x": 2, "y": 3}


def test_output_mappings_alone_carry_values_out_of_a_called_process() -> None:
    top = process(
        "p",
        start(),
        call("c", "q", zeebe=mapping({"n": "=x + 1"}, {"answer": "=r"}), propagateAllChildVariables="false"),
        user("after"),
        end(),
        lines("s > c > after > e"),
    )
    called = process("q", start(), user("inner"), end(), lines("s > inner > e"))
    case = Case(bundle(top, called)).start(x=1)
    assert case.variables(where="c") == {"n": 2, "x": 1}
    case.do("inner", r=7, secret=9)
    assert case.variables() == {"answer": 7, "x": 1}


def test_an_embedded_subprocess_runs_inside() -> None:
    inside = start("s2") + user("u") + end("e2") + lines("s2 > u > e2")
    case = Case(
        bundle(process("p", start(), sub("box", inside), user("after"), end(), lines("s > box > after > e")))
    ).start()
    assert case.task("u").where == "box"
    assert {(t.element_id, t.kind) for t in case.last.tokens} == {("box", "subprocess"), ("u", "task")}
    case.do("u")
    assert case.open == ["after"]


def test_a_loop_of_a_thousand_elements_needs_no_stack() -> None:
    ids = [f"t{n}" for n in range(200)]
    chain = "".join(gateway("exclusive", one) for one in ids)
    long = process("p", start(), chain, user("u"), end(), lines(" > ".join(["s", *ids, "u", "e"])))
    assert Case(bundle(long)).start().open == ["u"]
