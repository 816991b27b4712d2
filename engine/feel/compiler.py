"""From tree to closures: each node becomes one Python function of the frame, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel import ast, loops, unary
from engine.feel.arithmetic import OPERATORS, negate
from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS
from engine.feel.calls import host_function, invoke, invoke_named
from engine.feel.compare import equal, every, less, less_equal
from engine.feel.frames import MISSING, Closure, Frame, find
from engine.feel.names import did_you_mean
from engine.feel.properties import member
from engine.feel.types import belongs, name_of, weigh
from engine.feel.values import Function


def _literal(node: ast.Literal) -> Closure:
    value = node.value
    return lambda _: value


def _name(node: ast.Name) -> Closure:
    name = node.name

    def load(frame: Frame) -> Any:
        value = frame.vars.get(name, MISSING)
        if value is MISSING:
            value = find(frame.parent, name)
        return _global(name, frame) if value is MISSING else value

    return load


def _global(name: str, frame: Frame) -> Any:
    """A function of the host or of the standard; else null, and a word about it."""
    host = frame.run.functions.get(name)
    if host is not None:
        return host if isinstance(host, Function) else host_function(name, host)
    found = BUILTINS.get(name)
    if found is None and frame.run.warnings is not None:
        _say_unknown(name, frame)
    return found


def _say_unknown(name: str, frame: Frame) -> None:
    visible = {*_visible(frame), *frame.run.known}
    if name in visible:
        frame.run.warn(f"`{name}` is not a function.")
    else:
        frame.run.warn(f"`{name}` is not known here{did_you_mean(name, visible) or '.'} It is null.")


def _visible(frame: Frame | None) -> list[str]:
    names: list[str] = []
    while frame is not None:
        names.extend(frame.vars)
        frame = frame.parent
    return names


def _path(node: ast.Path) -> Closure:
    base, name = compile_node(node.base), node.name

    def read(frame: Frame) -> Any:
        value = base(frame)
        if type(value) is dict and name in value:
            return value[name]
        return member(value, name, frame.run)

    return read


def _call(node: ast.Call) -> Closure:
    args = [compile_node(arg) for arg in node.args]
    target, names = _callee(node.function), node.names

    def call(frame: Frame) -> Any:
        function = target(frame)
        return invoke(function, [arg(frame) for arg in args], frame.run)

    def call_named(frame: Frame) -> Any:
        function = target(frame)
        return invoke_named(function, names, [arg(frame) for arg in args], frame.run)

    return call_named if names else call


def _callee(node: ast.Node) -> Closure:
    """What is called: a variable of that name only counts when it holds a function."""
    if not isinstance(node, ast.Name):
        return compile_node(node)
    name = node.name

    def resolve(frame: Frame) -> Any:
        value = find(frame, name)
        return value if type(value) is Function else _global(name, frame)

    return resolve


def _negation(node: ast.Negation) -> Closure:
    operand = compile_node(node.operand)
    return lambda frame: negate(operand(frame), frame.run)


def _chain(node: ast.Chain) -> Closure:
    first = compile_node(node.first)
    steps = [(OPERATORS[op], compile_node(operand)) for op, operand in node.rest]
    if len(steps) == 1:
        operation, second = steps[0]
        return lambda frame: operation(first(frame), second(frame), frame.run)

    def fold(frame: Frame) -> Any:
        value, run = first(frame), frame.run
        for operation, operand in steps:
            value = operation(value, operand(frame), run)
        return value

    return fold


def _not_equal(a: Any, b: Any, run: Run) -> bool | None:
    same = equal(a, b, run)
    return None if same is None else not same


COMPARISONS: dict[str, Callable[[Any, Any, Run], bool | None]] = {
    "=": equal,
    "!=": _not_equal,
    "<": less,
    "<=": less_equal,
    ">": lambda a, b, run: less(b, a, run),
    ">=": lambda a, b, run: less_equal(b, a, run),
}


def _comparison(node: ast.Comparison) -> Closure:
    left, right, op = compile_node(node.left), compile_node(node.right), node.op
    test = COMPARISONS[op]

    def compare(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        answer = test(a, b, frame.run)
        if answer is None:
            frame.run.warn(f"A {name_of(a)} and a {name_of(b)} cannot be compared by `{op}`: the result is null.")
        return answer

    return compare


def _between(node: ast.Between) -> Closure:
    value, low, high = (compile_node(part) for part in (node.value, node.low, node.high))

    def within(frame: Frame) -> Any:
        middle = value(frame)
        from_low, to_high = less_equal(low(frame), middle), less_equal(middle, high(frame))
        if from_low is None or to_high is None:
            return frame.run.warn("`between` compares values of different kinds: the result is null.")
        return from_low and to_high

    return within


def _and(node: ast.And) -> Closure:
    parts = [compile_node(part) for part in node.parts]
    return lambda frame: every(part(frame) for part in parts)


def _or(node: ast.Or) -> Closure:
    parts = [compile_node(part) for part in node.parts]

    def any_of(frame: Frame) -> Any:
        answer: bool | None = False
        for part in parts:
            value = part(frame)
            if value is True:
                return True
            if value is not False:
                answer = None
        return answer

    return any_of


def _if(node: ast.If) -> Closure:
    condition, yes, no = (compile_node(part) for part in (node.condition, node.yes, node.no))

    def choose(frame: Frame) -> Any:
        held = condition(frame)
        if held is True:
            return yes(frame)
        if held is False or held is None:
            return no(frame)
        return frame.run.warn(f"The condition of `if` is a {name_of(held)}, not true or false: the result is null.")

    return choose


def _instance(node: ast.InstanceOf) -> Closure:
    value, kind, text = compile_node(node.value), node.type, node.type_text

    def check(frame: Frame) -> Any:
        if kind is None:
            return frame.run.warn(f"There is no type `{text}`: the result is null.")
        held = value(frame)
        weigh(held, frame.run)
        return belongs(held, kind) and not (held is None and kind.kind == "Any")

    return check


def _list(node: ast.ListLiteral) -> Closure:
    items = [compile_node(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _context(node: ast.ContextLiteral) -> Closure:
    entries = [(key, compile_node(value)) for key, value in node.entries]
    doubled = len({key for key, _ in entries}) < len(entries)

    def build(frame: Frame) -> Any:
        if doubled:
            return frame.run.warn("A context has the same key twice: it is null.")
        made: dict[str, Any] = {}
        inner = Frame(made, frame, frame.run)
        for key, value in entries:
            made[key] = value(inner)
        return made

    return build


def _function(node: ast.FunctionLiteral) -> Closure:
    body = compile_node(node.body)
    params, typed = node.params, any(node.types)

    def make(frame: Frame) -> Any:
        def call(run: Any, *args: Any) -> Any:
            return body(Frame(dict(zip(params, args, strict=True)), frame, run))

        def refuse(run: Any, *_args: Any) -> Any:
            return run.warn("Functions written outside FEEL are not called here: the result is null.")

        types = node.types if typed else ()
        return Function("function", params, refuse if node.external else call, types)

    return make


RULES: Mapping[type, Callable[[Any], Closure]] = {
    ast.Literal: _literal,
    ast.Name: _name,
    ast.Path: _path,
    ast.Call: _call,
    ast.Negation: _negation,
    ast.Chain: _chain,
    ast.Comparison: _comparison,
    ast.Between: _between,
    ast.And: _and,
    ast.Or: _or,
    ast.If: _if,
    ast.InstanceOf: _instance,
    ast.ListLiteral: _list,
    ast.ContextLiteral: _context,
    ast.FunctionLiteral: _function,
    ast.Filter: lambda node: loops.compile_filter(node, compile_node),
    ast.For: lambda node: loops.compile_for(node, compile_node),
    ast.Quantified: lambda node: loops.compile_quantified(node, compile_node),
    ast.RangeLiteral: lambda node: unary.compile_range(node, compile_node),
    ast.UnaryRange: lambda node: unary.compile_unary_range(node, compile_node),
    ast.In: lambda node: unary.compile_in(node, compile_node),
}


def compile_node(node: ast.Node) -> Closure:
    """The closure that computes the node."""
    return RULES[type(node)](node)
