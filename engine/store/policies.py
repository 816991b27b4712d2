"""People, and the versions of the guidance with their files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from engine.model.bundle import Bundle
from engine.model.errors import VersionNotFound
from engine.model.person import Person
from engine.model.version import PUBLISHED, Version
from engine.store.archive import keep
from engine.store.schema import artefacts, people, policy_files, policy_versions
from engine.store.upsert import put_row

_FIELDS = tuple(Version.__dataclass_fields__)


class SqlPeople:
    """Who can sign in."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def put(self, person: Person, password_hash: str) -> None:
        """Add or replace."""
        groups = {"roles": sorted(person.roles), "teams": sorted(person.teams)}
        put_row(self._connection, people, {**vars(person), **groups, "password_hash": password_hash}, key=("username",))

    def find(self, username: str) -> tuple[Person, str] | None:
        """With the hash of their password."""
        row = self._connection.execute(select(people).where(people.c.username == username)).mappings().first()
        return None if row is None else (_person(row), row["password_hash"])

    def all(self) -> Sequence[Person]:
        """By name."""
        statement = select(people).order_by(people.c.name, people.c.username)
        return [_person(row) for row in self._connection.execute(statement).mappings()]


def _person(row: RowMapping) -> Person:
    return Person(row["username"], row["name"], frozenset(row["roles"]), frozenset(row["teams"]), row["email"])


class SqlPolicies:
    """The versions; files are kept once, whatever the number of versions that hold them."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def add(self, version: Version, bundle: Bundle) -> None:
        """The version and its files; a version of the same number is replaced (commands see to it that it may be)."""
        for path, content in bundle.files.items():
            row = {"policy_digest": bundle.digest, "path": path, "digest": keep(self._connection, content)}
            put_row(self._connection, policy_files, row, key=("policy_digest", "path"), replace=False)
        put_row(self._connection, policy_versions, _row(version), key=("number",))

    def save(self, version: Version) -> None:
        """Its status, content and approval; the number stays."""
        statement = update(policy_versions).where(policy_versions.c.number == version.number)
        self._connection.execute(statement.values(**_row(version)))

    def find(self, number: str) -> Version | None:
        """By number."""
        asked = select(policy_versions).where(policy_versions.c.number == number)
        row = self._connection.execute(asked).mappings().first()
        return None if row is None else _version(row)

    def all(self) -> Sequence[Version]:
        """Latest to take effect first."""
        order = (policy_versions.c.effective_from.desc(), policy_versions.c.updated_at.desc())
        statement = select(policy_versions).order_by(*order)
        return [_version(row) for row in self._connection.execute(statement).mappings()]

    def bundle(self, digest: str) -> Bundle:
        """All files in one statement."""
        joined = policy_files.join(artefacts, policy_files.c.digest == artefacts.c.digest)
        asked = select(policy_files.c.path, artefacts.c.content).select_from(joined)
        rows = self._connection.execute(asked.where(policy_files.c.policy_digest == digest)).all()
        if not rows:
            raise VersionNotFound(f"There is no policy version with the digest {digest}.")
        return Bundle({row.path: bytes(row.content) for row in rows})

    def in_force(self, on: date) -> Version:
        """The same rule as `engine.model.version.in_force`, in SQL."""
        held = (policy_versions.c.status == PUBLISHED, policy_versions.c.effective_from <= on)
        order = (policy_versions.c.effective_from.desc(), policy_versions.c.approved_at.desc())
        row = self._connection.execute(select(policy_versions).where(*held).order_by(*order)).mappings().first()
        if row is None:
            raise VersionNotFound(f"No policy version was in force on {on:%-d %B %Y}.")
        return _version(row)


def _version(row: RowMapping) -> Version:
    return Version(**{name: row[name] for name in _FIELDS})


def _row(version: Version) -> dict[str, Any]:
    return {**vars(version), "approved_digest": version.digest if version.approved_by else None}
