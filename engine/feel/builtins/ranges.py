"""Ranges and points compared (DMN 1.5, table 78), each as a comparison of ends.

An end is (side, value, edge): side -1 or 1 for an end without limit, edge 1 after an open start, -1 before
an open end, else 0. Ends have a total order, and every function of the table is a line about four of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel import ast
from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, refuse
from engine.feel.compare import equal, every, less
from engine.feel.errors import FeelSyntaxError
from engine.feel.iso import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.lexer import NameIndex
from engine.feel.parser import parse_text
from engine.feel.values import Range

End = tuple[int, Any, int]
Order = int | None
Judge = Callable[[End, End, End, End], "bool | None"]
_POINTS = {"date": parse_date, "time": parse_time, "date and time": parse_date_time, "duration": parse_duration}


def _ends(value: Any) -> tuple[End, End]:
    if type(value) is not Range:
        return (0, value, 0), (0, value, 0)
    low: End = (-1, None, 0) if value.op in ("<", "<=") else (0, value.low, 0 if value.low_closed else 1)
    high: End = (1, None, 0) if value.op in (">", ">=") else (0, value.high, 0 if value.high_closed else -1)
    return low, high


def _order(a: End, b: End) -> Order:
    if a[0] or b[0]:
        return (a[0] > b[0]) - (a[0] < b[0])
    before = less(a[1], b[1])
    if before is None:
        return None
    if before:
        return -1
    return (a[2] > b[2]) - (a[2] < b[2]) if equal(a[1], b[1]) else 1


def _holds(a: End, op: str, b: End) -> bool | None:
    order = _order(a, b)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, "=": order == 0, ">=": order >= 0, ">": order > 0}[op]


def _closed(a: End, b: End) -> bool:
    return not (a[2] or b[2] or a[0] or b[0])


_JUDGES: dict[str, Judge] = {
    "before": lambda _s1, e1, s2, _e2: _holds(e1, "<", s2),
    "after": lambda s1, _e1, _s2, e2: _holds(s1, ">", e2),
    "meets": lambda _s1, e1, s2, _e2: every((_holds(e1, "=", s2), _closed(e1, s2))),
    "met by": lambda s1, _e1, _s2, e2: every((_holds(s1, "=", e2), _closed(s1, e2))),
    "overlaps": lambda s1, e1, s2, e2: every((_holds(s1, "<=", e2), _holds(s2, "<=", e1))),
    "overlaps before": lambda s1, e1, s2, e2: every((_holds(s1, "<", s2), _holds(e1, ">=", s2), _holds(e1, "<=", e2))),
    "overlaps after": lambda s1, e1, s2, e2: every((_holds(s2, "<", s1), _holds(e2, ">=", s1), _holds(e2, "<=", e1))),
    "finishes": lambda s1, e1, s2, e2: every((_holds(e1, "=", e2), _holds(s1, ">=", s2))),
    "finished by": lambda s1, e1, s2, e2: every((_holds(e1, "=", e2), _holds(s1, "<=", s2))),
    "includes": lambda s1, e1, s2, e2: every((_holds(s1, "<=", s2), _holds(e1, ">=", e2))),
    "during": lambda s1, e1, s2, e2: every((_holds(s1, ">=", s2), _holds(e1, "<=", e2))),
    "starts": lambda s1, e1, s2, e2: every((_holds(s1, "=", s2), _holds(e1, "<=", e2))),
    "started by": lambda s1, e1, s2, e2: every((_holds(s1, "=", s2), _holds(e1, ">=", e2))),
    "coincides": lambda s1, e1, s2, e2: every((_holds(s1, "=", s2), _holds(e1, "=", e2))),
}
_POINT_FIRST = "point, range | range1, range2"
_RANGE_FIRST = "range, point | range1, range2"
_BOTH = "range1, range2"
_ANY = "point1, point2 | point, range | range, point | range1, range2"
_FORMS: dict[str, str] = {
    **dict.fromkeys(("before", "after"), _ANY),
    "coincides": "point1, point2 | range1, range2",
    **dict.fromkeys(("finishes", "during", "starts"), _POINT_FIRST),
    **dict.fromkeys(("finished by", "includes", "started by"), _RANGE_FIRST),
    **dict.fromkeys(("meets", "met by", "overlaps", "overlaps before", "overlaps after"), _BOTH),
}


def _fits(form: str, a: Any, b: Any) -> bool:
    kinds = ("range" if type(a) is Range else "point", "range" if type(b) is Range else "point")
    allowed = {tuple(p.strip().rstrip("12") for p in part.split(",")) for part in form.split("|")}
    return kinds in allowed


def _comparison(name: str, judge: Judge, form: str) -> Callable[..., Any]:
    def function(run: Run, a: Any, b: Any) -> Any:
        if a is None or b is None or not _fits(form, a, b):
            return refuse(run, name, a, b)
        answer = judge(*_ends(a), *_ends(b))
        return refuse(run, name, a, b) if answer is None else answer

    return function


def _point(node: ast.Node) -> Any:
    """The value of an end written as a literal or as `date("...")` and its like, else None."""
    if isinstance(node, ast.Literal):
        return node.value
    if isinstance(node, ast.Negation):
        return None
    if isinstance(node, ast.Call) and isinstance(node.function, ast.Name) and len(node.args) == 1:
        read, argument = _POINTS.get(node.function.name), node.args[0]
        if read and isinstance(argument, ast.Literal) and type(argument.value) is str:
            return read(argument.value)
    return None


def range_(run: Run, source: Any) -> Any:
    """The range that a text like `[1..10)` writes; its ends must be literals."""
    if type(source) is not str:
        return refuse(run, "range", source)
    try:
        node = parse_text(source, NameIndex(("date and time",)), {})
    except FeelSyntaxError:
        return run.warn(f"`{source}` is not a range: the result is null.")
    if not isinstance(node, ast.RangeLiteral):
        return run.warn(f"`{source}` is not a range: the result is null.")
    low, high = _point(node.low), _point(node.high)
    if less(high, low) is not False:
        return run.warn(f"`{source}` has no two ends in order: the result is null.")
    return Range(low, high, node.low_closed, node.high_closed)


FUNCTIONS: Declared = {
    **{name: (_FORMS[name], _comparison(name, judge, _FORMS[name])) for name, judge in _JUDGES.items()},
    "range": ("from", range_),
}
