"""Jobs handed to the workers inside the transaction that asks for them: DBOS's queue in the same database."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
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
#: What a try is when it still has to run or is running, and when it never will again.
ACTIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
FINISHED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
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
        connection.execution_options(schema_translate_map=None)  # DBOS left its own on a connection that lives on

    def enqueue_try(self, job_id: str, run: int, attempt: int, sent: list[str], delay_seconds: float) -> None:
        """Put a later try in the queue, in a transaction of its own; the same try twice is one.

        `sent` are the keys of the mails that an earlier try has sent.
        """
        later = _options(workflow_id(job_id, run, attempt))
        later["delay_seconds"] = delay_seconds
        self.client().enqueue(later, job_id, run, attempt, sent)

    def tries(self, workflow_ids: Sequence[str]) -> Mapping[str, str]:
        """The tries of those names that the queue knows, with their statuses."""
        found = self.client().list_workflows(workflow_ids=list(workflow_ids), load_input=False, load_output=False)
        return {each.workflow_id: each.status for each in found}

    def prune(self, before: datetime, most: int = 500) -> int:
        """Forget at most so many tries that were finished before a moment of the real clock; how many."""
        client = self.client()
        finished = client.list_workflows(
            status=sorted(FINISHED),
            completed_before=before.isoformat(),
            limit=most,
            load_input=False,
            load_output=False,
        )
        ids = sorted(each.workflow_id for each in finished)
        if ids:
            client.delete_workflows(ids)
        return len(ids)

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
