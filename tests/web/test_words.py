"""Dates and values in plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.web import words

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(days=3), "due in 3 days"),
        (timedelta(days=1), "due tomorrow"),
        (timedelta(hours=3), "due today"),
        (-timedelta(hours=3), "overdue"),
        (-timedelta(days=1), "1 day overdue"),
        (-timedelta(days=12), "12 days overdue"),
    ],
)
def test_a_due_date_is_told_in_days(away: timedelta, said: str) -> None:
    assert words.due_words(NOW + away, NOW) == said


def test_days_are_londons() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    assert words.day(late) == "1 July 2026"
    assert words.due_words(late, datetime(2026, 6, 30, 12, 0, tzinfo=UTC)) == "due tomorrow"


@pytest.mark.parametrize(
    ("at", "said"),
    [(time(9), "9am"), (time(14, 30), "2:30pm"), (time(12), "midday"), (time(0), "midnight"), (time(0, 5), "12:05am")],
)
def test_times_are_told_as_people_say_them(at: time, said: str) -> None:
    assert words.clock(at) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "Yes"),
        (False, "No"),
        (None, "Not answered"),
        ([], "Not answered"),
        (0, "0"),
        (Decimal("2.50"), "2.5"),
        (Decimal("100"), "100"),
        (date(2026, 3, 4), "4 March 2026"),
        (["a", "b", "c"], "a, b and c"),
        ({"first_name": "Ann", "at_home": False}, "First name: Ann; At home: No"),
        (datetime(2026, 7, 1, 13, 0, tzinfo=UTC), "1 July 2026 at 2pm"),
    ],
)
def test_values_are_told_in_words(value: object, said: str) -> None:
    assert words.in_words(value) == said


def test_counts_agree_with_their_noun() -> None:
    assert words.counted(1, "case") == "1 case"
    assert words.counted(0, "case") == "0 cases"
    assert words.counted(2500, "entry", "entries") == "2,500 entries"


def test_a_day_without_a_time_is_told_without_one() -> None:
    assert words.when(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == "1 July 2026"
    assert words.when(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == "30 June 2026 at 11pm"


def test_a_sentence_keeps_its_emphasis_and_nothing_else() -> None:
    said = words.emphasised("They run **alongside** <b>each</b> [other](https://x.example) & on")
    assert said == "They run <strong>alongside</strong> &lt;b&gt;each&lt;/b&gt; [other](https://x.example) &amp; on"


def test_a_person_is_told_by_name_and_one_who_is_unknown_by_the_words_of_the_user_name() -> None:
    assert words.person("wes", {"wes": "Wes Worker"}) == "Wes Worker"
    assert words.person("ann.lee", {}) == "Ann Lee"
    assert words.person("system", {}) == "System"
    assert words.person("Ann van Dam", {}) == "Ann van Dam"
