"""Add a person who can sign in, or replace what is known of them."""

from __future__ import annotations

from engine.model.person import Person
from engine.ports import UnitOfWork


def add_person(uow: UnitOfWork, *, person: Person, password_hash: str) -> None:
    """Keep the person and the hash of their password (never the password)."""
    with uow.write() as tx:
        tx.people.put(person, password_hash)
