"""Table analysis: what a decision table leaves open, says twice, or never says.

Each input's values are cut into regions on which no cell changes its answer, so that a rule is a box of
regions; gaps, overlaps, dead rules and duplicates are questions about boxes and are answered exactly. An
input that is not there (null) is no gap unless a cell asks for null; `unanswered` says which inputs some case
cannot do without. A cell that depends on more than constants is beyond this, and the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from engine.dmn.columns import Grid, make_grid
from engine.dmn.coverage import Box, Effort, TooHard, bits, gaps, is_covered, meet
from engine.dmn.model import Decision, DecisionModel
from engine.dmn.program import Program
from engine.dmn.regions import described
from engine.feel.codec import encode
from engine.feel.convert import to_native

MOST_GAPS = 25
MOST_OVERLAPS = 500
_FORGIVING = frozenset({"FIRST", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"})


@dataclass(slots=True)
class Report:
    """What was found in one table; rules are numbered from 1, examples give one value for each input."""

    decision_id: str
    decision: str
    hit_policy: str
    inputs: list[str]
    rules: int
    exact: bool = True
    gaps: list[dict[str, Any]] = field(default_factory=list)
    gaps_complete: bool = True
    has_default: bool = False
    overlaps: list[dict[str, Any]] = field(default_factory=list)
    overlaps_total: int = 0
    never_fire: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    unread_inputs: list[str] = field(default_factory=list)
    unanswered: list[dict[str, Any]] = field(default_factory=list)
    beyond: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {name: getattr(self, name) for name in self.__slots__}


def analyse(model: DecisionModel) -> list[Report]:
    """A report for each decision of the model that is made by a table."""
    if not isinstance(model.program, Program):
        raise TypeError("the model was not made by parse_dmn")
    return [_analyse(model.program, decision) for decision in model.decisions.values() if decision.table]


def _analyse(program: Program, decision: Decision) -> Report:
    table = decision.table
    assert table is not None  # noqa: S101 - the caller chose decisions with tables
    grid = make_grid(program, decision, table)
    report = Report(decision.id, decision.name, table.hit_policy, grid.labels, len(table.rules))
    report.beyond, report.notes, report.exact = grid.beyond, grid.notes, not grid.beyond
    report.has_default = any(output.default for output in table.outputs)
    report.unread_inputs = grid.unread
    effort = Effort()
    _gaps(grid, report, effort)
    _overlaps(grid, report)
    _unanswered(grid, report, effort)
    _never(grid, report, effort)
    return report


def _example(grid: Grid, box: Box) -> dict[str, Any]:
    """One value for each input, in the box."""
    chosen = {}
    for column, mask in zip(grid.columns, box, strict=True):
        region = column.regions[next(bits(mask))]
        chosen[column.expression] = encode(to_native(region.example))
    return chosen


def _described(grid: Grid, box: Box) -> dict[str, str]:
    """The box in words: the regions of each input that it narrows."""
    return {
        column.label: described(column.regions, list(bits(mask)))
        for column, mask in zip(grid.columns, box, strict=True)
        if mask != column.full
    }


def _gaps(grid: Grid, report: Report, effort: Effort) -> None:
    sure = [box for box in grid.boxes if box is not None]
    try:
        found, report.gaps_complete = gaps(grid.space, sure, MOST_GAPS, effort.share(3), effort)
    except TooHard:
        found, report.gaps_complete = [], False
        report.notes.append("The table is too intricate to say whether it has gaps.")
    for box in found:
        unless = [n for n, outer in grid.outer.items() if meet(outer, box)]
        gap = {"where": _described(grid, box), "example": _example(grid, box), "unless_rules": unless}
        report.gaps.append(gap)


def _overlaps(grid: Grid, report: Report) -> None:
    known = [(number, box) for number, box in enumerate(grid.boxes, 1) if box is not None and all(box)]
    for (first, a), (second, b) in combinations(known, 2):
        both = meet(a, b)
        if both is None:
            continue
        same = grid.outputs[first - 1] == grid.outputs[second - 1]
        forgiven = report.hit_policy in _FORGIVING or (report.hit_policy == "ANY" and same)
        report.overlaps_total += 1
        if len(report.overlaps) < MOST_OVERLAPS:
            pair = {"rules": [first, second], "example": _example(grid, both), "forgiven": forgiven}
            report.overlaps.append(pair | {"same_result": same})
        if a == b:
            report.duplicates.append({"rules": [first, second], "same_result": same})


def _unanswered(grid: Grid, report: Report, effort: Effort) -> None:
    """Inputs without which some case meets no rule; each with such a case."""
    for place, column in enumerate(grid.columns):
        takes = grid.takes_null[place]
        space = _with(grid.space, place, 1)
        boxes = [_with(box, place, int(takes[n])) for n, box in enumerate(grid.boxes) if box is not None]
        try:
            found, _ = gaps(space, boxes, 1, effort.share(10), effort)
        except TooHard:
            continue
        if found:
            example = _example(grid, _with(found[0], place, column.full)) | {column.expression: None}
            report.unanswered.append({"input": column.label, "example": example})


def _with(box: Box, place: int, mask: int) -> Box:
    return (*box[:place], mask, *box[place + 1 :])


def _never(grid: Grid, report: Report, effort: Effort) -> None:
    unsure: list[str] = []
    for number, box in enumerate(grid.boxes, 1):
        if box is None:
            continue
        empty = [c.label for c, mask in zip(grid.columns, box, strict=True) if not mask]
        if empty:
            reason = f"no value of {', '.join(empty)} satisfies its cell"
            report.never_fire.append({"rule": number, "reason": reason, "because_of": []})
            continue
        hiding = _hiding(grid, report.hit_policy, number)
        try:
            hidden = bool(hiding) and is_covered(box, [b for _, b in hiding], effort.share(10), effort)
        except TooHard:
            unsure.append(str(number))
            continue
        if hidden:
            rules = [n for n, b in hiding if meet(b, box)]
            reason = "other rules that come before it take every case that it takes"
            report.never_fire.append({"rule": number, "reason": reason, "because_of": rules})
    if unsure:
        numbers = ", ".join(unsure)
        report.notes.append(f"The table is too intricate to say whether these rules can ever apply: {numbers}.")


def _hiding(grid: Grid, policy: str, number: int) -> Sequence[tuple[int, Box]]:
    """The rules that are heard before this one: those above it, or those of a higher priority."""
    known = [(n, box) for n, box in enumerate(grid.boxes, 1) if box is not None]
    if policy == "FIRST":
        return [(n, box) for n, box in known if n < number]
    mine = grid.ranks[number - 1]
    if policy == "PRIORITY" and mine is not None:
        return [(n, box) for n, box in known if (rank := grid.ranks[n - 1]) is not None and rank < mine]
    return []
