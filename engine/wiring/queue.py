"""Jobs handed to the workers inside the transaction that asks for them: DBOS's queue in the same database."""

from __future__ import annotations

import threading
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from engine.model.job import Job
from engine.settings import Settings, report_to_nobody
from engine.store.product import Remembered

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

#: The names under which web and worker meet in the queue; changing one strands the jobs that wait.
APPLICATION = "alongside"
QUEUE = "alongside-jobs"
WORKFLOW = "alongside-job"
#: Every release takes every job: handlers are chosen by the job's type, and the job's case pins its policy version.
APPLICATION_VERSION = "alongside-1"
SCHEMA = "dbos"
#: Under this name the database keeps which release of the queue its tables are of.
RELEASE = "queue_release"


class DbosQueue:
    """The port `Jobs`, on DBOS. One workflow a run of a job, so that the same run is never enqueued twice."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened or imported yet: most processes enqueue nothing for a while."""
        self._url = settings.database
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()

    def enqueue(self, connection: Any, job: Job) -> None:
        """Put the job in the queue in the caller's transaction: `connection` is SQLAlchemy's."""
        first = _options(workflow_id(job.id, job.run))
        self.client().enqueue_in_transaction(connection, first, job.id, job.run, 1, [])

    def enqueue_try(self, job_id: str, run: int, attempt: int, sent: list[str], delay_seconds: float) -> None:
        """Put a later try in the queue, in a transaction of its own; the same try twice is one.

        `sent` are the keys of the mails that an earlier try has sent.
        """
        later = _options(workflow_id(job_id, run, attempt))
        later["delay_seconds"] = delay_seconds
        self.client().enqueue(later, job_id, run, attempt, sent)

    def client(self) -> DBOSClient:
        """DBOS's client, made once; it connects to nothing until it must."""
        with self._lock:
            if self._client is None:
                self._client = _client(self._url)
            return self._client

    def close(self) -> None:
        """Give its connections back."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
            self._client = None


def workflow_id(job_id: str, run: int, attempt: int = 1) -> str:
    """The queue's name for one try of one run of a job."""
    return f"{job_id}#{run}.{attempt}"


def migrate(settings: Settings) -> None:
    """Bring the queue's own tables up to date. The store's come first: they set the file to WAL.

    The release that was last migrated to is remembered, for only to import DBOS takes seconds.
    """
    remembered = Remembered(settings.database)
    release = version("dbos")
    if remembered.read(RELEASE) != release:
        report_to_nobody()
        from dbos import DBOS

        DBOS.migrate(settings.database, schema=SCHEMA)
        remembered.write(RELEASE, release)
    remembered.close()


def _options(workflow: str) -> EnqueueOptions:
    """How every job is put in the queue."""
    return {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUE,
        "workflow_id": workflow,
        "app_version": APPLICATION_VERSION,
    }


def _client(url: str) -> DBOSClient:
    report_to_nobody()
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    return DBOSClient(
        system_database_url=url,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        dbos_system_schema=SCHEMA,
        lazy=True,
    )
