"""Chance that can be had again, and the hours in which people work."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.model.case import ALPHABET
from engine.simulation.chances import between, case_reference, pick, skewed, stream, waiting
from engine.simulation.hours import LONDON, Hours, midnight, months_after

HOURS = Hours(frozenset({date(2026, 12, 25), date(2026, 12, 28)}))


def test_a_stream_depends_on_its_purpose_and_on_nothing_drawn_before():
    first = [stream(7, 3, "answers", 1).random() for _ in range(3)]
    stream(7, 2, "other").random()
    assert first == [stream(7, 3, "answers", 1).random()] * 3
    others = {stream(*purpose).random() for purpose in ((8, 3, "answers", 1), (7, 4, "answers", 1), (7, 3, "when", 1))}
    assert first[0] not in others
    assert len(others) == 3


def test_numbers_are_those_of_every_release():
    assert round(stream(7, 1, "begins").random(), 12) == round(random.Random(_seed()).random(), 12)


def _seed() -> int:
    import hashlib

    return int.from_bytes(hashlib.sha256(b"7/1/begins").digest()[:16])


def test_every_number_has_a_reference_of_its_own():
    references = {case_reference(7, number) for number in range(20_000)}
    assert len(references) == 20_000
    assert all(set(each.removeprefix("AL-")) <= set(ALPHABET) and len(each) == 11 for each in references)
    assert case_reference(8, 1) != case_reference(7, 1)


def test_draws_are_as_likely_as_they_should_be():
    chance = random.Random(1)
    found = Counter(pick(chance, {"a": 3, "b": 1, "c": 0}) for _ in range(4_000))
    assert found["c"] == 0
    assert 0.70 < found["a"] / 4_000 < 0.80
    days = sorted(skewed(chance, 4, 9) for _ in range(4_000))
    assert 3.7 < days[2_000] < 4.3
    assert 8.3 < days[3_600] < 9.8
    assert {between(chance, 2, 4) for _ in range(200)} == {2, 3, 4}
    assert 340 < sum(waiting(chance, 1) for _ in range(4_000)) / 4_000 < 392
    assert waiting(chance, 0) == float("inf")
    assert skewed(chance, 0, 5) == 0


@pytest.mark.parametrize("seed", range(40))
def test_people_work_on_working_days_from_nine_to_five_and_after_what_came_before(seed):
    chance = random.Random(seed)
    after = datetime(2026, 12, 23, 6, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 14_400))
    day = (after + timedelta(days=chance.randint(-4, 6))).date()
    at = HOURS.moment(day, chance, after)
    local = at.astimezone(LONDON)
    assert at > after
    assert HOURS.works(local.date())
    assert 9 <= local.hour < 17
    assert local.date() >= day


def test_working_days_are_counted_in_both_directions():
    thursday = date(2026, 12, 24)
    assert HOURS.shifted(thursday, 1) == date(2026, 12, 29)
    assert HOURS.shifted(date(2026, 12, 29), -1) == thursday
    assert HOURS.shifted(date(2026, 12, 26), 0) == date(2026, 12, 29)


def test_months_end_where_they_end():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2025, 4, 1), 12) == date(2026, 4, 1)
    assert midnight(date(2025, 7, 1)) == datetime(2025, 6, 30, 23, tzinfo=UTC)
