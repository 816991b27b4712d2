"""People and the roles in which they act."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in: `roles` are role ids of the pack, `teams` the teams they belong to."""

    username: str
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    teams: frozenset[str] = field(default_factory=frozenset)
    email: str = ""


@dataclass(frozen=True)
class Actor:
    """A person acting in one of their roles; the journal stores both."""

    person: Person
    role: str


#: The machine itself: timers, jobs and set-up act as this.
SYSTEM = Actor(Person("system", "Alongside"), "system")
