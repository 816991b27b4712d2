"""The unit of work: each block is one transaction over every table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from engine.model.job import Job
from engine.ports import (
    Advice,
    Anchors,
    Cases,
    Documents,
    Drafts,
    Guesses,
    Incidents,
    JobRows,
    Jobs,
    Journal,
    Library,
    Lists,
    Machine,
    Mailbox,
    People,
    Policies,
    PolicyDrafts,
    Requests,
    Sessions,
    Tasks,
    Timers,
    Views,
    Waits,
)
from engine.store.anchors import SqlAnchors
from engine.store.archive import SqlDocuments, SqlMailbox
from engine.store.cases import SqlCases
from engine.store.database import open_database, reading, writing
from engine.store.jobs import SqlJobs
from engine.store.journal import SqlJournal
from engine.store.library import StoredLibrary
from engine.store.lists import SqlLists
from engine.store.policies import SqlPeople, SqlPolicies
from engine.store.policy_drafts import SqlPolicyDrafts
from engine.store.product import shared_secret
from engine.store.records import SqlAdvice, SqlDrafts, SqlIncidents, SqlRequests, SqlViews
from engine.store.sessions import StoredGuesses, StoredSessions
from engine.store.tasks import SqlTasks
from engine.store.timers import SqlTimers, SqlWaits


class PolledJobs:
    """A queue that needs telling nothing: whoever does the jobs reads the open rows."""

    def enqueue(self, connection: object, job: Job) -> None:
        """The row that was written in the same transaction is the message."""


class SqlTransaction:
    """Everything that is kept, as one transaction sees it."""

    def __init__(self, connection: Connection, queue: Jobs) -> None:
        """Join every table to the transaction's connection."""
        self.connection = connection
        self.cases: Cases = SqlCases(connection)
        self.tasks: Tasks = SqlTasks(connection)
        self.timers: Timers = SqlTimers(connection)
        self.waits: Waits = SqlWaits(connection)
        self.jobs: JobRows = SqlJobs(connection, queue)
        self.journal: Journal = SqlJournal(connection)
        self.advice: Advice = SqlAdvice(connection)
        self.requests: Requests = SqlRequests(connection)
        self.drafts: Drafts = SqlDrafts(connection)
        self.documents: Documents = SqlDocuments(connection)
        self.mailbox: Mailbox = SqlMailbox(connection)
        self.incidents: Incidents = SqlIncidents(connection)
        self.views: Views = SqlViews(connection)
        self.people: People = SqlPeople(connection)
        self.policies: Policies = SqlPolicies(connection)
        self.policy_drafts: PolicyDrafts = SqlPolicyDrafts(connection)
        self.anchors: Anchors = SqlAnchors(connection)
        self.lists: Lists = SqlLists(connection)


class SqlUnitOfWork:
    """The store over one database."""

    def __init__(self, engine: Engine, library: Library, queue: Jobs) -> None:
        """Use an open engine; `close` when done."""
        self.engine = engine
        self._library = library
        self._queue = queue
        self._sessions = StoredSessions(engine)
        self._guesses = StoredGuesses(engine)

    @property
    def library(self) -> Library:
        """The published versions, opened."""
        return self._library

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return self._sessions

    @property
    def guesses(self) -> Guesses:
        """How often a password was guessed wrongly."""
        return self._guesses

    def secret(self, name: str) -> bytes:
        """Kept with the rest, so that a process on another machine has the same."""
        return shared_secret(self.engine, name)

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """Commits at the end of the block; rolls all of it back when the block raises."""
        with writing(self.engine) as connection:
            yield SqlTransaction(connection, self._queue)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """One moment of the database throughout."""
        with reading(self.engine) as connection:
            yield SqlTransaction(connection, self._queue)

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


def open_store(url: str, *, machine: Machine, jobs: Jobs | None = None) -> SqlUnitOfWork:
    """The store of a migrated database; without `jobs`, workers are to poll the open rows."""
    return SqlUnitOfWork(open_database(url), StoredLibrary(machine), jobs or PolledJobs())
