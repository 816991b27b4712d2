"""From boxed expressions to closures over a frame (DMN 1.5, chapters 7, 8 and 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.dmn import model as m
from engine.dmn.scope import Scope, nothing
from engine.dmn.table import compile_table
from engine.feel.calls import invoke_named
from engine.feel.frames import Closure, Frame
from engine.feel.loops import judged, members, select_where
from engine.feel.types import FeelType, coerce
from engine.feel.values import Function

Rule = Callable[[Any, Scope], Closure]


def compile_logic(logic: m.Logic | None, scope: Scope) -> Closure:
    """The closure of any expression, its value fitted to the type it is declared to have."""
    if logic is None:
        return nothing
    return typed(_RULES[type(logic)](logic, scope), scope.type_of(logic.type_ref, logic.id), scope)


def typed(closure: Closure, kind: FeelType | None, scope: Scope) -> Closure:
    """The closure with its value fitted to a type: null with a warning where it does not fit."""
    if kind is None or kind.kind == "Any":
        return closure

    def fitted(frame: Frame) -> Any:
        fits, value = coerce(closure(frame), kind)
        name = kind.name or kind.kind
        return value if fits else frame.run.warn(f"A value in `{scope.owner_name}` is not of type `{name}`: null.")

    return fitted


def _text(logic: m.Text, scope: Scope) -> Closure:
    if logic.language and "feel" not in logic.language.lower():
        scope.fault(logic.id, f"Expressions are written in FEEL, not in `{logic.language}`.")
        return nothing
    return scope.expression(logic.text, logic.id) if logic.text else nothing


def _context(logic: m.Context, scope: Scope) -> Closure:
    entries: list[tuple[str, Closure]] = []
    result: Closure | None = None
    for entry in logic.entries:
        if entry.variable is None:
            result = compile_logic(entry.logic, scope)
            continue
        scope = scope.inside([entry.variable.name])
        value = compile_logic(entry.logic, scope)
        entries.append((entry.variable.name, typed(value, scope.type_of(entry.variable.type_ref), scope)))

    def build(frame: Frame) -> Any:
        made: dict[str, Any] = {}
        inner = Frame(made, frame, frame.run)
        for name, value in entries:
            made[name] = value(inner)
        return result(inner) if result else made

    return build


def _invocation(logic: m.Invocation, scope: Scope) -> Closure:
    function = compile_logic(logic.function, scope)
    bound = [(e.variable, compile_logic(e.logic, scope)) for e in logic.bindings if e.variable]
    names = tuple(variable.name for variable, _ in bound)
    values = [typed(value, scope.type_of(variable.type_ref), scope) for variable, value in bound]
    return lambda frame: invoke_named(function(frame), names, [value(frame) for value in values], frame.run)


def _items(logic: m.Items, scope: Scope) -> Closure:
    items = [compile_logic(item, scope) for item in logic.items]
    return lambda frame: [item(frame) for item in items]


def _relation(logic: m.Relation, scope: Scope) -> Closure:
    names = [column.name for column in logic.columns]
    kinds = [scope.type_of(column.type_ref) for column in logic.columns]
    rows = [
        [typed(compile_logic(cell, scope), kind, scope) for cell, kind in zip(row, kinds, strict=False)]
        for row in logic.rows
    ]
    return lambda frame: [dict(zip(names, (cell(frame) for cell in row), strict=False)) for row in rows]


def _function(logic: m.FunctionDefinition, scope: Scope) -> Closure:
    return function_maker(logic, scope, scope.owner_name)


def function_maker(logic: m.FunctionDefinition, scope: Scope, name: str, result: FeelType | None = None) -> Closure:
    """The closure that makes the function value, closed over the frame it is made in."""
    params = tuple(parameter.name for parameter in logic.parameters)
    types = tuple(scope.type_of(parameter.type_ref) for parameter in logic.parameters)
    body = compile_logic(logic.body, scope.inside(params)) if logic.kind == "FEEL" else _external(logic.kind)

    def make(frame: Frame) -> Any:
        def call(run: Any, *args: Any) -> Any:
            return body(Frame(dict(zip(params, args, strict=False)), frame, run))

        return Function(name, params, call, types if any(types) else (), result)

    return make


def _external(kind: str) -> Closure:
    return lambda frame: frame.run.warn(f"Functions written in {kind} are not called here: the result is null.")


def _conditional(logic: m.Conditional, scope: Scope) -> Closure:
    condition, yes, no = (compile_logic(part, scope) for part in (logic.condition, logic.yes, logic.no))

    def choose(frame: Frame) -> Any:
        held = condition(frame)
        if held is not None and type(held) is not bool:
            return frame.run.warn("A condition is not true or false: the result is null.")
        return yes(frame) if held else no(frame)

    return choose


def _filter(logic: m.FilterLogic, scope: Scope) -> Closure:
    source, match = compile_logic(logic.source, scope), compile_logic(logic.match, scope.inside(["item"]))

    def select(frame: Frame) -> Any:
        value = source(frame)
        items = value if type(value) is list else [] if value is None else [value]
        return select_where(items, match, frame)

    return select


def _iteration(logic: m.Iteration, scope: Scope) -> Closure:
    source = compile_logic(logic.source, scope)
    inner = scope.inside([logic.variable, "partial"])
    body, name = compile_logic(logic.body, inner), logic.variable
    looks_back = "partial" in repr(logic.body)

    def loop(frame: Frame) -> Any:
        items = members(source(frame), frame.run)
        if items is None:
            return None
        made: list[Any] = []

        def step(item: Any) -> Any:
            frame.run.charge()
            frame.run.charge(len(made) >> 3 if looks_back else 0)
            made.append(body(Frame({name: item, "partial": made[:] if looks_back else []}, frame, frame.run)))
            return made[-1]

        results = [step(item) for item in items]
        return results if logic.kind == "for" else judged(logic.kind, results, frame.run)

    return loop


_RULES: dict[type, Rule] = {
    m.Text: _text,
    m.Context: _context,
    m.Invocation: _invocation,
    m.Items: _items,
    m.Relation: _relation,
    m.FunctionDefinition: _function,
    m.Conditional: _conditional,
    m.FilterLogic: _filter,
    m.Iteration: _iteration,
    m.DecisionTable: compile_table,
}
