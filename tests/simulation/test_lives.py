"""Lives without a database: the same for a seed, and comparable under two versions of a policy."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

import pytest

from engine.model.bundle import Bundle
from engine.simulation.deciding import World
from engine.simulation.hours import LONDON
from engine.simulation.memory import Lived, live
from engine.simulation.scene import DataRefused
from engine.store.library import open_version
from engine.wiring import read_folder
from tests.simulation.conftest import CHILDREN, ROOT

Step = tuple[datetime, str, str]


def steps(world: World, number: int) -> list[Step]:
    """Who did what when."""
    return [(each.at, *_what(each)) for each in live(world, number)]


def _what(each: Lived) -> tuple[str, str]:
    return (each.happens.kind, each.happens.element) if each.happens else ("job", type(each.event).__name__)


@pytest.fixture(scope="module")
def lived(world: World) -> dict[int, list[Step]]:
    """Five lives."""
    return {number: steps(world, number) for number in range(1, CHILDREN + 1)}


def test_the_lives_of_a_seed_are_the_same_again_in_any_order(world, lived):
    busiest = max(lived, key=lambda number: len(lived[number]))
    quietest = min(lived, key=lambda number: len(lived[number]))
    assert steps(world, busiest) == lived[busiest]
    assert steps(world, quietest) == lived[quietest]


def test_another_seed_is_another_life(world, lived):
    assert steps(replace(world, seed=world.seed + 1), 1) != lived[1]


def test_time_goes_forwards_and_people_work_in_office_hours(world, lived):
    for steps_of in lived.values():
        assert steps_of == sorted(steps_of, key=lambda step: step[0])
        assert all(world.begins <= at < world.until for at, _, _ in steps_of)
        people = [at.astimezone(LONDON) for at, kind, _ in steps_of if kind in ("start", "task", "message")]
        assert all(world.hours.works(at.date()) and 9 <= at.hour < 17 for at in people)


def test_five_lives_see_both_plans(lived):
    done = Counter(element for steps_of in lived.values() for _, kind, element in steps_of if kind == "task")
    assert done["core-group"] > 10
    assert done["first-review"]
    assert done["hold-meeting"]
    assert done["hold-plo-review"]


def test_under_another_version_the_same_people_do_the_same_until_it_matters(world, machines, lived):
    """Core groups every six weeks instead of four: fewer of them, and everything before the first is as it was."""
    files = dict(read_folder(ROOT).files)
    table = files["processes/timescales.dmn"].decode()
    row = table[: (at := table.index("core-group-next"))], table[at:].replace(">4<", ">6<", 1)
    changed = Bundle({**files, "processes/timescales.dmn": "".join(row).encode()})
    later = replace(world, guidance=open_version(machines.within, changed))

    def first(of: list[Step]) -> list[Step]:
        return list(takewhile(lambda step: step[2] != "core-group", of))

    def groups(of: list[Step]) -> int:
        return sum(step[2] == "core-group" for step in of)

    longest = max(lived, key=lambda number: groups(lived[number]))
    before, after = lived[longest], steps(later, longest)
    assert first(after) == first(before)
    assert len(first(before)) > 5
    assert 0 < groups(after) < groups(before)


def test_a_task_of_which_the_file_says_nothing_is_named(world):
    silent = replace(world, data=replace(world.data, by_task={}, by_role={}))
    with pytest.raises(DataRefused, match="strategy-discussion"):
        steps(silent, 1)
