"""Multi-instance activities: one scope an instance, results in order, at most a hundred."""

from __future__ import annotations

import pytest

from engine.model.errors import StepFailed
from tests.bpmn.cases import Case
from tests.bpmn.models import boundary, bundle, call, end, loop, mapping, message, process, service, start, sub, user
from tests.bpmn.models import flows as lines


def votes(sequential: bool = False, until: str = "", extra: str = "", zeebe: str = "") -> Case:
    marker = loop("=people", sequential=sequential, item="person", output="votes", element="=vote", until=until)
    body = process(
        "p",
        start(),
        user("v", marker, zeebe),
        extra,
        user("after"),
        user("other"),
        end(),
        lines("s > v > after > e"),
        messages="halt",
    )
    return Case(bundle(body))


def test_parallel_instances_have_their_own_variables_and_collect_in_order() -> None:
    case = votes().start(people=["ann", "bob", "cid"])
    assert case.open == ["v", "v", "v"]
    assert [t.where for t in case.tasks.values()] == ["v#1", "v#2", "v#3"]
    assert [case.variables(where=t.where)["person"] for t in case.tasks.values()] == ["ann", "bob", "cid"]
    for vote in (1, 2, 3):
        case.do("v", vote=vote)
    assert case.open == ["after"]
    assert case.variables() == {"people": ["ann", "bob", "cid"], "votes": [1, 2, 3]}


def test_instances_finish_in_any_order() -> None:
    case = votes().start(people=["ann", "bob"])
    first, second = case.tasks
    from engine.model.event import TaskCompleted

    case.apply(TaskCompleted(second, {"vote": "b"}))
    case.apply(TaskCompleted(first, {"vote": "a"}))
    assert case.variables()["votes"] == ["a", "b"]


def test_sequential_instances_come_one_after_the_other() -> None:
    case = votes(sequential=True).start(people=["ann", "bob"])
    assert case.open == ["v"]
    case.do("v", vote=1)
    assert case.open == ["v"]
    assert case.task("v").where == "v#2"
    case.do("v", vote=2)
    assert case.variables()["votes"] == [1, 2]
    assert case.open == ["after"]


def test_a_completion_condition_ends_the_loop_early() -> None:
    case = votes(until="=numberOfCompletedInstances >= 2").start(people=["ann", "bob", "cid"])
    case.do("v", vote=1)
    out_before = len(case.tasks)
    case.do("v", vote=2)
    assert out_before == 2
    assert case.open == ["after"]
    assert case.variables()["votes"] == [1, 2, None]


def test_a_completion_condition_that_is_not_true_or_false_stops_the_step() -> None:
    case = votes(until="=enough > 1").start(people=["ann", "bob"])
    with pytest.raises(StepFailed, match="completion condition"):
        case.do("v", vote=1)


def test_an_empty_list_passes_at_once() -> None:
    case = votes().start(people=[])
    assert case.open == ["after"]
    assert case.variables()["votes"] == []


@pytest.mark.parametrize(("people", "reason"), [(["x"] * 101, "100"), ("ann", "not a list"), (None, "not a list")])
def test_what_cannot_be_looped_over_stops_the_step(people: object, reason: str) -> None:
    with pytest.raises(StepFailed, match=reason) as failed:
        votes().start(people=people)
    assert failed.value.element == "v"


def test_a_border_event_interrupts_the_whole_loop() -> None:
    stop = boundary("stop", "v", message("halt")) + lines("stop > other > e")
    case = votes(extra=stop).start(people=["ann", "bob"])
    out = case.send("halt")
    assert case.open == ["other"]
    assert [(p.kind, p.element_id) for p in out.path][:2] == [("cancelled", "v"), ("entered", "stop")]


def test_called_processes_run_once_for_each_item() -> None:
    marker = loop("=children", item="child", output="names", element="=name")
    top = process("p", start(), call("c", "q", marker), user("after"), end(), lines("s > c > after > e"))
    called = process("q", start(), user("u"), end(), lines("s > u > e"))
    case = Case(bundle(top, called)).start(children=[{"n": "a"}, {"n": "b"}])
    assert [t.where for t in case.tasks.values()] == ["c#1", "c#2"]
    case.do("u", name="A")
    case.do("u", name="B")
    assert case.variables()["names"] == ["A", "B"]


def test_subprocesses_and_jobs_loop_too() -> None:
    marker = loop("=[1, 2]", item="n")
    inside = (
        start("s2")
        + service("l", "letter", loop("=[n, n * 10]", item="m"), mapping({"x": "=m"}))
        + end("e2")
        + lines("s2 > l > e2")
    )
    body = sub("box", inside.replace("<bpmn:startEvent", marker + "<bpmn:startEvent", 1))
    case = Case(bundle(process("p", start(), body, user("after"), end(), lines("s > box > after > e")))).start()
    assert [(j.where, j.variables["x"]) for j in case.jobs.values()] == [
        ("box#1/l#1", 1),
        ("box#1/l#2", 10),
        ("box#2/l#1", 2),
        ("box#2/l#2", 20),
    ]
    for _ in range(4):
        case.finish("l")
    assert case.open == ["after"]


def test_output_mappings_of_an_instance_stay_in_the_instance() -> None:
    case = votes(zeebe=mapping(outputs={"vote": "=answer + 1"})).start(people=["ann", "bob"])
    case.do("v", answer=1)
    case.do("v", answer=2)
    assert case.variables() == {"people": ["ann", "bob"], "votes": [2, 3]}
