"""The owners hear once that the review nears, once that it has passed, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.queries import mailbox
from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.publish import publish_pack
from engine.settings import from_environment
from engine.wiring import Alongside, FixedClock, remind_of_review, throwaway

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def alongside(tmp_path: Path) -> Iterator[Alongside]:
    """The pack in force, whose review is due on 31 October 2026."""
    settings = from_environment({"ALONGSIDE_HOME": str(ROOT), "ALONGSIDE_VAR": str(tmp_path), "ALONGSIDE_DEMO": "1"})
    start = datetime(2026, 8, 1, 9, tzinfo=UTC)
    with throwaway(settings, start) as opened:
        publish_pack(opened, ROOT, start)
        yield opened


def move(alongside: Alongside, to: datetime) -> None:
    assert isinstance(alongside.clock, FixedClock)
    alongside.clock.set(to)


def test_each_owner_is_told_once_a_stage(alongside: Alongside) -> None:
    cast = read_cast(ROOT / "processes/demo/people.yaml")
    add_cast(alongside, cast)
    told = [remind_of_review(alongside)]
    for day in (datetime(2026, 9, 5, 9, tzinfo=UTC), datetime(2026, 10, 30, 9, tzinfo=UTC)):
        move(alongside, day)
        told.append(remind_of_review(alongside))
    move(alongside, datetime(2026, 11, 2, 9, tzinfo=UTC))
    told += [remind_of_review(alongside), remind_of_review(alongside)]
    assert told == [0, 1, 0, 1, 0]
    overdue, near = mailbox(alongside.uow).rows
    assert near.subject == "Version 2 of the policy is due for review soon"
    assert overdue.subject == "Version 2 of the policy is overdue for review"
    assert "was to be reviewed by 31 October 2026" in overdue.text
    assert set(overdue.to) == {person.email for person in cast.people if "qa-manager" in person.roles}


def test_with_nobody_to_tell_it_is_kept_for_later(alongside: Alongside) -> None:
    move(alongside, datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert remind_of_review(alongside) == 0
    add_cast(alongside, read_cast(ROOT / "processes/demo/people.yaml"))
    assert remind_of_review(alongside) == 1
