"""The engines compared: each gives a function from inputs to advice, made ready once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import table

Decide = Callable[[Mapping[str, Any]], Any]


def ours() -> Decide:
    """`engine.dmn.decide`: the answer alone."""
    from engine.dmn import decide, parse_dmn

    model = parse_dmn(table.as_dmn())
    return lambda inputs: decide(model, "advice", inputs)


def ours_traced() -> Decide:
    """`engine.dmn.evaluate`: the answer with its whole trace."""
    from engine.dmn import evaluate, parse_dmn

    model = parse_dmn(table.as_dmn())
    return lambda inputs: evaluate(model, "advice", inputs).result


def zen() -> Decide:
    """zen-engine, its native JSON model, made once, without its trace."""
    from zen import ZenEngine

    decision = ZenEngine().create_decision(table.as_jdm())
    return lambda inputs: decision.evaluate(inputs)["result"]["advice"]


class _Task:
    """What SpiffWorkflow's engine asks of a task: its data, and a workflow with a script engine."""

    def __init__(self, workflow: Any) -> None:
        self.workflow = workflow
        self.data: dict[str, Any] = {}


class _Workflow:
    def __init__(self, script_engine: Any) -> None:
        self.script_engine = script_engine


def spiff() -> Decide:
    """SpiffWorkflow's own engine on the same XML, its cells being Python to it."""
    from lxml import etree
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
    from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

    root = etree.fromstring(table.as_dmn())
    parser = DMNParser(None, root, {"dmn": etree.QName(root).namespace})
    parser.parse()
    engine = DMNEngine(parser.decision.decisionTables[0])
    workflow = _Workflow(PythonScriptEngine())

    def decide(inputs: Mapping[str, Any]) -> Any:
        task = _Task(workflow)
        task.data = dict(inputs)
        return engine.result(task)["advice"]

    return decide


def bkflow() -> Decide:
    """bkflow-feel: it has no tables, so the rules are conditions tried in order; it parses at each evaluation."""
    from bkflow_feel.api import parse_expression

    rules = table.as_conditions()

    def decide(inputs: Mapping[str, Any]) -> Any:
        for condition, advice in rules:
            if parse_expression(condition, inputs) is True:
                return parse_expression(advice, inputs)
        return None

    return decide


ENGINES: dict[str, tuple[str, Callable[[], Decide]]] = {
    "ours": ("Alongside, answer alone", ours),
    "ours_traced": ("Alongside, with the trace", ours_traced),
    "zen": ("zen-engine, native JDM", zen),
    "spiff": ("SpiffWorkflow's own", spiff),
    "bkflow": ("bkflow-feel", bkflow),
}
"""Name in JSON -> (name for people, maker)."""
