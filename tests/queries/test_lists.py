"""Lists: everybody finds their own tasks and cases, soonest due first, and nobody finds another's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import claim_task
from engine.queries import CaseFilter, TaskFilter, case_list, deadlines, my_tasks, team_tasks
from tests.office import CHE, LEA, MAX, SID, WES, WIN, Office, acting, person
from tests.queries.statements import counted


def test_a_role_finds_the_tasks_of_its_own_teams_cases(office: Office) -> None:
    case = office.start()
    office.start(team="south", worker="sid")
    assert [row.task_id for row in my_tasks(office.uow, person=WES, now=office.now).rows] == list(case.opened)
    assert my_tasks(office.uow, person=LEA, now=office.now).rows == ()


def test_a_role_that_sees_what_it_is_involved_in_finds_its_tasks_wherever_they_are(office: Office) -> None:
    for team in ("north", "south"):
        case = office.start("pair", team=team, actor=acting(WES))
        who = acting(WES if team == "north" else SID)
        office.complete(case.opened[0], {"left_word": "a"}, who)
        office.complete(case.opened[1], {"right_word": "b"}, who)
    found = my_tasks(office.uow, person=CHE, now=office.now)
    assert sorted((row.name, row.team) for row in found.rows) == [
        ("Hold the conference", "north"),
        ("Hold the conference", "south"),
    ]
    assert found.total == 2


def test_a_person_in_two_roles_finds_a_task_for_both_once(office: Office) -> None:
    office.start()
    both = person("bo", "worker", "lead")
    assert my_tasks(office.uow, person=both, now=office.now).total == 1


def test_soonest_due_comes_first_and_late_ones_are_counted(office: Office) -> None:
    late = office.at(office.now - timedelta(days=11)).start(title="Late")
    office.start(title="Today")
    office.start("pair", title="No date")
    found = my_tasks(office.uow, person=WES, now=office.now)
    assert [row.case_title for row in found.rows] == ["Late", "Today", "No date", "No date"]
    assert (found.total, found.overdue, found.rows[0].is_overdue) == (4, 1, True)
    assert found.rows[0].task_id == late.opened[0]
    assert found.rows[0].due_sentence == "10 days after 19 February 2026"


def test_a_task_is_near_from_its_day_to_warn(office: Office) -> None:
    office.start()
    soon = office.now + timedelta(days=8)
    row = my_tasks(office.uow, person=WES, now=soon).rows[0]
    assert (row.is_near, row.is_overdue) == (True, False)


def test_what_another_has_taken_is_theirs(office: Office) -> None:
    case = office.start()
    claim_task(office.uow, actor=acting(WIN), task_id=case.opened[0], now=office.now)
    assert my_tasks(office.uow, person=WES, now=office.now).rows == ()
    assert [row.claimed_by for row in my_tasks(office.uow, person=WIN, now=office.now).rows] == ["win"]
    others = my_tasks(office.uow, person=WES, now=office.now, filters=TaskFilter(claimed="other"))
    assert [row.claimed_by for row in others.rows] == ["win"]
    assert team_tasks(office.uow, person=LEA, now=office.now).total == 1


def test_a_task_assigned_by_name_is_found_by_that_person(office: Office) -> None:
    office.start("given")
    assert my_tasks(office.uow, person=WES, now=office.now).total == 1
    assert my_tasks(office.uow, person=WIN, now=office.now).total == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (TaskFilter(form_id="left"), ["Left"]),
        (TaskFilter(role="lead"), []),
        (TaskFilter(element_id="right"), ["Right"]),
        (TaskFilter(text="assess"), ["Assess"]),
        (TaskFilter(text="other%"), []),
        (TaskFilter(text="PAIR"), ["Left", "Right"]),
        (TaskFilter(overdue=True), []),
        (TaskFilter(claimed="nobody"), ["Assess", "Left", "Right"]),
        (TaskFilter(claimed="me"), []),
    ],
)
def test_lists_are_narrowed(office: Office, filters: TaskFilter, found: list[str]) -> None:
    office.start(title="Single")
    office.start("pair", title="The pair")
    rows = my_tasks(office.uow, person=WES, now=office.now, filters=filters).rows
    assert sorted(row.name for row in rows) == found


def test_pages_follow_each_other_without_gap_or_repeat(office: Office) -> None:
    for _ in range(60):
        office.start("pair")
    first = my_tasks(office.uow, person=WES, now=office.now)
    second = my_tasks(office.uow, person=WES, now=office.now, page=2)
    assert (len(first.rows), len(second.rows), first.pages, first.total) == (100, 20, 2, 120)
    assert len({row.task_id for row in first.rows + second.rows}) == 120


def test_team_tasks_are_those_of_the_teams_cases(office: Office) -> None:
    office.start()
    office.start(team="south", worker="sid")
    assert [row.team for row in team_tasks(office.uow, person=LEA, now=office.now).rows] == ["north"]
    assert team_tasks(office.uow, person=MAX, now=office.now).total == 2
    assert team_tasks(office.uow, person=CHE, now=office.now).total == 0


def test_cases_are_seen_by_team_involvement_work_or_all(office: Office) -> None:
    north = office.start(title="North")
    office.start(title="South", team="south", worker="wes")
    office.start(title="Far", team="south", worker="sid")
    pair = office.start("pair", title="Pair")
    office.complete(pair.opened[0], {"left_word": "a"})
    office.complete(pair.opened[1], {"right_word": "b"})

    def seen(someone: object) -> set[str]:
        return {row.case.title for row in case_list(office.uow, person=someone, now=office.now).rows}  # type: ignore[arg-type]

    assert seen(LEA) == {"North", "Pair"}
    assert seen(WES) == {"North", "Pair", "South"}
    assert seen(CHE) == {"Pair"}
    assert seen(MAX) == {"North", "South", "Far", "Pair"}
    assert seen(person("nobody")) == set()
    assert north.case_id in {row.case.id for row in case_list(office.uow, person=LEA, now=office.now).rows}


def test_a_case_shows_what_waits_in_it(office: Office) -> None:
    office.at(office.now - timedelta(days=11)).start(title="Late")
    office.start(title="New")
    rows = case_list(office.uow, person=LEA, now=office.now).rows
    assert [(row.case.title, row.open_tasks, row.overdue_tasks) for row in rows] == [("New", 1, 0), ("Late", 1, 1)]
    assert rows[0].next_due == office.now + timedelta(days=10)
    late = case_list(office.uow, person=LEA, now=office.now, filters=CaseFilter(overdue=True)).rows
    assert [row.case.title for row in late] == ["Late"]
    found = case_list(office.uow, person=LEA, now=office.now, filters=CaseFilter(text="new", status=None)).rows
    assert [row.case.title for row in found] == ["New"]


def test_deadlines_are_cut_by_what_the_person_may_see(office: Office) -> None:
    office.start()
    office.start(team="south", worker="sid")
    until = office.now + timedelta(days=30)
    assert len(deadlines(office.uow, person=LEA, now=office.now, until=until)) == 1
    assert len(deadlines(office.uow, person=MAX, now=office.now, until=until)) == 2
    assert deadlines(office.uow, person=MAX, now=office.now, until=office.now) == ()


def test_a_list_costs_the_same_statements_however_long(office: Office) -> None:
    office.start()
    my_tasks(office.uow, person=WES, now=office.now)
    with counted(office) as few:
        my_tasks(office.uow, person=WES, now=office.now)
    for _ in range(20):
        office.start()
    with counted(office) as many:
        my_tasks(office.uow, person=WES, now=office.now)
    assert len(few) == len(many) == 3


def test_a_list_reads_the_index_of_open_offers_alone(office: Office) -> None:
    if office.uow.engine.dialect.name != "sqlite":
        pytest.skip("how PostgreSQL reads depends on how much there is")
    office.start()
    with counted(office) as sent:
        my_tasks(office.uow, person=WES, now=office.now)
    totals = next(statement for statement in sent if "count(" in statement)
    with office.uow.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {totals}", ("",) * totals.count("?")).all()
    steps = [str(step[-1]) for step in plan]
    assert any("COVERING INDEX ix_offers_open_team" in step for step in steps), steps
