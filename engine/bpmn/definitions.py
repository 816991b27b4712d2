"""One policy version, compiled: its processes as specs, its tables, its timescales; shared by all its cases."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import PurePosixPath

from engine.bpmn.deadlines import Timescales
from engine.bpmn.dialect.parser import DialectParser, DialectProcess
from engine.bpmn.environment import FeelScriptEngine
from engine.bpmn.gate.known import Known
from engine.bpmn.spec.containers import Container
from engine.dmn import DecisionError, DecisionModel, DmnError, evaluate, parse_dmn
from engine.feel import FeelError, working_day_functions
from engine.model.bundle import Bundle
from engine.model.errors import Fault, PolicyRejected

#: Checks one diagram: path, bytes, what the pack knows -> faults.
Gate = Callable[[str, bytes, Known], list[Fault]]


@dataclass(frozen=True)
class CompiledDefinitions:
    """The processes by key (see DialectParser.specs), the tables by decision id; kept out of every case's state."""

    digest: str
    specs: Mapping[str, DialectProcess]
    decisions: Mapping[str, DecisionModel]
    timescales: Timescales | None
    holidays: frozenset[date]
    functions: Mapping[str, Callable[..., object]]
    script_engine: FeelScriptEngine = field(default_factory=FeelScriptEngine)

    def ending(self, element_id: str) -> str:
        """The word by which lists show an end event: its `outcome` property, else its id."""
        found = (spec.task_specs.get(element_id) for spec in self.specs.values())
        words = (each.element.properties.get("outcome") for each in found if each is not None)
        return next((word for word in words if word), element_id)


def compile_bundle(bundle: Bundle, holidays: frozenset[date], gate: Gate | None = None) -> CompiledDefinitions:
    """Check and parse every diagram and table of a bundle; raises PolicyRejected naming each fault."""
    faults: list[Fault] = []
    decisions = _decisions(bundle, faults)
    timescales = _timescales(bundle, decisions, faults)
    if gate is not None:
        _check(bundle, gate, _known(bundle, decisions), faults)
    specs = {} if faults else _specs(bundle, faults)
    if faults:
        raise PolicyRejected(faults)
    functions = working_day_functions(holidays)
    return CompiledDefinitions(bundle.digest, specs, decisions, timescales, holidays, functions)


def _check(bundle: Bundle, gate: Gate, known: Known, faults: list[Fault]) -> None:
    """Let the gate see every diagram before SpiffWorkflow does."""
    for path, source in bundle.under("processes", ".bpmn").items():
        faults.extend(gate(path, source, known))


def _known(bundle: Bundle, decisions: Mapping[str, DecisionModel]) -> Known:
    """What a diagram may refer to: a file is named after its process or form."""
    diagrams, forms = bundle.under("processes", ".bpmn"), bundle.under("forms", ".form")
    return Known(
        processes=frozenset(PurePosixPath(path).stem for path in diagrams),
        decisions=frozenset(decisions),
        forms=frozenset(PurePosixPath(path).stem for path in forms),
    )


def _specs(bundle: Bundle, faults: list[Fault]) -> dict[str, DialectProcess]:
    parser = DialectParser()
    for path, source in bundle.under("processes", ".bpmn").items():
        parser.add(path, source)
    specs = parser.specs()
    faults.extend(parser.faults)
    for key, spec in specs.items():
        if not hasattr(spec, "first"):
            faults.append(Fault(str(spec.file), key, "it has no start event"))
        faults.extend(
            Fault(str(spec.file), inner.element.id, f'it calls "{inner.spec}", which does not exist')
            for inner in spec.task_specs.values()
            if isinstance(inner, Container) and inner.spec not in specs
        )
    return specs


def _decisions(bundle: Bundle, faults: list[Fault]) -> dict[str, DecisionModel]:
    """Every table by decision id."""
    found: dict[str, DecisionModel] = {}
    for path, source in bundle.under("processes", ".dmn").items():
        try:
            model = parse_dmn(source, name=path)
        except DmnError as wrong:
            faults.extend(Fault(path, fault.element_id, fault.sentence) for fault in wrong.faults)
            continue
        found.update(dict.fromkeys(model.decisions, model))
    return found


def _timescales(bundle: Bundle, decisions: Mapping[str, DecisionModel], faults: list[Fault]) -> Timescales | None:
    """The table that policy.toml names under `[calendar] timescales`."""
    path = "processes/policy.toml"
    try:
        policy = tomllib.loads(bundle.files.get(path, b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        faults.append(Fault(path, "", f"the file cannot be read: {wrong}"))
        return None
    decision_id = policy.get("calendar", {}).get("timescales")
    if decision_id is None:
        return None
    if decision_id not in decisions:
        faults.append(Fault(path, "calendar.timescales", f'there is no table "{decision_id}"'))
        return None
    return partial(_row, decisions[decision_id], decision_id)


def _row(model: DecisionModel, decision_id: str, event: str, now: datetime) -> Mapping[str, object] | str:
    """The row of the timescales table for one event, or the words why there is none."""
    try:
        result = evaluate(model, decision_id, {"event": event}, functions={}, now=now).result
    except (DecisionError, FeelError) as wrong:
        return f'the table "{decision_id}" has no row for "{event}": {wrong}'
    if not isinstance(result, Mapping):
        return f'the table "{decision_id}" has no row for "{event}"'
    return result
