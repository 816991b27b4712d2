"""A scenario file says plainly what is wrong with it, and its times are London times."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from engine.rehearsal.script import LONDON, ScriptError, moment_of, read

WHOLE = """
title: An example
carries: [F-02]
starts: 2026-01-05T09:30
by: sarah.social
with: { child_name: Invented Child, referral_date: 2026-01-02 }
steps:
  - at: 2026-01-06T10:00
    as: social-worker
    task: first
    answers: { held_on: 2026-01-06, rows: [{ on: 2026-01-07 }] }
    then:
      open: [{ task: second, role: practice-lead, due: 2026-01-20 }, third]
      not_open: [first]
      values: { status: live }
      ended: false
  - after: 3 days
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "example.yaml"
    path.write_text(text)
    return path


def test_a_whole_example_is_read_with_its_dates_as_text(tmp_path: Path) -> None:
    script = read(written(tmp_path, WHOLE))
    first, second = script.steps
    assert script.answers["referral_date"] == "2026-01-02"
    assert first.answers == {"held_on": "2026-01-06", "rows": [{"on": "2026-01-07"}]}
    assert first.then is not None
    assert first.then.open == ({"task": "second", "role": "practice-lead", "due": "2026-01-20"}, {"task": "third"})
    assert first.then.ended is False
    assert (second.task, second.moment) == (None, "3 days")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title: An example\n", "", "`title` is missing"),
        ("task: first", "tsak: first", "`tsak` is not known here"),
        ("as: social-worker", "", "say who does it"),
        ("at: 2026-01-06T10:00", "at: 2026-01-06\n    after: 3 days", "not both"),
        ("values: { status: live }", "values: [status]", "a map"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in WHOLE
    with pytest.raises(ScriptError, match=says):
        read(written(tmp_path, WHOLE.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("3 days", "2026-03-27T09:00", "2026-03-30T09:00"),
        ("1 month", "2026-01-31T09:00", "2026-02-28T09:00"),
        ("11 months", "2026-01-31T09:00", "2026-12-31T09:00"),
        ("-2 weeks", "2026-01-15T09:00", "2026-01-01T09:00"),
        ("2026-07-01", "2026-01-01T09:00", "2026-07-01T09:00"),
    ],
)
def test_spans_keep_the_london_time_of_day(text: str, after: str, expected: str) -> None:
    start = dt.datetime.fromisoformat(after).replace(tzinfo=LONDON)
    assert moment_of(text, start).astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="minutes") == expected


def test_words_that_are_no_time_are_refused() -> None:
    with pytest.raises(ScriptError, match="neither a time"):
        moment_of("soon", dt.datetime(2026, 1, 1, tzinfo=LONDON))
