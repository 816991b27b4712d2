"""Evaluate a decision: the answer and the trace of how it came about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.dmn.errors import DecisionError, DmnError, Fault
from engine.dmn.model import DecisionModel, Knowledge, Service
from engine.dmn.program import Program, Session, compile_model
from engine.dmn.reader import read_model, with_program
from engine.dmn.scope import DecisionRun
from engine.dmn.trace import Source, Trace
from engine.feel import DEFAULT_BUDGET, Budget
from engine.feel.calls import invoke
from engine.feel.convert import to_feel
from engine.feel.expression import export, guarded

Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answer, as a native value, and its trace."""

    result: object
    trace: Trace


def parse_dmn(
    source: bytes, *, name: str = "", imports: Iterable[DecisionModel] = (), strict: bool = True
) -> DecisionModel:
    """The model of a DMN 1.1 to 1.5 file, compiled; `imports` are the models it may import.

    Raises DmnError with every fault. With `strict=False` only XML that is no model is refused, and a faulty
    expression is null when it is evaluated, as the standard has it.
    """
    model = read_model(source, name=name, imports=imports, strict=strict)
    program = compile_model(model)
    if program.faults and strict:
        raise DmnError(program.faults)
    return with_program(model, program)


def _session(
    model: DecisionModel,
    inputs: Mapping[str, object],
    functions: Functions | None,
    now: datetime | None,
    budget: Budget,
    strict: bool,
    tracing: bool,
    sources: Mapping[str, Source],
    warnings: list[str],
) -> Session:
    if not isinstance(model.program, Program):
        raise DmnError([Fault(model.name, "The model was not made by parse_dmn.")])
    run = DecisionRun(budget, functions, now, warnings, strict, tracing, sources)
    return Session(model.program, {name: to_feel(value) for name, value in inputs.items()}, run)


def _run(session: Session, decision_id: str) -> Any:
    model = session.program.model
    decision = model.find(decision_id)
    if decision is None:
        raise DecisionError(decision_id, "The model has no such decision.")
    try:
        return guarded(lambda: export(session.value(session.program, decision), session.run))
    except DecisionError as error:
        if error.trace is None:
            made = tuple(session.run.traces)
            error.trace = Trace(decision.id, decision.name, guidance=decision.guidance, required=made)
        raise


def evaluate(
    model: DecisionModel,
    decision_id: str,
    inputs: Mapping[str, object],
    *,
    functions: Functions | None = None,
    now: datetime | None = None,
    budget: Budget = DEFAULT_BUDGET,
    strict: bool = True,
    sources: Mapping[str, Source] | None = None,
) -> Evaluation:
    """Decide over native `inputs` (by name) and say how; `sources` says where inputs came from, by name.

    Raises DecisionError, with the trace, where the table gives no single answer, and FeelBudgetExceeded.
    With `strict=False` such an answer is null, as the standard has it.
    """
    warnings: list[str] = []
    session = _session(model, inputs, functions, now, budget, strict, True, sources or {}, warnings)
    result = _run(session, decision_id)
    trace = session.run.traces[-1]
    return Evaluation(result, replace(trace, warnings=tuple(warnings)) if warnings else trace)


def decide(
    model: DecisionModel,
    decision_id: str,
    inputs: Mapping[str, object],
    *,
    functions: Functions | None = None,
    now: datetime | None = None,
    budget: Budget = DEFAULT_BUDGET,
    strict: bool = True,
) -> object:
    """The answer alone, without a trace; raises as `evaluate` does."""
    return _run(_session(model, inputs, functions, now, budget, strict, False, {}, []), decision_id)


def call_service(
    model: DecisionModel, service_name: str, inputs: Mapping[str, object], *, now: datetime | None = None
) -> object:
    """What a decision service, or a knowledge model, gives for inputs by name, leniently; KeyError for no such."""
    session = _session(model, inputs, None, now, DEFAULT_BUDGET, False, False, {}, [])
    offered: tuple[Service | Knowledge, ...] = (*model.services.values(), *model.knowledge.values())
    found = next((item for item in offered if service_name in (item.name, item.id)), None)
    if found is None:
        raise KeyError(service_name)
    function = session.value(session.program, found)
    args = [session.inputs.get(name) for name in getattr(function, "params", ())]
    return guarded(lambda: export(invoke(function, args, session.run), session.run))
