"""Timer grammar: a date, a duration that lasts, or a repeat that ends (docs/dialect.md, Dates)."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dates import NotATime, Span, parse_cycle, parse_moment
from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import B, Node, text_of
from engine.bpmn.timers import moment_of, span_of
from engine.feel import DaysTime, Function, YearsMonths

_KINDS = ("timeDate", "timeDuration", "timeCycle")
_CENTURY = Span(months=1200, days=36_600, seconds=100 * 366 * 86_400)


def check_timer(node: Node, definition: etree._Element, check: Checker) -> None:
    """One timer says one time, in the grammar, and a repeat stands where it can end."""
    said = [part for kind in _KINDS for part in definition.findall(f"{B}{kind}")]
    if len(said) != 1:
        check.report.about(node.xml, "must say one time: a date, a duration or a repeat.")
        return
    kind, text = str(said[0].tag).rsplit("}", 1)[-1], text_of(said[0])
    if kind == "timeCycle":
        _cycle(node, text, check)
    else:
        _once(node, kind, text, check)


def _once(node: Node, kind: str, text: str, check: Checker) -> None:
    if not text.startswith("="):
        _judge(node, kind, text, check)
        return
    expression = check.feel(node.xml, "a timer", text)
    if expression is None:
        return
    is_constant, value = check.constant(expression)
    if is_constant:
        _judge(node, kind, value, check)


def _judge(node: Node, kind: str, value: object, check: Checker) -> None:
    try:
        if kind == "timeDate":
            _ = parse_moment(value) if isinstance(value, str) else moment_of(value)
            return
        span = span_of(value)
    except (NotATime, ValueError, OverflowError) as problem:
        check.report.about(node.xml, f"has a timer whose time is none: {_in_words(problem, value)}.")
        return
    if not span:
        check.report.about(node.xml, "has a timer that lasts no time at all.")
    elif span.months > _CENTURY.months or span.days > _CENTURY.days or span.seconds > _CENTURY.seconds:
        check.report.about(node.xml, "has a timer that lasts more than a hundred years.")


def _in_words(problem: Exception, value: object) -> str:
    if isinstance(value, YearsMonths | DaysTime):
        return "the duration lies in the past or beyond the calendar"
    if isinstance(value, Function):
        return "it is a function"
    return str(problem)[:200] or "it is not a time"


def _cycle(node: Node, text: str, check: Checker) -> None:
    if node.tag != "boundaryEvent" or node.interrupts:
        check.report.about(node.xml, "repeats, which only a non-interrupting boundary timer can.")
    if text.startswith("="):
        expression = check.feel(node.xml, "a timer", text)
        if expression is None:
            return
        is_constant, value = check.constant(expression)
        if not is_constant or not isinstance(value, str):
            check.report.about(node.xml, "must state its repeat outright, such as R3/P1D, so that it can be checked.")
            return
        text = value
    try:
        cycle = parse_cycle(text)
    except NotATime as problem:
        check.report.about(node.xml, f"has a timer whose repeat is none: {str(problem)[:200]}.")
        return
    if cycle.times > 1000:
        check.report.about(node.xml, "repeats more than 1,000 times.")
