"""What every page needs of the composition root: the store, the machine, the clock, and the pack's own words."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import current_app

from engine import queries
from engine.commands.settle_incident import Settled
from engine.model.bundle import Bundle
from engine.model.case import CaseHead
from engine.model.person import Actor, Person
from engine.ports import Machine, UnitOfWork
from engine.settings import Settings

POLICY_FILE = "processes/policy.toml"
_FRESH_SECONDS = 2.0


class Alongside(Protocol):
    """The composition root as pages see it."""

    @property
    def uow(self) -> UnitOfWork:
        """The store."""

    @property
    def machine(self) -> Machine:
        """The engine that steps cases."""

    @property
    def settings(self) -> Settings:
        """What the environment says."""

    def now(self) -> datetime:
        """The product's time: the real one, or the demo clock's."""

    def move_clock(self, to: datetime, key: str | None = None) -> None:
        """Move the demo's clock forward, once for a key."""

    def settle_as_sent(self, *, actor: Actor, incident_id: int, reference: str = "", key: str | None = None) -> Settled:
        """Settle an incident of a letter that has left already: nothing is sent, and its case goes on."""

    def preview_letter(self, letter: str, *, case: CaseHead, variables: Mapping[str, object]) -> str | None:
        """A letter of the case's policy version as HTML, as it would leave now; None when the version has none."""

    def preview_wording(self, letter: str, text: str, *, bundle: Bundle) -> str:
        """A letter in the making as HTML, laid out with a pack's settings, its placeholders shown as gaps."""


@dataclass(frozen=True)
class Role:
    """A role of the pack."""

    id: str
    title: str
    sees: str = "involved"
    starts_cases: bool = False
    may: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pack:
    """The words of the policy in force that pages use."""

    digest: str = ""
    title: str = ""
    owner: str = ""
    owner_role: str = ""
    council: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


class Shell:
    """The composition root with what pages look up again and again."""

    def __init__(self, alongside: Alongside, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` says when the policy in force must be looked up again."""
        self.alongside = alongside
        self._clock = clock
        self._pack: tuple[float, Pack] | None = None
        self._names: tuple[float, Mapping[str, str]] | None = None

    @property
    def uow(self) -> UnitOfWork:
        """The store."""
        return self.alongside.uow

    @property
    def machine(self) -> Machine:
        """The engine that steps cases."""
        return self.alongside.machine

    @property
    def demo(self) -> bool:
        """Whether this is the demo."""
        return self.alongside.settings.demo

    def now(self) -> datetime:
        """The product's time."""
        return self.alongside.now()

    def move_clock(self, to: datetime, key: str | None = None) -> None:
        """Move the demo's clock forward to a moment, once for a key."""
        self.alongside.move_clock(to, key)
        self.forget()

    def person(self, username: str) -> Person | None:
        """The person of that name, if there still is one."""
        found = queries.sign_in(self.uow, username=username)
        return found[0] if found else None

    def pack(self) -> Pack:
        """The policy in force; looked up again after two seconds."""
        now = self._clock()
        if self._pack is None or now - self._pack[0] > _FRESH_SECONDS:
            self._pack = (now, self._look_up())
        return self._pack[1]

    def roles(self) -> Mapping[str, Role]:
        """The pack's roles by id."""
        return self.pack().roles

    def roles_that_may(self, what: str) -> tuple[str, ...]:
        """The roles to which the policy gives an extra thing, or all where it gives it to none by name."""
        named = tuple(role.id for role in self.roles().values() if what in role.may)
        return named or tuple(self.roles())

    def role_title(self, role: str) -> str:
        """The pack's title for a role, or the id where it has none."""
        found = self.roles().get(role)
        return found.title if found else role

    def names(self) -> Mapping[str, str]:
        """User name -> name of everybody; looked up again after two seconds."""
        now = self._clock()
        if self._names is None or now - self._names[0] > _FRESH_SECONDS:
            self._names = (now, {person.username: person.name for person in queries.people(self.uow)})
        return self._names[1]

    def forget(self) -> None:
        """Look the policy up afresh next time: the clock moved or a version was published."""
        self._pack = None

    def _look_up(self) -> Pack:
        in_force = queries.policy_page(self.uow, now=self.now()).in_force
        if in_force is None:
            return Pack()
        if self._pack and self._pack[1].digest == in_force.digest:
            return self._pack[1]
        return read_pack(queries.policy_files(self.uow, digest=in_force.digest))


def read_pack(bundle: Bundle) -> Pack:
    """The settings in a version's files; a version without them has no words of its own."""
    settings = tomllib.loads(bundle.files.get(POLICY_FILE, b"").decode())
    policy = settings.get("policy", {})
    roles = {
        role: Role(
            role,
            said.get("title", role),
            said.get("sees", "involved"),
            bool(said.get("starts_cases")),
            frozenset(said.get("may", ())),
        )
        for role, said in settings.get("roles", {}).items()
    }
    return Pack(
        digest=bundle.digest,
        title=policy.get("title", ""),
        owner=policy.get("owner", ""),
        owner_role=policy.get("owner_role", ""),
        council=settings.get("council", {}),
        roles=roles,
        settings=settings,
    )


def shell() -> Shell:
    """The shell of the running app."""
    found: Shell = current_app.extensions["alongside"]
    return found
