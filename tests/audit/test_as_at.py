"""The case as at a moment: nothing that was recorded later is known, and what was already done is named."""

from __future__ import annotations

from datetime import timedelta

from engine.audit.as_at import as_at
from engine.audit.timeline import Moment, timeline
from tests.office import CHE, LEA, Office, acting


def _moments(office: Office) -> tuple[Moment, ...]:
    """A conference held on 20 February, recorded on 9 March."""
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes"})
    second = office.complete(first.opened[0], {"route": "plan"}, acting(LEA))
    later = office.at(office.now + timedelta(days=7))
    later.complete(second.opened[0], {"held_on": "2026-02-20"}, acting(CHE))
    with office.uow.read() as tx:
        return timeline(tx.journal.entries(first.case_id))


def test_before_it_began_there_was_no_case(office: Office) -> None:
    found = as_at(_moments(office), office.now - timedelta(seconds=1))
    assert (found.moment, [entry.seq for entry in found.later]) == (None, [4])


def test_the_moment_itself_counts_in(office: Office) -> None:
    found = as_at(_moments(office), office.now)
    assert found.moment is not None
    assert found.moment.entry.seq == 3
    assert [task.name for task in found.moment.tasks.values()] == ["Hold the conference"]


def test_what_was_done_and_not_yet_recorded_is_named_apart(office: Office) -> None:
    found = as_at(_moments(office), office.now + timedelta(days=1))
    assert [entry.body["name"] for entry in found.later] == ["Hold the conference"]
    assert found.moment is not None
    assert ("", "held_on") not in found.moment.values


def test_once_recorded_it_is_known(office: Office) -> None:
    found = as_at(_moments(office), office.now + timedelta(days=7))
    assert found.moment is not None
    assert (found.moment.entry.seq, found.later) == (4, ())
    assert ("", "held_on") in found.moment.values
