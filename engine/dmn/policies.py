"""Hit policies: which of the rules that matched speak, and how (DMN 1.5, 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins import BUILTINS
from engine.feel.calls import invoke
from engine.feel.compare import equal

Row = tuple[Any, ...]
"""The output values of one rule, column by column."""
Rank = Callable[[Row], tuple[int, ...]]
SINGLE = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
AGGREGATORS = {"SUM": "sum", "MIN": "min", "MAX": "max"}


class Conflict(Exception):
    """The rules hit do not go together under the hit policy; `sentence` has a place for their numbers."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def unique(rows: Sequence[Row]) -> Row:
    """The one row; raises Conflict when there are more."""
    if len(rows) > 1:
        raise Conflict("Rules {rules} all apply, and the table allows one only (hit policy UNIQUE).")
    return rows[0]


def any_(rows: Sequence[Row]) -> Row:
    """The row that all agree on; raises Conflict when they do not."""
    for row in rows[1:]:
        if not all(equal(a, b) is True for a, b in zip(row, rows[0], strict=True)):
            raise Conflict("Rules {rules} apply with different results (hit policy ANY).")
    return rows[0]


def aggregate(aggregation: str, values: list[Any], run: Run) -> Any:
    """COUNT, SUM, MIN or MAX of the values collected."""
    if aggregation == "COUNT":
        return Decimal(len(values))
    return invoke(BUILTINS[AGGREGATORS[aggregation]], [values], run)


def ranking(orders: Sequence[list[Any]]) -> Rank:
    """A sort key for rows from each column's output values in order of priority; unlisted values come last."""

    def place(value: Any, order: list[Any]) -> int:
        return next((i for i, listed in enumerate(order) if equal(value, listed) is True), len(order))

    return lambda row: tuple(place(value, order) for value, order in zip(row, orders, strict=True) if order)
