"""Who can sign in."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from engine.cli.report import CannotDo, Report
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.model.person import Actor, Person
    from engine.wiring import Alongside

_SHORTEST = 12


def listed(settings: Settings, _options: argparse.Namespace) -> Report:
    """Everybody, with roles and teams; never a password."""
    from engine.queries import people
    from engine.wiring import build

    found = people(build(settings, queued=False).uow)
    rows = [
        {"username": p.username, "name": p.name, "email": p.email, "roles": sorted(p.roles), "teams": sorted(p.teams)}
        for p in found
    ]
    lines = [f"{p.username}: {p.name}; {', '.join(sorted(p.roles))}; {', '.join(sorted(p.teams))}" for p in found]
    return Report(True, {"people": rows}, lines or ["Nobody can sign in yet: `alongside people add`."])


def add(settings: Settings, options: argparse.Namespace) -> Report:
    """Add one person, or replace what is known of them."""
    from engine.model.person import Person

    roles, teams = frozenset(options.roles), frozenset(options.teams)
    return _added(settings, [Person(options.username, options.name, roles, teams, options.email)])


def load(settings: Settings, options: argparse.Namespace) -> Report:
    """Add everybody of a file."""
    from engine.rehearsal.cast import read_cast
    from engine.rehearsal.script import ScriptError

    if not options.file.is_file():
        raise CannotDo(f"There is no file {options.file}.")
    try:
        return _added(settings, list(read_cast(options.file).people))
    except ScriptError as error:
        raise CannotDo(str(error)) from error


def hashed(password: str) -> str:
    """The password as it is kept: argon2id."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(),)).hash(password)


def actor(alongside: Alongside, username: str) -> Actor:
    """A person acting in the role that owns the policy, if they have it, else in their first."""
    from engine.model.person import Actor

    with alongside.uow.read() as tx:
        found = tx.people.find(username)
    if found is None:
        raise CannotDo(f"There is nobody of the user name {username!r}: `alongside people`.")
    return Actor(found[0], min(found[0].roles, default=""))


def _added(settings: Settings, people: list[Person]) -> Report:
    """Ask for a password, and keep the people with it."""
    from engine.commands import add_person
    from engine.wiring import build

    password = _password()
    alongside = build(settings, queued=False)
    for person in people:
        add_person(alongside.uow, person=person, password_hash=hashed(password))
    names = [person.username for person in people]
    return Report(True, {"added": names}, [f"{name} can sign in." for name in names])


def _password() -> str:
    """Twice from a terminal, or one line of standard input."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != password:
            raise CannotDo("The two passwords are not the same.")
    if len(password) < _SHORTEST:
        raise CannotDo(f"A password has at least {_SHORTEST} characters.")
    return password
