"""`for`, `some`, `every` and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from engine.feel import ast
from engine.feel.budget import Run
from engine.feel.compare import every, some
from engine.feel.frames import Closure, Frame
from engine.feel.numbers import whole
from engine.feel.parser import children
from engine.feel.types import name_of
from engine.feel.values import Date, Range
from engine.feel.zones import date_of, day_number

Compile = Callable[[ast.Node], Closure]
Domain = Callable[[Frame], "list[Any] | None"]


def counted(low: Any, high: Any, run: Run) -> list[Any] | None:
    """The whole numbers or dates from `low` to `high`, downwards when `high` is below; None for others."""
    if type(low) is Date and type(high) is Date:
        days = _steps(day_number(low), day_number(high), run)
        return [date_of(day) for day in days]
    start, stop = whole(low), whole(high)
    if start is None or stop is None:
        run.warn("Only whole numbers and dates can be counted from one to the other: the result is null.")
        return None
    return [Decimal(n) for n in _steps(start, stop, run)]


def _steps(start: int, stop: int, run: Run) -> range:
    run.span(abs(stop - start) + 1)
    return range(start, stop + 1) if start <= stop else range(start, stop - 1, -1)


def members(value: Any, run: Run) -> list[Any] | None:
    """What a loop goes over: a list, the values of a range, or one value alone."""
    if type(value) is list:
        return value
    if type(value) is Range:
        found = None if value.op else counted(value.low, value.high, run)
        return found and found[not value.low_closed : len(found) - (not value.high_closed)]
    if value is None:
        run.warn("A loop goes over null: the result is null.")
        return None
    return [value]


def _domain(low: ast.Node, high: ast.Node | None, compile_node: Compile) -> Domain:
    first, last = compile_node(low), compile_node(high) if high else None

    def read(frame: Frame) -> list[Any] | None:
        if last is None:
            return members(first(frame), frame.run)
        return counted(first(frame), last(frame), frame.run)

    return read


class _NoDomain(Exception):
    """A loop's domain is not a list."""


def _frames(frame: Frame, domains: list[tuple[str, Domain]], made: list[Any] | None) -> Iterator[Frame]:
    """One frame for each combination of the loop variables, the last one running fastest."""
    if not domains:
        yield frame
        return
    (name, domain), rest = domains[0], domains[1:]
    values = domain(frame)
    if values is None:
        raise _NoDomain
    for value in values:
        frame.run.charge()
        inner = Frame({name: value}, frame, frame.run)
        if made is not None:
            frame.run.charge(len(made) >> 3)
            inner.vars["partial"] = made[:]
        yield from _frames(inner, rest, made)


def mentions(node: ast.Node, name: str) -> bool:
    """Whether the name occurs in the node."""
    return (isinstance(node, ast.Name) and node.name == name) or any(mentions(c, name) for c in children(node))


def compile_for(node: ast.For, compile_node: Compile) -> Closure:
    """`for` gives the list of what its body makes; `partial` is that list so far."""
    domains = [(name, _domain(low, high, compile_node)) for name, low, high in node.iterators]
    body, looks_back = compile_node(node.body), mentions(node.body, "partial")

    def loop(frame: Frame) -> Any:
        made: list[Any] = []
        most = frame.run.budget.items
        try:
            for inner in _frames(frame, domains, made if looks_back else None):
                made.append(body(inner))
                if len(made) > most:
                    frame.run.items(len(made))
        except _NoDomain:
            return None
        return made

    return loop


def compile_quantified(node: ast.Quantified, compile_node: Compile) -> Closure:
    """`some` and `every`, in three-valued logic."""
    domains = [(name, _domain(low, high, compile_node)) for name, low, high in node.iterators]
    body, kind = compile_node(node.body), node.kind

    def test(frame: Frame) -> Any:
        try:
            return judged(kind, (body(inner) for inner in _frames(frame, domains, None)), frame.run)
        except _NoDomain:
            return None

    return test


def judged(kind: str, answers: Iterable[Any], run: Run) -> bool | None:
    """What `some` or `every` says of the answers; an answer that is not true, false or null makes it null."""
    found = list(answers)
    for answer in found:
        if answer is not None and type(answer) is not bool:
            run.warn(f"`{kind}` needs true or false, not a {name_of(answer)}: the result is null.")
            return None
    return every(found) if kind == "every" else some(found)


def compile_filter(node: ast.Filter, compile_node: Compile) -> Closure:
    """`list[3]`, `list[-1]`, `list[item > 2]`, `list[name = "x"]`."""
    base, condition = compile_node(node.base), compile_node(node.condition)
    at_place = isinstance(node.condition, ast.Literal) and type(node.condition.value) is Decimal

    def select(frame: Frame) -> Any:
        value = base(frame)
        items = value if type(value) is list else [] if value is None else [value]
        if at_place:
            return _by(items, condition(frame), frame.run)
        return select_where(items, condition, frame)

    return select


def _scope(item: Any, frame: Frame) -> Frame:
    return Frame({"item": item, **item} if type(item) is dict else {"item": item}, frame, frame.run)


def select_where(items: list[Any], condition: Closure, frame: Frame) -> Any:
    """The items for which the condition holds; one item, when the condition is a number."""
    run = frame.run
    if not items:
        found = condition(frame)
        return _by(items, found, run) if type(found) is Decimal else []
    kept: list[Any] = []
    for place, item in enumerate(items):
        run.charge()
        found = condition(_scope(item, frame))
        if type(found) is Decimal and place == 0:
            return _by(items, found, run)
        if found is True:
            kept.append(item)
        elif type(found) is not bool and found is not None:
            return run.warn(f"A filter gives a {name_of(found)}, not true or false: the result is null.")
    return kept


def _by(items: list[Any], place: Any, run: Run) -> Any:
    if type(place) is bool:
        return list(items) if place else []
    index = whole(place)
    if index is None:
        return [] if place is None else run.warn("A place in a list is a whole number: the result is null.")
    if index and -len(items) <= index <= len(items):
        return items[index - 1 if index > 0 else index]
    return run.warn(f"The list has no item {index}: the result is null.")
