"""The requirement graph compiled: each decision, function and service of a model, and how one asks another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.dmn.compiling import compile_logic, function_maker
from engine.dmn.errors import DecisionError, Fault
from engine.dmn.model import Decision, DecisionModel, Element, FunctionDefinition, InputData, Knowledge, Service
from engine.dmn.scope import DecisionRun, Scope, nothing
from engine.dmn.trace import Trace
from engine.dmn.types import component_names, model_types
from engine.feel.expression import export
from engine.feel.frames import Closure, Frame
from engine.feel.types import FeelType, coerce, mismatch, type_named
from engine.feel.values import Function

Requirement = tuple[str, "Program", Element]


@dataclass(slots=True)
class Program:
    """A compiled model."""

    model: DecisionModel
    types: Mapping[str, FeelType]
    faults: list[Fault]
    imports: Mapping[str, Program]
    declared: frozenset[str] = frozenset()
    parts: dict[str, Closure] = field(default_factory=dict)
    needs: dict[str, list[Requirement]] = field(default_factory=dict)

    def scope(self, element: Decision | Knowledge, names: Iterable[str]) -> Scope:
        """What the element's logic may refer to."""
        own = component_names(self.model.items)
        for imported in self.imports.values():
            own |= component_names(imported.model.items)
        guidance = element.guidance if isinstance(element, Decision) else ()
        return Scope(element.id, element.name, frozenset({*own, *names}), self.types, self.faults, guidance)


def compile_model(model: DecisionModel) -> Program:
    """The program of a model; its faults are in `faults`."""
    faults: list[Fault] = []
    imports = {
        prefix: m.program if isinstance(m.program, Program) else compile_model(m) for prefix, m in model.imports.items()
    }
    declared = frozenset(
        [item.name for item in model.inputs.values()] + [item.name for item in model.decisions.values()]
    )
    program = Program(model, model_types(model, faults), faults, imports, declared)
    graph: list[Decision | Knowledge] = [*model.decisions.values(), *model.knowledge.values()]
    for element in graph:
        program.needs[element.id] = list(_requirements(program, element))
    for service in model.services.values():
        program.needs[service.id] = []
        _check_service(program, service)
    for decision in model.decisions.values():
        program.parts[decision.id] = _decision(program, decision)
    for knowledge in model.knowledge.values():
        program.parts[knowledge.id] = _knowledge(program, knowledge)
    _check_circles(program)
    return program


def _requirements(program: Program, element: Decision | Knowledge) -> Iterable[Requirement]:
    for reference in element.requires:
        found = program.model.element(reference)
        if found is None:
            program.faults.append(Fault(element.id, f"What it requires, `{reference}`, is not in the model."))
            continue
        prefix, _, target = found
        if target is element and isinstance(element, Knowledge):
            continue  # a function may call itself
        yield prefix, program.imports[prefix] if prefix else program, target


def _check_service(program: Program, service: Service) -> None:
    for reference in (*service.outputs, *service.encapsulated, *service.input_decisions, *service.input_data):
        if program.model.element(reference) is None:
            program.faults.append(Fault(service.id, f"What it refers to, `{reference}`, is not in the model."))


def _check_circles(program: Program) -> None:
    done: set[str] = set()
    for start in program.parts:
        path: list[str] = []
        _walk(program, start, path, done)


def _walk(program: Program, key: str, path: list[str], done: set[str]) -> None:
    stack = [(key, iter(program.needs.get(key, ())))]
    path.append(key)
    while stack:
        current, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            stack.pop()
            done.add(path.pop())
        elif step[0] == "" and step[2].id in path:
            program.faults.append(Fault(current, f"It depends on itself, by way of `{step[2].name}`."))
        elif step[0] == "" and step[2].id not in done and step[2].id not in path:
            path.append(step[2].id)
            stack.append((step[2].id, iter(program.needs.get(step[2].id, ()))))


def _scope_names(program: Program, key: str) -> list[str]:
    return [prefix or target.name for prefix, _, target in program.needs[key]] + [
        target.name for prefix, _, target in program.needs[key] if prefix
    ]


def _decision(program: Program, decision: Decision) -> Closure:
    scope = program.scope(decision, _scope_names(program, decision.id))
    kind = scope.type_of(decision.type_ref, decision.id)
    if decision.logic is None:
        return nothing
    return _strictly_typed(compile_logic(decision.logic, scope), kind, scope)


def _strictly_typed(closure: Closure, kind: FeelType | None, scope: Scope) -> Closure:
    """The decision's value fitted to its type: an error where it does not fit, null in a lenient run."""
    if kind is None:
        return closure

    def fitted(frame: Frame) -> Any:
        value = closure(frame)
        fits, made = coerce(value, kind)
        if fits:
            return made
        sentence = f"The result {mismatch(value, kind)}."
        run: DecisionRun = frame.run  # type: ignore[assignment]
        if run.strict:
            raise DecisionError(scope.owner_name, sentence)
        return run.warn(f"{scope.owner_name}: {sentence} It is null.")

    return fitted


def _knowledge(program: Program, knowledge: Knowledge) -> Closure:
    scope = program.scope(knowledge, [*_scope_names(program, knowledge.id), knowledge.name])
    if not isinstance(knowledge.logic, FunctionDefinition):
        return nothing
    return function_maker(knowledge.logic, scope, knowledge.name, _result_type(scope, knowledge))


def _result_type(scope: Scope, knowledge: Knowledge) -> FeelType | None:
    """The type of what the function gives: its variable's, which may be a function type or the result's own."""
    kind = scope.type_of(knowledge.type_ref, knowledge.id)
    return kind.result if kind and kind.kind == "function" else kind


class Session:
    """One evaluation over one program: inputs given, values made so far."""

    def __init__(self, program: Program, inputs: Mapping[str, Any], run: DecisionRun) -> None:
        self.program = program
        self.inputs = inputs
        self.run = run
        self.made: dict[tuple[str, str], Any] = {}
        self.fixed: dict[tuple[str, str], Any] = {}
        declared = program.declared
        self.loose = {name: value for name, value in inputs.items() if name not in declared}

    def value(self, program: Program, element: Element) -> Any:
        """The value of any element: an input's, a decision's result, a function."""
        key = (program.model.namespace, element.id)
        if key in self.fixed:
            return self.fixed[key]
        if key not in self.made:
            self.made[key] = self._make(program, element)
        return self.made[key]

    def _make(self, program: Program, element: Element) -> Any:
        if isinstance(element, InputData):
            return self._input(program, element)
        if isinstance(element, Service):
            return self.service(program, element)
        if isinstance(element, Knowledge):
            return self._function(program, element)
        return self._decide(program, element)

    def _input(self, program: Program, element: InputData) -> Any:
        full = f"{program.model.namespace}#{element.name}"
        value = self.inputs.get(full, self.inputs.get(element.name, self.inputs.get(element.id)))
        kind = program.types.get(element.type_ref) or _builtin(element.type_ref)
        fits, made = coerce(value, kind)
        if fits:
            return made
        sentence = f"`{element.name}` {mismatch(value, kind)}." if kind else ""
        if self.run.strict:
            raise DecisionError(element.name, sentence, input=element.name)
        return self.run.warn(f"{sentence} It is null.")

    def _frame(self, program: Program, key: str) -> Frame:
        variables: dict[str, Any] = dict(self.loose)
        for prefix, owner, target in program.needs[key]:
            value = self.value(owner, target)
            if prefix:
                variables[prefix] = {**variables.get(prefix, {}), target.name: value}
            else:
                variables[target.name] = value
        return Frame(variables, None, self.run)

    def _function(self, program: Program, knowledge: Knowledge) -> Any:
        """The function of a knowledge model, which may call itself by its name."""
        frame = self._frame(program, knowledge.id)
        frame.vars[knowledge.name] = made = program.parts[knowledge.id](frame)
        return made

    def _decide(self, program: Program, decision: Decision) -> Any:
        outer, self.run.traces = self.run.traces, []
        frame = self._frame(program, decision.id)
        value = program.parts[decision.id](frame)
        if self.run.tracing:
            made = self.run.traces
            same = bool(made) and value is self.run.last and made[-1].decision_id == decision.id
            outer.append(_trace(decision, made, made[-1].output if same else export(value, self.run)))
        self.run.traces = outer
        return value

    def service(self, program: Program, service: Service) -> Function:
        """The service as a function of its input data, then its input decisions."""
        given = [
            found for ref in (*service.input_data, *service.input_decisions) if (found := program.model.element(ref))
        ]
        targets = [(program.imports[p] if p else program, element) for p, _, element in given]
        names = tuple(element.name for _, element in targets)
        types = tuple(_type_of(owner, element) for owner, element in targets)

        def call(_run: Any, *args: Any) -> Any:
            inner = Session(self.program, self.inputs, self.run)
            inner.fixed = {
                (owner.model.namespace, element.id): value
                for (owner, element), value in zip(targets, args, strict=True)
            }
            return inner.outputs(program, service)

        return Function(service.name, names, call, types if any(types) else (), _type_of(program, service))

    def outputs(self, program: Program, service: Service) -> Any:
        """The service's one output, or a context of its several."""
        found = [f for reference in service.outputs if (f := program.model.element(reference))]
        values = {e.name: self.value(program.imports[p] if p else program, e) for p, _, e in found}
        return next(iter(values.values()), None) if len(values) == 1 else values


def _builtin(reference: str) -> FeelType | None:
    return type_named(reference) if reference else None


def _type_of(program: Program, element: Element) -> FeelType | None:
    kind = program.types.get(element.type_ref) or _builtin(element.type_ref)
    return kind.result if kind and isinstance(element, Service) and kind.kind == "function" else kind


def _trace(decision: Decision, made: list[Trace], output: object) -> Trace:
    """The decision's trace: its table's, when it is made by a table, else one of its own."""
    if made and decision.table and made[-1].decision_id == decision.id:
        if len(made) == 1 and made[0].output is output:
            return made[0]
        return replace(made[-1], output=output, required=(*made[:-1], *made[-1].required))
    return Trace(decision.id, decision.name, output=output, guidance=decision.guidance, required=tuple(made))
