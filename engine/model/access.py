"""Who may see and do what: pure rules, from the policy's roles, the person's teams and the case's people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel import Expression
from engine.model.case import CaseHead
from engine.model.errors import NotAllowed
from engine.model.person import SYSTEM, Actor, Person
from engine.model.task import Task

TEAM, INVOLVED, ALL = "team", "involved", "all"


@dataclass(frozen=True)
class RoleRule:
    """One role of the policy: which cases it sees, and which extra things it may do (`withdraw`, `reassign` ...)."""

    id: str
    name: str
    sees: str = INVOLVED
    may: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StrandRule:
    """A strand that the case page shows beside the others: the processes that make it up."""

    id: str
    name: str
    processes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Naming:
    """What a case is called, whose it is and who works on it, as FEEL over the case's variables."""

    title: Expression | None = None
    team: Expression | None = None
    worker: Expression | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables that these depend on."""
        parts = (self.title, self.team, self.worker)
        return frozenset().union(*(part.names for part in parts if part is not None))

    def applied(self, variables: Mapping[str, object], touched: frozenset[str] | None = None) -> Mapping[str, str]:
        """The parts that have a text now: `title`, `team`, `worker`.

        `touched`: only the parts that depend on one of these variables, so that a case given to another worker by
        hand does not go back when its title changes.
        """
        parts = {"title": self.title, "team": self.team, "worker": self.worker}
        wanted = {n: p for n, p in parts.items() if p is not None and (touched is None or p.names & touched)}
        found = {name: part.evaluate(variables) for name, part in wanted.items()}
        return {name: value for name, value in found.items() if isinstance(value, str) and value}


@dataclass(frozen=True)
class Rules:
    """What a policy version's settings say that commands and queries need."""

    roles: Mapping[str, RoleRule] = field(default_factory=dict)
    start_process: str = ""
    start_form: str = ""
    start_roles: tuple[str, ...] = ()
    strands: tuple[StrandRule, ...] = ()
    naming: Naming = Naming()
    owner_role: str = ""

    def sees(self, role: str) -> str:
        """What a role sees: a role that the policy does not name sees the cases it is involved in."""
        rule = self.roles.get(role)
        return INVOLVED if rule is None else rule.sees

    def name(self, role: str) -> str:
        """The role in words, its id where the policy does not name it."""
        rule = self.roles.get(role)
        return role if rule is None else rule.name

    def may(self, role: str, what: str) -> bool:
        """Whether a role may do an extra thing; where the policy gives it to nobody by name, every role may."""
        named = {rule.id for rule in self.roles.values() if what in rule.may}
        return not named or role in named


@dataclass(frozen=True)
class Reach:
    """Which cases a person may see, in the form that the store turns into SQL.

    All (`everything`), those of `teams`, those where one of `roles` has or had a task, and always those where the
    person is the worker or holds a task.
    """

    username: str
    everything: bool = False
    teams: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Offers:
    """Which tasks are a person's to take: those for `anywhere` roles, those for `in_teams` roles in their teams."""

    username: str
    anywhere: frozenset[str] = frozenset()
    in_teams: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()


def as_role(person: Person, role: str) -> Actor:
    """The person acting in one of their own roles. Raises NotAllowed for any other."""
    if role not in person.roles:
        raise NotAllowed(f"{person.name} does not have the role {role}.")
    return Actor(person, role)


def reach(person: Person, rules: Rules) -> Reach:
    """Which cases the person may see through any of their roles."""
    kinds = {role: rules.sees(role) for role in person.roles}
    return Reach(
        person.username,
        everything=ALL in kinds.values(),
        teams=person.teams if TEAM in kinds.values() else frozenset(),
        roles=frozenset(role for role, kind in kinds.items() if kind == INVOLVED),
    )


def offers(person: Person, rules: Rules) -> Offers:
    """Which open tasks are the person's to take: a role's tasks wherever the role may see the case."""
    teamed = frozenset(role for role in person.roles if rules.sees(role) == TEAM)
    return Offers(person.username, person.roles - teamed, teamed, person.teams)


def sees_by_head(within: Reach, head: CaseHead) -> bool:
    """Whether the person sees the case for what it is, before asking who has been involved in it."""
    return within.everything or head.team in within.teams or head.worker == within.username


def why_seen(person: Person, head: CaseHead, rules: Rules) -> str:
    """On what ground the person, who may see the case, sees it: the nearest one, in words."""
    within = reach(person, rules)
    if head.worker == person.username:
        return "works on the case"
    if head.team in within.teams:
        return f"team {head.team}"
    return "sees every case" if within.everything else "involved in the case"


def roles_for(person: Person, task: Task, head: CaseHead, rules: Rules) -> tuple[str, ...]:
    """The roles in which the person may do the task, in the task's order; empty when they may not.

    A task that names nobody is for every role that the person has; one assigned to the person by name may be done in
    any of their roles.
    """
    if task.assignee == person.username or not (task.roles or task.assignee):
        return tuple(r for r in task.roles if r in person.roles) or tuple(sorted(person.roles))
    held = (role for role in task.roles if role in person.roles)
    return tuple(role for role in held if _reaches(person, role, head, rules))


def _reaches(person: Person, role: str, head: CaseHead, rules: Rules) -> bool:
    """Whether this very role reaches the case; a role with a task in it is involved by that."""
    return rules.sees(role) != TEAM or head.team in person.teams or head.worker == person.username


def is_system(actor: Actor) -> bool:
    """Whether the machine itself acts."""
    return actor.person.username == SYSTEM.person.username
