"""Who is at the other end of this request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, session

from engine.model.person import Actor, Person
from engine.web.shell import shell

#: What a policy can give to some roles only; what it gives to nobody by name, every role may.
EXTRAS = ("withdraw", "reassign", "operate", "audit")


@dataclass(frozen=True)
class Visitor:
    """The person of this request, None before sign-in, with what their roles let them open."""

    person: Person | None
    starts_cases: bool = False
    may: frozenset[str] = frozenset()
    demo: bool = False

    def acting(self, roles: tuple[str, ...] = ()) -> Actor:
        """The person in the first of these roles that they have, else in any of their own."""
        person = signed_in(self)
        own = sorted(person.roles)
        return Actor(person, next((role for role in roles if role in person.roles), own[0] if own else ""))


def signed_in(who: Visitor) -> Person:
    """The person; only for pages that need sign-in."""
    if who.person is None:
        raise LookupError("this page needs a person")
    return who.person


def visitor() -> Visitor:
    """The visitor of this request, looked up once."""
    if "visitor" not in g:
        g.visitor = _look_up()
    found: Visitor = g.visitor
    return found


def me() -> Person:
    """The signed-in person of this request."""
    return signed_in(visitor())


def _look_up() -> Visitor:
    """The person that the session names, if they still exist."""
    username = session.get("username")
    person = shell().person(username) if username else None
    if person is None:
        return Visitor(None, demo=shell().demo)
    roles = shell().roles()
    mine = [roles[role] for role in person.roles if role in roles]
    return Visitor(
        person,
        starts_cases=any(role.starts_cases for role in mine),
        may=frozenset(what for what in EXTRAS if person.roles.intersection(shell().roles_that_may(what))),
        demo=shell().demo,
    )
