"""Access: what each role sees and may do, as the policy's settings say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from engine.feel import parse_expression
from engine.model.access import (
    ALL,
    INVOLVED,
    TEAM,
    Naming,
    RoleRule,
    Rules,
    as_role,
    offers,
    reach,
    roles_for,
    sees_by_head,
    why_seen,
)
from engine.model.bundle import Bundle
from engine.model.case import CaseHead, case_of, local_id, new_case_id, public_id
from engine.model.errors import NotAllowed, PolicyRejected
from engine.model.person import Person
from engine.model.policy_file import read_rules
from engine.model.task import Task
from engine.model.version import PUBLISHED, SUBMITTED, Version, in_force

AT = datetime(2026, 3, 2, tzinfo=UTC)
RULES = Rules(
    roles={
        "worker": RoleRule("worker", "Worker", TEAM),
        "chair": RoleRule("chair", "Chair", INVOLVED),
        "manager": RoleRule("manager", "Manager", ALL, frozenset({"withdraw"})),
    }
)
HEAD = CaseHead("AL-1", "A", "north", "wes", "open", 1, "d", "1", AT)
TASK = Task("AL-1.t1", "AL-1", "t1", "e", "p", "", "Do it", "", ("worker", "chair"), AT, 1)


def _person(*roles: str, name: str = "ann", teams: tuple[str, ...] = ("south",)) -> Person:
    return Person(name, name, frozenset(roles), frozenset(teams))


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        (_person("worker"), False),
        (_person("worker", teams=("north",)), True),
        (_person("chair", teams=("north",)), False),
        (_person("manager"), True),
        (_person("unheard-of", teams=("north",)), False),
        (_person(name="wes"), True),
        (_person(), False),
    ],
)
def test_a_case_is_seen_for_its_team_its_worker_or_by_who_sees_all(person: Person, seen: bool) -> None:
    assert sees_by_head(reach(person, RULES), HEAD) is seen


def test_a_role_that_sees_what_it_is_involved_in_is_looked_for_in_the_case() -> None:
    assert reach(_person("chair", "worker"), RULES).roles == {"chair"}
    assert reach(_person("unheard-of"), RULES).roles == {"unheard-of"}


def test_a_task_is_done_in_a_role_that_reaches_its_case() -> None:
    assert roles_for(_person("worker", "chair"), TASK, HEAD, RULES) == ("chair",)
    assert roles_for(_person("worker", teams=("north",)), TASK, HEAD, RULES) == ("worker",)
    assert roles_for(_person("worker"), TASK, HEAD, RULES) == ()
    assert roles_for(_person("worker", name="wes"), TASK, HEAD, RULES) == ("worker",)
    assert roles_for(_person("manager"), TASK, HEAD, RULES) == ()


def test_a_task_assigned_by_name_is_that_persons_and_one_for_nobody_is_everybodys() -> None:
    given = replace(TASK, assignee="ann", roles=())
    assert roles_for(_person("manager"), given, HEAD, RULES) == ("manager",)
    assert roles_for(_person("manager", name="bob"), given, HEAD, RULES) == ()
    assert roles_for(_person("manager"), replace(TASK, roles=()), HEAD, RULES) == ("manager",)


def test_offers_are_by_team_only_for_roles_that_see_by_team() -> None:
    mine = offers(_person("worker", "chair", "manager"), RULES)
    assert (mine.in_teams, mine.anywhere, mine.teams) == ({"worker"}, {"chair", "manager"}, {"south"})


def test_an_extra_right_is_for_the_roles_named_or_for_all_when_none_is() -> None:
    assert [RULES.may(role, "withdraw") for role in ("worker", "manager")] == [False, True]
    assert RULES.may("worker", "reassign")


def test_nobody_acts_in_a_role_that_is_not_theirs() -> None:
    assert as_role(_person("worker"), "worker").role == "worker"
    with pytest.raises(NotAllowed):
        as_role(_person("worker"), "manager")


def test_naming_takes_only_texts() -> None:
    naming = Naming(parse_expression("child"), parse_expression("1 + 1"), None)
    assert naming.applied({"child": "A"}) == {"title": "A"}
    assert naming.names == {"child"}


def test_rules_are_read_from_the_policys_file() -> None:
    assert read_rules(Bundle({})).roles == {}
    text = b'[roles.a]\nsees = "all"\nstarts_cases = true\n[[strands]]\nid = "s"\nprocesses = ["p"]\n'
    rules = read_rules(Bundle({"processes/policy.toml": text}))
    assert (rules.sees("a"), rules.start_roles, rules.strands[0].processes) == (ALL, ("a",), ("p",))
    with pytest.raises(PolicyRejected):
        read_rules(Bundle({"processes/policy.toml": b"\xff"}))


def test_ids_carry_their_case() -> None:
    assert case_of(public_id("AL-1", "a.b")) == "AL-1"
    assert local_id(public_id("AL-1", "a.b")) == "a.b"
    made = {new_case_id() for _ in range(100)}
    assert len(made) == 100
    assert not any(set(each[3:]) & set("01IOLU") for each in made)


def test_the_version_in_force_is_the_latest_published_that_holds() -> None:
    def version(number: str, day: int, status: str = PUBLISHED) -> Version:
        approved = AT if status == PUBLISHED else None
        return Version(number, number, status, AT.date().replace(day=day), "a", AT, approved_at=approved)

    versions = (version("1", 1), version("2", 2), version("3", 2, SUBMITTED), version("4", 3))
    assert in_force(versions, AT.date()) == versions[1]
    assert in_force(versions[3:], AT.date()) is None


@pytest.mark.parametrize(
    ("username", "role", "teams", "why"),
    [
        ("wes", "worker", {"north"}, "works on the case"),
        ("win", "worker", {"north"}, "team north"),
        ("max", "manager", set(), "sees every case"),
        ("che", "chair", set(), "involved in the case"),
        ("sid", "chair", {"north"}, "involved in the case"),
    ],
)
def test_the_ground_on_which_somebody_sees_a_case_is_the_nearest(
    username: str, role: str, teams: set[str], why: str
) -> None:
    person = Person(username, username, frozenset({role}), frozenset(teams))
    assert why_seen(person, HEAD, RULES) == why
