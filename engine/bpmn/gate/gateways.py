"""Gateways and conditions: that a way out is always found, and that no condition is written in vain."""

from __future__ import annotations

from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import Flow, Node, text_of
from engine.feel import FeelSyntaxError, ast, parse_expression

_DECIDING = ("exclusiveGateway", "inclusiveGateway")


def check_gateways(check: Checker) -> None:
    """Every flow's condition and every gateway's ways out."""
    for flow in check.diagram.flows.values():
        _condition(flow, check)
    for node in check.diagram.nodes.values():
        out = check.diagram.out_of(node.id)
        if node.tag in _DECIDING:
            _ways_out(node, out, check)
        elif node.tag == "eventBasedGateway":
            _events_only(node, out, check)
        if node.tag not in _DECIDING and node.xml.get("default") is not None:
            check.report.about(node.xml, "has a default flow, which only exclusive and inclusive gateways choose by.")


def _condition(flow: Flow, check: Checker) -> None:
    if flow.condition is None:
        return
    source = check.diagram.nodes.get(flow.source)
    if source is not None and source.tag not in _DECIDING:
        check.report.about(flow.xml, "has a condition that would not be looked at: put a gateway before it.")
    if source is not None and source.xml.get("default") == flow.id:
        check.report.about(flow.xml, "is the default and has a condition: take one of the two away.")
    expression = check.feel(flow.xml, "a condition", text_of(flow.condition))
    if expression is None:
        return
    is_constant, value = check.constant(expression)
    if is_constant and not isinstance(value, bool):
        check.report.about(flow.xml, "has a condition that is neither true nor false.")


def _ways_out(node: Node, out: list[Flow], check: Checker) -> None:
    default = node.xml.get("default")
    open_ways = [flow for flow in out if flow.condition is None and flow.id != default]
    if node.tag == "exclusiveGateway" and len(out) > 1:
        for flow in open_ways:
            check.report.about(flow.xml, "has no condition: the gateway could not choose it for a reason.")
    has_way = default is not None or (open_ways and (node.tag == "inclusiveGateway" or len(out) == 1))
    if out and not has_way and not _leaves_no_gap(out):
        check.report.about(
            node.xml, "has no default flow: when none of its conditions is true, the case would be stuck."
        )


def _leaves_no_gap(out: list[Flow]) -> bool:
    """Whether two of the conditions are `x = y` and `x != y`, of which one is true even when x is null."""
    found: dict[str, set[str]] = {}
    for flow in out[:20]:
        text = text_of(flow.condition)
        for operator in ("!=", "="):
            left, sign, right = text.removeprefix("=").partition(operator)
            if sign and _is_comparison(text):
                found.setdefault(f"{left.strip()}|{right.strip()}", set()).add(operator)
                break
    return any(len(signs) == 2 for signs in found.values())


def _is_comparison(text: str) -> bool:
    try:
        return isinstance(parse_expression(text.removeprefix("=")).tree, ast.Comparison)
    except FeelSyntaxError:
        return False


def _events_only(node: Node, out: list[Flow], check: Checker) -> None:
    if len(out) < 2:
        check.report.about(node.xml, "needs at least two events to wait for.")
    for flow in out:
        target = check.diagram.nodes.get(flow.target)
        waits = target is not None and (
            target.tag == "receiveTask"
            or (target.tag == "intermediateCatchEvent" and target.trigger in ("timer", "message"))
        )
        if target is not None and not waits:
            check.report.about(flow.xml, "leads from an event-based gateway to something that waits for no event.")
        if target is not None and len(check.diagram.into(target.id)) > 1:
            check.report.about(target.xml, "follows an event-based gateway, so no other flow can lead to it.")
