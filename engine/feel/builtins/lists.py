"""Lists: membership, building, cutting (DMN 1.5, table 77)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, as_list, refuse
from engine.feel.calls import invoke
from engine.feel.compare import equal
from engine.feel.numbers import truncated
from engine.feel.values import Function


def same(a: Any, b: Any, run: Run) -> bool:
    """Whether two values are equal for the purposes of lists: null equals null."""
    return equal(a, b, run) is True


def list_contains(run: Run, items: Any, element: Any) -> Any:
    """Whether the list has the element."""
    found = as_list(items)
    if found is None:
        return refuse(run, "list contains", items)
    run.charge(len(found) >> 3)
    return any(same(item, element, run) for item in found)


def count(run: Run, *items: Any) -> Any:
    """How many items."""
    found = as_list(items[0])
    return refuse(run, "count", *items) if found is None else Decimal(len(found))


def sublist(run: Run, items: Any, start: Any, *length: Any) -> Any:
    """From a place on (from the end when negative), for a length."""
    found, place = as_list(items), truncated(start)
    size = truncated(length[0]) if length else None
    if found is None or place is None or (length and size is None):
        return refuse(run, "sublist", items, start, *length)
    begin = place - 1 if place > 0 else len(found) + place
    if place == 0 or not 0 <= begin < len(found) or (size is not None and (size < 1 or begin + size > len(found))):
        return run.warn("`sublist` begins or ends outside the list: the result is null.")
    return found[begin:] if size is None else found[begin : begin + size]


def append(run: Run, items: Any, *more: Any) -> Any:
    """The list with the values at its end."""
    found = as_list(items) if items is not None else [None]
    run.items(len(found or ()) + len(more))
    return [*(found or ()), *more]


def concatenate(run: Run, *lists: Any) -> Any:
    """The lists one after another."""
    made: list[Any] = []
    for items in lists:
        if items is None:
            return refuse(run, "concatenate", items)
        made.extend(as_list(items) or ())
        run.items(len(made))
    return made


def _place(items: Any, position: Any) -> tuple[list[Any], int] | None:
    """The list and a 0-based place in it, or None."""
    found, place = as_list(items), truncated(position)
    if found is None or not place or abs(place) > len(found):
        return None
    return found, place - 1 if place > 0 else len(found) + place


def insert_before(run: Run, items: Any, position: Any, new_item: Any) -> Any:
    """The list with an item put in before a place."""
    where = _place(items, position)
    if where is None:
        return refuse(run, "insert before", items, position)
    found, at = where
    run.items(len(found) + 1)
    return [*found[:at], new_item, *found[at:]]


def remove(run: Run, items: Any, position: Any) -> Any:
    """The list without the item at a place."""
    where = _place(items, position)
    if where is None:
        return refuse(run, "remove", items, position)
    found, at = where
    run.items(len(found))
    return [*found[:at], *found[at + 1 :]]


def list_replace(run: Run, items: Any, position: Any, new_item: Any) -> Any:
    """The list with the item at a place, or each item that a function picks, replaced."""
    if type(position) is Function:
        return _replace_matching(run, as_list(items), position, new_item)
    where = _place(items, position)
    if where is None:
        return refuse(run, "list replace", items, position)
    found, at = where
    run.items(len(found))
    return [*found[:at], new_item, *found[at + 1 :]]


def _replace_matching(run: Run, items: list[Any] | None, match: Function, new_item: Any) -> Any:
    if items is None:
        return refuse(run, "list replace", items)
    made = []
    for item in items:
        picked = invoke(match, [item, new_item], run)
        if type(picked) is not bool:
            return run.warn("`list replace` needs a function that answers true or false: the result is null.")
        made.append(new_item if picked else item)
    return made


def reverse(run: Run, items: Any) -> Any:
    """The list from its end."""
    found = as_list(items)
    if found is None:
        return refuse(run, "reverse", items)
    run.items(len(found))
    return found[::-1]


def index_of(run: Run, items: Any, match: Any) -> Any:
    """The places at which the value stands."""
    found = as_list(items)
    if found is None:
        return refuse(run, "index of", items)
    run.items(len(found))
    return [Decimal(place) for place, item in enumerate(found, 1) if same(item, match, run)]


def _distinct(run: Run, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    for item in items:
        run.charge(1 + (len(made) >> 3))
        if not any(same(item, other, run) for other in made):
            made.append(item)
    return made


def union(run: Run, *lists: Any) -> Any:
    """The lists one after another, each value once."""
    joined = concatenate(run, *lists)
    return None if joined is None else _distinct(run, joined)


def distinct_values(run: Run, items: Any) -> Any:
    """Each value once."""
    found = as_list(items)
    return refuse(run, "distinct values", items) if found is None else _distinct(run, found)


def duplicate_values(run: Run, items: Any) -> Any:
    """Each value that occurs more than once, once (an extension that other products have)."""
    found = as_list(items)
    if found is None:
        return refuse(run, "duplicate values", items)
    run.charge(len(found) * len(found) >> 3)
    return _distinct(run, [item for item in found if sum(same(item, other, run) for other in found) > 1])


def flatten(run: Run, items: Any) -> Any:
    """The list with the items of its inner lists in their place."""
    found = as_list(items)
    if found is None:
        return refuse(run, "flatten", items)
    made: list[Any] = []
    stack = [iter(found)]
    while stack:
        for item in stack[-1]:
            if type(item) is list:
                stack.append(iter(item))
                break
            made.append(item)
            run.charge()
        else:
            stack.pop()
    return made


def sort(run: Run, items: Any, precedes: Any) -> Any:
    """The list in the order that the function gives."""
    found = as_list(items)
    if found is None or type(precedes) is not Function:
        return refuse(run, "sort", items, precedes)

    def order(a: Any, b: Any) -> int:
        return -1 if invoke(precedes, [a, b], run) is True else 1 if invoke(precedes, [b, a], run) is True else 0

    run.items(len(found))
    return sorted(found, key=cmp_to_key(order))


FUNCTIONS: Declared = {
    "list contains": ("list, element", list_contains),
    "count": ("list", count),
    "sublist": ("list, start position, length?", sublist),
    "append": ("list, item...", append),
    "concatenate": ("list...", concatenate),
    "insert before": ("list, position, newItem", insert_before),
    "remove": ("list, position", remove),
    "list replace": ("list, position, newItem | list, match, newItem", list_replace),
    "reverse": ("list", reverse),
    "index of": ("list, match", index_of),
    "union": ("list...", union),
    "distinct values": ("list", distinct_values),
    "duplicate values": ("list", duplicate_values),
    "flatten": ("list", flatten),
    "sort": ("list, precedes", sort),
}
