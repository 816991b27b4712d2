"""Variables: nearest scope first, live, changes told with old and new, reserved names refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.model.errors import StepFailed
from engine.model.outcome import Change
from tests.bpmn.cases import Case
from tests.bpmn.models import bundle, call, end, gateway, mapping, process, start, sub, user
from tests.bpmn.models import flows as lines


def one_task(zeebe: str = "") -> Case:
    return Case(bundle(process("p", start(), user("u", zeebe=zeebe), user("v"), end(), lines("s > u > v > e"))))


def test_changes_are_told_with_old_and_new() -> None:
    case = one_task().start(a=1, b="x")
    assert case.last.changes == (Change("", "a", None, 1, True), Change("", "b", None, "x", True))
    out = case.do("u", a=2, b="x", c=True)
    assert out.changes == (Change("", "a", 1, 2), Change("", "c", None, True, True))


def test_true_is_not_one() -> None:
    case = one_task().start(a=1)
    assert case.do("u", a=True).changes == (Change("", "a", 1, True),)


def test_feel_values_come_back_as_they_went_in() -> None:
    values = {"d": date(2026, 3, 4), "n": Decimal("1.50"), "l": [1, {"k": None}], "typename": "x", "t": "2026-03-04"}
    case = one_task().start(**values)
    assert case.variables() == values


def test_a_task_with_inputs_has_a_scope_of_its_own() -> None:
    case = one_task(mapping({"n": "=a + 1", "m.inner": "=n * 2"})).start(a=1)
    assert case.task("u").where == "u"
    assert case.variables(where="u") == {"a": 1, "n": 2, "m": {"inner": 4}}
    case.do("u", n=9, k=5)
    assert case.variables() == {"a": 1, "k": 5}


def test_outputs_alone_leave_when_there_are_any() -> None:
    case = one_task(mapping(outputs={"kept.deep": "=x + a"})).start(a=1, kept={"old": 0})
    case.do("u", x=2, y=3)
    assert case.variables() == {"a": 1, "kept": {"old": 0, "deep": 3}}


def test_a_subprocess_with_inputs_has_a_scope() -> None:
    inside = start("s2") + user("i") + end("e2") + lines("s2 > i > e2")
    body = process("p", start(), sub("box", inside, mapping({"n": "=a"})), user("v"), end(), lines("s > box > v > e"))
    case = Case(bundle(body)).start(a=1)
    assert case.variables(where="box") == {"a": 1, "n": 1}
    case.do("i", n=2, a=3)
    assert case.variables() == {"a": 3}


def called(**attributes: str) -> Case:
    top = process(
        "p", start(), call("c", "q", zeebe=mapping({"n": "=a"}), **attributes), user("v"), end(), lines("s > c > v > e")
    )
    return Case(bundle(top, process("q", start(), user("i"), end(), lines("s > i > e")))).start(a=1)


def test_a_called_process_that_keeps_its_variables() -> None:
    case = called(propagateAllChildVariables="false")
    case.do("i", fresh=1, a=2)
    assert case.variables() == {"a": 2}


def test_a_called_process_that_cannot_see_its_callers_variables() -> None:
    case = called(propagateAllParentVariables="false", propagateAllChildVariables="false")
    assert case.variables(where="c") == {"n": 1}
    case.do("i", a=5)
    assert case.variables() == {"a": 1}


def test_a_called_process_that_cannot_see_still_hands_back() -> None:
    case = called(propagateAllParentVariables="false")
    case.do("i", a=5, n=7)
    assert case.variables() == {"a": 5}


def test_a_join_keeps_what_each_branch_wrote_to_what_was_there_before() -> None:
    body = process(
        "p",
        start(),
        gateway("parallel", "x", "y"),
        user("a"),
        user("b"),
        user("v"),
        end(),
        lines("s > x > a > y > v > e\n x > b > y"),
    )
    case = Case(bundle(body)).start(a="old", b="old")
    case.do("a", a="A")
    case.do("b", b="B")
    assert case.variables() == {"a": "A", "b": "B"}


@pytest.mark.parametrize("name", ["case_id", "now", "_x"])
def test_reserved_names_are_read_but_never_written(name: str) -> None:
    case = one_task().start()
    with pytest.raises(StepFailed, match="reserved") as failed:
        case.do("u", **{name: 1})
    assert failed.value.element == "u"
    with pytest.raises(StepFailed, match="reserved"):
        one_task().start(**{name: 1})


def test_the_case_reads_its_reference() -> None:
    case = one_task(mapping({"ref": "=case_id", "today": "=date(now)"})).start()
    assert case.variables(where="u") == {"ref": "case-1", "today": date(2026, 3, 4)}


def test_what_is_no_feel_value_is_refused() -> None:
    with pytest.raises(StepFailed):
        one_task().start(x=object())
    case = one_task().start()
    with pytest.raises(StepFailed):
        case.do("u", x=float("nan"))


def test_data_of_spiff_tasks_stays_empty() -> None:
    from engine.bpmn import codec
    from engine.bpmn.budget import Budget, Meter
    from engine.bpmn.run import Run
    from tests.bpmn.cases import NOON

    case = one_task().start(a=1)
    run = Run(case.machine.compile(case.bundle), "case-1", NOON, Meter(Budget()))  # type: ignore[arg-type]
    assert case.state is not None
    codec.load(case.state, run)
    assert all(task.data == {} for task in run.root.tasks.values())
