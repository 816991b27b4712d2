"""Decisions: DMN XML to a model, and an evaluation that says how it came about."""

from engine.dmn.decide import Evaluation, call_service, decide, evaluate, parse_dmn
from engine.dmn.errors import DecisionError, DmnError, Fault
from engine.dmn.explain import explain
from engine.dmn.model import Decision, DecisionModel, DecisionTable, InputData
from engine.dmn.trace import CellTrace, InputTrace, RuleTrace, Source, Trace

__all__ = [
    "CellTrace",
    "Decision",
    "DecisionError",
    "DecisionModel",
    "DecisionTable",
    "DmnError",
    "Evaluation",
    "Fault",
    "InputData",
    "InputTrace",
    "RuleTrace",
    "Source",
    "Trace",
    "call_service",
    "decide",
    "evaluate",
    "explain",
    "parse_dmn",
]
