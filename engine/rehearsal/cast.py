"""The demo people, and who of them plays a role in a case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine import yaml12
from engine.model.person import Person
from engine.rehearsal.script import ScriptError


@dataclass(frozen=True)
class Cast:
    """Everybody of `people.yaml`, in its order."""

    people: tuple[Person, ...]

    def named(self, username: str) -> Person:
        """The person of that user name; raises ScriptError."""
        for person in self.people:
            if person.username == username:
                return person
        raise ScriptError(f"there is no demo person “{username}”")

    def for_role(self, role: str, team: str) -> Person:
        """Somebody of that role, of the case's team where there is one; raises ScriptError."""
        of_role = [person for person in self.people if role in person.roles]
        if not of_role:
            raise ScriptError(f"no demo person has the role “{role}”")
        return next((person for person in of_role if team in person.teams), of_role[0])


def read_cast(path: Path) -> Cast:
    """The people of a YAML list of `username`, `name`, `email`, `roles`, `teams`."""
    raw = yaml12.load(path.read_text(encoding="utf-8"))
    rows = raw.get("people") if isinstance(raw, dict) else raw
    if not isinstance(rows, list):
        raise ScriptError(f"{path.name}: a list of people was expected")
    return Cast(tuple(_person(path, row) for row in rows))


def _person(path: Path, row: object) -> Person:
    """One row of the list."""
    if not isinstance(row, dict) or "username" not in row or "name" not in row:
        raise ScriptError(f"{path.name}: every person has a `username` and a `name`")
    return Person(
        username=str(row["username"]),
        name=str(row["name"]),
        roles=frozenset(map(str, row.get("roles") or ())),
        teams=frozenset(map(str, row.get("teams") or ())),
        email=str(row.get("email") or ""),
    )
