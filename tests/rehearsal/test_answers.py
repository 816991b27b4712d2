"""Demo answers count from the day of the step, in London."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.rehearsal.answers import on_the_day

#: A Wednesday in London, still Tuesday in New York.
NOW = dt.datetime(2026, 1, 7, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-01-07"),
        ("today + 3 days", "2026-01-10"),
        ("weekday + 3 days", "2026-01-09"),
        ("weekday + 4 days", "2026-01-09"),
        ("today - 1 week", "2025-12-31"),
        ("weekday", "2026-01-07"),
        ("today is fine", "today is fine"),
    ],
)
def test_days_are_counted(words: str, day: str) -> None:
    assert on_the_day({"held_on": words}, NOW) == {"held_on": day}


def test_days_in_tables_and_lists_are_counted_too() -> None:
    assert on_the_day({"rows": [{"due": "today + 1 day", "n": 3}]}, NOW) == {"rows": [{"due": "2026-01-08", "n": 3}]}
