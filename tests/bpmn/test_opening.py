"""What a user task tells when it opens: form, people, dates, properties."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.model.errors import StepFailed
from engine.model.outcome import OpenTask
from tests.bpmn.cases import Case
from tests.bpmn.models import bundle, end, node, process, start
from tests.bpmn.models import flows as lines


def opened(zeebe: str, inner: str = "", **variables: object) -> OpenTask:
    task = node("userTask", "u", inner, "<zeebe:userTask/>" + zeebe, name="Hold the review")
    return Case(bundle(process("p", start(), task, end(), lines("s > u > e")))).start(**variables).task("u")


def test_form_properties_and_documentation() -> None:
    cited = '<zeebe:properties><zeebe:property name="guidance" value="F-06"/></zeebe:properties>'
    zeebe = '<zeebe:formDefinition formId="review"/>' + cited
    task = opened(zeebe, "<bpmn:documentation>Within six months.</bpmn:documentation>")
    assert (task.form_id, task.name, task.documentation) == ("review", "Hold the review", "Within six months.")
    assert task.properties == {"guidance": "F-06"}
    assert (task.roles, task.assignee, task.due, task.follow_up, task.deadline) == ((), None, None, None, None)


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("chair, practice-lead", ("chair", "practice-lead")),
        ('="chair," + lead', ("chair", "lead-1")),
        ('=["chair", lead]', ("chair", "lead-1")),
    ],
)
def test_candidate_groups(groups: str, roles: tuple[str, ...]) -> None:
    assert opened(f"<zeebe:assignmentDefinition candidateGroups='{groups}'/>", lead="lead-1").roles == roles


def test_assignee() -> None:
    assert opened('<zeebe:assignmentDefinition assignee="=worker"/>', worker="ann").assignee == "ann"
    assert opened('<zeebe:assignmentDefinition assignee="bob"/>').assignee == "bob"


@pytest.mark.parametrize("attribute", ["candidateGroups", "assignee"])
def test_people_who_cannot_be_read_stop_the_step(attribute: str) -> None:
    with pytest.raises(StepFailed) as failed:
        opened(f'<zeebe:assignmentDefinition {attribute}="=7"/>')
    assert failed.value.element == "u"


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-07-15", datetime(2026, 7, 15, 22, 59, 59, tzinfo=UTC)),
        ('=date("2026-01-15")', datetime(2026, 1, 15, 23, 59, 59, tzinfo=UTC)),
        ("=held_on", datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)),
        ("2026-07-15T17:00:00+01:00", datetime(2026, 7, 15, 16, tzinfo=UTC)),
        ('=date and time("2026-07-15T17:00:00@Europe/London")', datetime(2026, 7, 15, 16, tzinfo=UTC)),
        ("=null", None),
    ],
)
def test_due_dates(due: str, expected: datetime | None) -> None:
    task = opened(f"<zeebe:taskSchedule dueDate='{due}' followUpDate='{due}'/>", held_on=date(2026, 7, 1))
    assert (task.due, task.follow_up) == (expected, expected)


@pytest.mark.parametrize(
    "due", ["soon", "2026-07-15T17:00:00", '=date and time("2026-07-15T17:00:00")', "=unknown + 1", "=7", "2026-02-30"]
)
def test_a_due_date_that_cannot_be_read_stops_the_step(due: str) -> None:
    with pytest.raises(StepFailed, match="due date") as failed:
        opened(f"<zeebe:taskSchedule dueDate='{due}'/>")
    assert failed.value.element == "u"
