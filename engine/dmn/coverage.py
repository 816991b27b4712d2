"""Boxes of regions: whether some of them together cover a space, and a place that they leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Box = tuple[int, ...]
"""For each column the set of its regions, as bits."""


def meet(a: Box, b: Box) -> Box | None:
    """What two boxes have in common, or None."""
    both = tuple(x & y for x, y in zip(a, b, strict=True))
    return both if all(both) else None


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class TooHard(Exception):
    """The question would take more steps than are allowed."""


@dataclass(slots=True)
class Effort:
    """The steps left for all questions about one table, so that a table made to be hard takes seconds, not hours."""

    left: int = 40_000
    least: int = 20
    """What each question may take in any case, however many went before."""

    def share(self, part: int) -> int:
        """The steps that one question may take: so many parts of what is left."""
        return max(self.left // part, self.least)


@dataclass(slots=True)
class _Search:
    boxes: Sequence[Box]
    space: Box
    limit: int
    covered: set[tuple[int, int]]


def gaps(
    space: Box, boxes: Sequence[Box], most: int, limit: int = 200_000, effort: Effort | None = None
) -> tuple[list[Box], bool]:
    """Boxes within `space` that none of `boxes` touches: at most `most` of them, and whether those are all.

    Raises TooHard when the first takes more than `limit` steps; the steps taken are taken from `effort`.
    """
    search = _Search(boxes, space, limit, set())
    try:
        return _gaps(search, most)
    finally:
        if effort:
            effort.left -= limit - search.limit


def _gaps(search: _Search, most: int) -> tuple[list[Box], bool]:
    boxes, space = search.boxes, search.space
    found: list[Box] = []
    everything = (1 << len(boxes)) - 1
    try:
        for gap in _open(search, everything, (1 << len(space)) - 1, space):
            if len(found) == most:
                return found, False
            found.append(gap)
    except TooHard:
        if not found:
            raise
        return found, False
    return found, True


def is_covered(space: Box, boxes: Sequence[Box], limit: int = 200_000, effort: Effort | None = None) -> bool:
    """Whether the boxes together cover the space; raises TooHard when that takes more than `limit` steps."""
    inside = [box for box in boxes if meet(box, space)]
    return not gaps(space, inside, 1, limit, effort)[0]


def _open(search: _Search, rules: int, columns: int, space: Box) -> Iterator[Box]:
    """The open places of `space`: `rules` are those that still may apply, `columns` those not yet looked at."""
    if not rules:
        yield space
        return
    key = (rules, columns)
    if key in search.covered:
        return
    search.limit -= 1
    if search.limit < 0:
        raise TooHard
    column = _hardest(search, rules, columns)
    if column is None:
        search.covered.add(key)
        return
    search.limit -= search.space[column].bit_count() >> 4  # a column of many regions takes longer to split
    is_open = False
    for part, left in _split(search, rules, column):
        for gap in _open(search, left, columns & ~(1 << column), _narrowed(space, column, part)):
            is_open = True
            yield gap
    if not is_open:
        search.covered.add(key)


def _narrowed(space: Box, column: int, part: int) -> Box:
    return (*space[:column], part, *space[column + 1 :])


def _hardest(search: _Search, rules: int, columns: int) -> int | None:
    """The column that most rules narrow; None when one rule narrows none of those left, and so takes all."""
    counts = dict.fromkeys(bits(columns), 0)
    for rule in bits(rules):
        box, free = search.boxes[rule], True
        for column in counts:
            if search.space[column] & ~box[column]:
                counts[column] += 1
                free = False
        if free:
            return None
    return max(counts, key=lambda column: counts[column])


def _split(search: _Search, rules: int, column: int) -> list[tuple[int, int]]:
    """The column's regions grouped by which rules take them: (regions, rules)."""
    groups: dict[int, int] = {}
    masks = [(1 << rule, search.boxes[rule][column]) for rule in bits(rules)]
    for region in bits(search.space[column]):
        left = sum(bit for bit, mask in masks if mask >> region & 1)
        groups[left] = groups.get(left, 0) | 1 << region
    return sorted(((part, left) for left, part in groups.items()), key=lambda pair: pair[1].bit_count())
