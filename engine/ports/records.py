"""What is remembered: the journal, advice, requests, drafts, troubles, looks, people and policies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from engine.model.bundle import Bundle
from engine.model.case import AdviceRow, View
from engine.model.incident import Incident, IncidentList, Trouble
from engine.model.journal import Entry
from engine.model.person import Person
from engine.model.task import Draft
from engine.model.version import Version


class Journal(Protocol):
    """The truth: append-only."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Sealed entries."""

    def entries(self, case_id: str, *, after_version: int = -1) -> Sequence[Entry]:
        """A case's entries in order of `seq`, each as it was hashed or else not fitting its hash."""

    def told(self, case_id: str) -> Sequence[Entry]:
        """The same for reading only, quicker: nothing is checked."""

    def latest(
        self, case_id: str, most: int, *, before: int | None = None, kinds: Sequence[str] = ()
    ) -> Sequence[Entry]:
        """The last entries before a `seq`, of these kinds if any are named, in order; for reading only."""

    def actors(self, case_id: str) -> Sequence[tuple[str, str, datetime]]:
        """Who has acted, in which role, and when last; who acted first comes first."""


class Advice(Protocol):
    """The latest advice of each decision, for pages; the journal has them all."""

    def put(self, rows: Sequence[AdviceRow]) -> None:
        """Replace what each variable's decision last advised."""

    def of_case(self, case_id: str) -> Sequence[AdviceRow]:
        """The case's latest advice, newest first."""


class Requests(Protocol):
    """The idempotency keys: what was asked under each, and what was answered."""

    def claim(self, key: str, command: str, actor: str, at: datetime) -> bool:
        """Take the key for this transaction; False when it is taken (waits for whoever is taking it)."""

    def recall(self, key: str) -> tuple[str, str, bytes | None] | None:
        """(command, actor, answer) of a key, None when it is free."""

    def answer(self, key: str, answer: bytes) -> None:
        """Keep the answer given under a claimed key."""

    def keep(self, key: str, command: str, actor: str, answer: bytes, at: datetime) -> bool:
        """Take the key and keep its answer at once; False when it is taken (waits for whoever is taking it)."""


class Drafts(Protocol):
    """Half-filled forms, so that no word is lost."""

    def put(self, draft: Draft) -> None:
        """Keep or replace a person's draft of a task."""

    def find(self, task_id: str, username: str) -> Draft | None:
        """A person's draft of a task."""


class Incidents(Protocol):
    """What the machine could not do."""

    def raised(self, trouble: Trouble, at: datetime) -> int:
        """Keep a trouble, or count up the same one that is open; its id."""

    def find(self, incident_id: int) -> Incident:
        """One incident. Raises IncidentNotFound."""

    def resolve(self, incident_id: int, by: str, at: datetime) -> None:
        """Settle it."""

    def listed(self, *, status: str | None = None, case_id: str | None = None) -> Sequence[Incident]:
        """Incidents, newest first."""

    def page(self, status: str, page: int, size: int) -> IncidentList:
        """Those of one status, newest first, without the names of their jobs."""

    def alike(self, incident: Incident) -> Sequence[int]:
        """The ids of all open ones of the incident's kind and reason, oldest first; none where each needs a look."""


class Views(Protocol):
    """Who looked at what: append-only."""

    def add(self, case_id: str, username: str, role: str, at: datetime, what: str, why: str = "") -> None:
        """Somebody looked; `why` they were let."""

    def of_case(self, case_id: str, most: int | None = None) -> Sequence[View]:
        """Who looked at a case, newest first; the latest so many."""

    def count(self, case_id: str) -> int:
        """How often somebody looked at a case."""


class People(Protocol):
    """Who can sign in."""

    def put(self, person: Person, password_hash: str) -> None:
        """Add or replace a person."""

    def find(self, username: str) -> tuple[Person, str] | None:
        """A person and their password's hash."""

    def all(self) -> Sequence[Person]:
        """Everybody, by name."""


class Policies(Protocol):
    """The versions of the guidance and their files."""

    def add(self, version: Version, bundle: Bundle) -> None:
        """Keep a version and its files."""

    def save(self, version: Version) -> None:
        """Replace its status and approval."""

    def find(self, number: str) -> Version | None:
        """The version of a number."""

    def all(self) -> Sequence[Version]:
        """Every version, newest first."""

    def bundle(self, digest: str) -> Bundle:
        """The files of a digest. Raises VersionNotFound."""

    def in_force(self, on: date) -> Version:
        """The version that a case starting that day takes. Raises VersionNotFound."""
