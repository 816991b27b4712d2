"""Who is told about a task: its holder, else the people of its roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.model.access import TEAM, Rules
from engine.model.person import Person


def to_tell(
    people: Sequence[Person], rules: Rules, *, roles: Iterable[str], team: str, holder: str | None
) -> tuple[Person, ...]:
    """The holder alone; else everybody of the roles, of the case's team where the role works by teams.

    Where nobody of that team has the role, everybody with it: a task that nobody hears of helps nobody.
    """
    if holder is not None:
        return tuple(person for person in people if person.username == holder)
    found: dict[str, Person] = {}
    for role in roles:
        of_role = [person for person in people if role in person.roles]
        near = [person for person in of_role if team in person.teams] if rules.sees(role) == TEAM else of_role
        found.update((person.username, person) for person in near or of_role)
    return tuple(found.values())
