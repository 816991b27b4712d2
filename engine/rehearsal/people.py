"""Puts the cast of a play into the store."""

from __future__ import annotations

from engine.commands import add_person
from engine.rehearsal.cast import Cast
from engine.rehearsal.stage import Stage

#: A hash that no password has: people of a throwaway database never sign in.
NO_PASSWORD = "!"  # noqa: S105


def add_cast(stage: Stage, cast: Cast, password_hash: str = NO_PASSWORD) -> None:
    """Everybody of the cast, all with one password."""
    for person in cast.people:
        add_person(stage.uow, person=person, password_hash=password_hash)
