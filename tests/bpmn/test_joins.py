"""Inclusive gateways, and joins in loops."""

from __future__ import annotations

import random

import pytest

from engine.model.errors import StepFailed
from tests.bpmn.cases import Case
from tests.bpmn.models import bundle, end, gateway, process, start, user
from tests.bpmn.models import flows as lines

INCLUSIVE = process(
    "p",
    start(),
    gateway("inclusive", "split", default="split_c"),
    gateway("inclusive", "join"),
    user("a"),
    user("b"),
    user("c"),
    user("d"),
    end(),
    lines("s > split > a > join > d > e\n split > b > join\n split > c > join")
    .replace('targetRef="a">', 'targetRef="a"><bpmn:conditionExpression>=a</bpmn:conditionExpression>', 1)
    .replace('targetRef="b">', 'targetRef="b"><bpmn:conditionExpression>=b</bpmn:conditionExpression>', 1),
)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [({"a": True, "b": True}, ["a", "b"]), ({"a": True, "b": False}, ["a"]), ({"a": False, "b": False}, ["c"])],
)
def test_an_inclusive_gateway_takes_what_holds_and_joins_what_it_took(
    chosen: dict[str, bool], expected: list[str]
) -> None:
    case = Case(bundle(INCLUSIVE)).start(**chosen)
    assert case.open == expected
    for element in reversed(expected):
        assert "d" not in case.open
        case.do(element)
    assert case.open == ["d"]
    assert case.do("d").ended


def test_an_inclusive_gateway_with_an_unknown_condition_stops_the_step() -> None:
    with pytest.raises(StepFailed, match="neither true nor false"):
        Case(bundle(INCLUSIVE)).start(a=True)


def test_an_inclusive_join_waits_for_a_token_that_can_still_come() -> None:
    body = process(
        "p",
        start(),
        gateway("parallel", "split"),
        user("a"),
        user("b"),
        gateway("exclusive", "x", default="x_e2"),
        gateway("inclusive", "join"),
        user("d"),
        end(),
        end("e2"),
        lines("s > split > a > join > d > e\n split > b > x\n x > join : =on\n x > e2"),
    )
    case = Case(bundle(body)).start(on=False)
    case.do("a")
    assert case.open == ["b"]
    case.do("b")
    assert case.open == ["d"]


LOOP = process(
    "p",
    start(),
    gateway("exclusive", "again"),
    gateway("parallel", "split", "join"),
    user("a"),
    user("b"),
    gateway("exclusive", "more", default="more_again"),
    end(),
    lines("s > again > split > a > join > more\n split > b > join\n more > again\n more > e : =stop"),
)


def test_a_join_in_a_loop_waits_for_both_branches_in_any_order_for_1500_rounds() -> None:
    case = Case(bundle(LOOP)).start(stop=False)
    order = random.Random(7)
    for _ in range(1500):
        first, second = order.sample(["a", "b"], 2)
        case.do(first)
        assert case.open == [second]
        case.do(second)
        assert case.open == ["a", "b"]
    assert case.state is not None
    assert len(case.state) < 300
    case.do("a", stop=True)
    assert case.do("b").ended
