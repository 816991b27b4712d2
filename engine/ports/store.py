"""The way to the store: transactions, and the published versions opened from it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from engine.model.access import Rules
from engine.model.job import Job
from engine.ports.anchors import Anchors
from engine.ports.archive import Documents, Mailbox
from engine.ports.lists import Lists
from engine.ports.machine import Definitions
from engine.ports.policy_drafts import PolicyDrafts
from engine.ports.records import Advice, Drafts, Incidents, Journal, People, Policies, Requests, Views
from engine.ports.running import Cases, JobRows, Tasks, Timers, Waits
from engine.ports.sessions import Guesses, Sessions

if TYPE_CHECKING:
    from engine.forms import Form


class Guidance(Protocol):
    """One published version, opened: compiled once, kept for as long as the process runs."""

    @property
    def digest(self) -> str:
        """The version's digest."""

    @property
    def definitions(self) -> Definitions:
        """Its processes and tables."""

    @property
    def rules(self) -> Rules:
        """Its roles, its start and its strands."""

    def form(self, form_id: str) -> Form | None:
        """The form of that id, None when the version has none."""


class Library(Protocol):
    """The published versions, opened when first needed."""

    def open(self, tx: Transaction, digest: str) -> Guidance:
        """The version of that digest. Raises VersionNotFound."""


class Jobs(Protocol):
    """Where parked tasks and notices go to be done outside the step."""

    def enqueue(self, connection: object, job: Job) -> None:
        """Hand a job to the workers inside the caller's transaction: `connection` is the database's own."""


class Transaction(Protocol):
    """One transaction's view of everything that is kept; its lock on a case lasts until the commit."""

    cases: Cases
    tasks: Tasks
    timers: Timers
    waits: Waits
    jobs: JobRows
    journal: Journal
    advice: Advice
    requests: Requests
    drafts: Drafts
    documents: Documents
    mailbox: Mailbox
    incidents: Incidents
    views: Views
    people: People
    policies: Policies
    policy_drafts: PolicyDrafts
    anchors: Anchors
    lists: Lists


class UnitOfWork(Protocol):
    """The way to the store: each `with` is one transaction."""

    @property
    def library(self) -> Library:
        """The published versions, opened."""

    @property
    def sessions(self) -> Sessions:
        """Who is signed in, each call a transaction of its own."""

    @property
    def guesses(self) -> Guesses:
        """How often a password was guessed wrongly, each call a transaction of its own."""

    def secret(self, name: str) -> bytes:
        """A secret that every process shares, made when it is first asked for."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A transaction that commits when the block ends, and is rolled back whole when it raises."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent view that changes nothing."""
