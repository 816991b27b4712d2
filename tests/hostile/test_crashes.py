"""The crashes, a few of each, on SQLite; `alongside hostile --family CRASH` runs all of them on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from engine.hostile.arena import Arena, opened
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer
from engine.hostile.families.crashes import CRASH
from engine.hostile.families.crashes.letters import OTHERS, SEVEN, times_of
from engine.hostile.families.crashes.load import Crew
from engine.hostile.families.crashes.mailing import Once
from engine.hostile.grounds import SQLITE, ground
from engine.hostile.invariants import Watch
from engine.hostile.processes import DidNotComeAbout, Forked, wait
from engine.ports.crash_points import POINTS

#: The long ones (mail servers, publishing, sessions and people for seconds) are left to a run of the family.
SHORT = ("CRASH-01", "CRASH-03", "CRASH-04", "CRASH-09")


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    """The product as processes, on SQLite."""
    with ground(SQLITE) as here, opened(here, quick=True, name="crashes") as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("case_id", SHORT)
def test_the_product_survives(arena: Arena, tmp_path: Path, case_id: str) -> None:
    case = HostileCase(case_id, "CRASH", "", "", "", "1", (), tmp_path)
    verdict = CRASH.trials[case_id](arena, case)
    assert verdict.survived, verdict.why
    assert (verdict.lost, verdict.duplicated) == (0, 0)


@pytest.mark.slow
def test_and_afterwards_nothing_acknowledged_is_lost_and_every_process_lives(arena: Arena) -> None:
    assert arena.acknowledged
    found = Watch(arena).look()
    assert (found.lost, found.duplicated, found.unlogged, found.problems) == (0, 0, 0, ())


def test_the_control_loses_and_doubles_letters(tmp_path: Path) -> None:
    control = CRASH.control(tmp_path)
    assert control.succeeded
    assert "loses 2 letters of 4" in control.what


def test_every_case_has_its_trial() -> None:
    assert sorted(CRASH.trials) == [f"CRASH-{number:02}" for number in range(1, 11)]


def test_a_full_run_dies_ten_times_at_seven_points_and_at_each_other_on_a_letters_way() -> None:
    times = times_of(quick=False)
    assert sum(times[point] for point in SEVEN) == 70
    assert set(times) == {*SEVEN, *OTHERS} <= set(POINTS)
    on_the_way = {point for point in POINTS if point.startswith(("complete_task.", "advance.", "job."))}
    assert set(times) == on_the_way


def test_an_answer_that_nobody_should_get_is_odd_and_a_missing_one_is_not(arena: Arena) -> None:
    people = Crew(arena, ())
    for answer in (None, Answer(303, {}, ""), Answer(503, {}, "Send it again")):
        people._note("/tasks/1", answer)
    assert (people.silent, people.again, people.odd) == (1, 1, [])
    people._note("/tasks/1", Answer(500, {}, "Sorry"))
    people._note("/tasks/1", Answer(503, {}, "no sentence of ours"))
    assert len(people.odd) == 2


def test_something_is_broken_once_for_each_and_at_most_so_often() -> None:
    once = Once(most=2)
    assert [once(what) for what in "aabbcc"] == [True, False, True, False, False, False]


def test_a_forked_process_is_waited_for_no_longer_than_asked(arena: Arena) -> None:
    assert isinstance(arena.web, Forked)
    assert arena.web.poll() is None
    with pytest.raises(TimeoutExpired):
        arena.web.wait(0.05)
    with pytest.raises(DidNotComeAbout, match="the moon"):
        wait(lambda: False, "the moon falls", patience=0.05)
