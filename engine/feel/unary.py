"""Unary tests, ranges and `in`: what may stand in a decision table's cell (DMN 1.5, 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import ast
from engine.feel.budget import Run
from engine.feel.compare import contains, equal, is_in, less, less_equal, some
from engine.feel.frames import Closure, Frame
from engine.feel.loops import mentions
from engine.feel.values import Range

Compile = Callable[[ast.Node], Closure]
Test = Callable[[Frame, Any], bool | None]


def make_unary_range(op: str, value: Any) -> Range:
    """The range that `op value` stands for."""
    if op in ("<", "<="):
        return Range(None, value, False, op == "<=", op)
    if op in (">", ">="):
        return Range(value, None, op == ">=", False, op)
    return Range(value, value, True, True, op)


def compile_unary_range(node: ast.UnaryRange, compile_node: Compile) -> Closure:
    """`< 5` as a value."""
    operand, op = compile_node(node.operand), node.op
    return lambda frame: make_unary_range(op, operand(frame))


def compile_range(node: ast.RangeLiteral, compile_node: Compile) -> Closure:
    """`[1..5)` as a value; its ends must be of one kind."""
    low, high = compile_node(node.low), compile_node(node.high)
    low_closed, high_closed = node.low_closed, node.high_closed

    def build(frame: Frame) -> Any:
        first, last = low(frame), high(frame)
        if first is not None and last is not None and less(first, last) is None:
            return frame.run.warn("The two ends of a range are of different kinds: it is null.")
        return Range(first, last, low_closed, high_closed)

    return build


def compile_in(node: ast.In, compile_node: Compile) -> Closure:
    """`value in tests`."""
    value = compile_node(node.value)
    tests = [compile_test(test, compile_node, cell=False) for test in node.tests]

    def check(frame: Frame) -> Any:
        subject = value(frame)
        return some(test(frame, subject) for test in tests)

    return check


def compile_tests(node: ast.Tests, compile_node: Compile) -> Test:
    """The tests of one cell as a function of frame and value."""
    tests = [compile_test(part, compile_node, cell=True) for part in node.parts]
    if not tests:
        return lambda _frame, _value: True
    if node.negated:
        return _negated(tests)
    if len(tests) == 1:
        return tests[0]
    return lambda frame, value: some(test(frame, value) for test in tests)


def _negated(tests: list[Test]) -> Test:
    def negation(frame: Frame, value: Any) -> bool | None:
        answer = some(test(frame, value) for test in tests)
        return None if answer is None else not answer

    return negation


def compile_test(node: ast.Node, compile_node: Compile, cell: bool) -> Test:
    """One test as a function of frame and value."""
    if isinstance(node, ast.Literal):
        return _literal(node.value)
    if isinstance(node, ast.UnaryRange) and not uses_subject(node):
        return _compared(node, compile_node)
    if isinstance(node, ast.RangeLiteral) and not uses_subject(node):
        return _ranged(compile_node(node))
    return _general(node, compile_node, cell)


def _literal(wanted: Any) -> Test:
    kind = type(wanted)

    def same(frame: Frame, value: Any) -> bool | None:
        return value == wanted if type(value) is kind else _alike(value, wanted, frame.run)

    return same if kind in (str, bool) else lambda frame, value: _alike(value, wanted, frame.run)


def _alike(value: Any, wanted: Any, run: Run) -> bool | None:
    if type(value) is not list:
        return equal(value, wanted, run)
    run.charge(len(value) >> 3)
    return any(equal(item, wanted, run) is True for item in value)


def _compared(node: ast.UnaryRange, compile_node: Compile) -> Test:
    operand, op = compile_node(node.operand), node.op
    tests: dict[str, Callable[[Any, Any, Any], bool | None]] = {
        "<": less,
        "<=": less_equal,
        ">": lambda value, limit, run: less(limit, value, run),
        ">=": lambda value, limit, run: less_equal(limit, value, run),
    }
    test = tests.get(op, lambda value, limit, run: contains(make_unary_range(op, limit), value, run))
    if isinstance(node.operand, ast.Literal):
        limit = node.operand.value
        return lambda frame, value: test(value, limit, frame.run)
    return lambda frame, value: test(value, operand(frame), frame.run)


def _ranged(build: Closure) -> Test:
    def test(frame: Frame, value: Any) -> bool | None:
        interval = build(frame)
        return None if interval is None else contains(interval, value, frame.run)

    return test


def uses_subject(node: ast.Node) -> bool:
    """Whether `?` occurs in the node."""
    return mentions(node, "?")


def _general(node: ast.Node, compile_node: Compile, cell: bool) -> Test:
    """Any other expression: with `?` in it a condition, else a value or list of values to compare with."""
    expression, conditional = compile_node(node), uses_subject(node)

    def test(frame: Frame, value: Any) -> bool | None:
        result = expression(Frame({"?": value}, frame, frame.run))
        if type(result) is bool and (conditional or (cell and type(value) is not bool)):
            return result
        return is_in(value, result, frame.run)

    return test
