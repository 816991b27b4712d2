"""The job queue of one worker: DBOS started, our workflow registered, dead workers' jobs adopted, lost ones found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.model.errors import JobNotOpen
from engine.model.job import Job
from engine.settings import report_to_nobody
from engine.store.alive import connect_args
from engine.wiring import Alongside
from engine.wiring.queue import (
    ACTIVE,
    APPLICATION,
    APPLICATION_VERSION,
    QUEUE,
    SCHEMA,
    WORKFLOW,
    DbosQueue,
    workflow_id,
)
from engine.worker.slots import Slot, Slots, number_of
from engine.worker.trying import LOG, try_job

if TYPE_CHECKING:
    from dbos import DBOS, WorkflowStatus

#: How long a worker that is told to stop finishes what it has in hand, in seconds.
PATIENCE = 20
#: How often a job may bring its whole process down before it is taken out of the queue and becomes an incident.
MOST_CRASHES = 50
_GROWTH = 3.0
#: How many open jobs, the oldest first, are looked after in one round.
_MOST_AT_ONCE = 200
#: How many jobs are taken for each that can be done at once, so that none has to wait for the next look at the queue.
_AHEAD = 8
_one_at_a_time = threading.Lock()


class JobWorker:
    """Works jobs off the queue while it runs; one a process, for DBOS is one a process."""

    def __init__(self, alongside: Alongside, slot: Slot) -> None:
        """`slot` is the name under which jobs are taken."""
        if alongside.queue is None:
            raise ValueError("a worker needs a queue")
        self._alongside = alongside
        self._queue: DbosQueue = alongside.queue
        self._slot = slot
        self._dbos: type[DBOS] | None = None
        self._idle: frozenset[str] = frozenset()
        self._lost: frozenset[tuple[str, int, int]] = frozenset()
        self._room = threading.BoundedSemaphore(alongside.settings.job_threads)

    def start(self) -> None:
        """Take jobs from now on, those first that the last worker of this name had in hand."""
        report_to_nobody()
        from dbos import DBOS, DBOSPortableJSONSerializer

        settings = self._alongside.settings
        _one_at_a_time.acquire()
        self._dbos = DBOS
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": settings.database,
                "dbos_system_schema": SCHEMA,
                "application_version": APPLICATION_VERSION,
                "executor_id": self._slot.name,
                "serializer": DBOSPortableJSONSerializer(),
                "enable_otlp": False,
                "log_level": settings.log_level,
                "run_migrations": False,
                "db_engine_kwargs": {} if settings.is_embedded else {"connect_args": connect_args(settings.database)},
            }
        )
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_CRASHES)(self._workflow(DBOS))
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        taken = settings.job_threads * _AHEAD
        DBOS.register_queue(QUEUE, worker_concurrency=taken, polling_interval_sec=settings.poll_seconds)

    def stop(self, patience: int = PATIENCE) -> None:
        """Take no more jobs; wait for those in hand, at most so many seconds: others will take on what is left."""
        if self._dbos is not None:
            self._dbos.destroy(workflow_completion_timeout_sec=patience, destroy_registry=True)
            self._dbos = None
            _one_at_a_time.release()

    def adopt(self, slots: Slots) -> int:
        """Put back into the queue what workers had in hand that are dead: nobody holds their name. How many."""
        adopted = 0
        for name in {status.executor_id for status in self._pending()} - {self._slot.name, None}:
            number = number_of(name or "")
            held = slots.take(number) if number is not None else None
            if held is not None:
                adopted += len(self._running()._recover_pending_workflows([held.name]))
                held.release()
        return adopted

    def take_up(self) -> int:
        """Put back into the queue what stands under this worker's own name and does not run here. How many.

        At its start a worker puts back what the last of its name had in hand; where the database refused that, or a
        claim was never begun, the job would stand as taken for ever. Seen twice, so that one just claimed is let be.
        """
        from dbos._dbos import _get_dbos_instance
        from dbos._utils import INTERNAL_QUEUE_NAME

        dbos = _get_dbos_instance()
        running = set(dbos._active_workflows_set.activeList())
        mine = {each.workflow_id for each in self._pending() if each.executor_id == self._slot.name}
        stuck, self._idle = self._idle & (mine - running), frozenset(mine - running)
        for name in stuck:
            dbos._sys_db.reenqueue_for_recovery(name, [self._slot.name], INTERNAL_QUEUE_NAME)
            LOG.warning("job try %s stood still and has been put back", name)
        return len(stuck)

    def find_lost(self) -> int:
        """Open jobs that no queue will run: enqueued when they never were, an incident when they were given up.

        Seen twice in the same state, so that one that went on between two reads is let be.
        """
        with self._alongside.uow.read() as tx:
            waiting = tx.jobs.open(_MOST_AT_ONCE)
        known = self._queue.tries([name for job in waiting for name in _tries(job)]) if waiting else {}
        idle = [job for job in waiting if not {known.get(name) for name in _tries(job)} & ACTIVE]
        lost = [job for job in idle if (job.id, job.run, job.attempts) in self._lost]
        self._lost = frozenset((job.id, job.run, job.attempts) for job in idle)
        return sum(self._mend(job, any(name in known for name in _tries(job))) for job in lost)

    def _mend(self, job: Job, was_tried: bool) -> bool:
        """See to one open job that no queue will run; whether anything had to be done."""
        try:
            if was_tried:
                reason = (
                    f"The job was given up after it had stopped its worker {MOST_CRASHES} times, or failed unheard."
                )
                self._alongside.errands.fail(job.id, reason, self._alongside.now())
            else:
                self._queue.enqueue_try(job.id, job.run, 1, [], 0)
        except JobNotOpen:
            return False
        LOG.warning("job %s was lost and has been found", job.id)
        return True

    def _workflow(self, dbos: type[DBOS]) -> Callable[[str, int, int, list[str]], str]:
        """The workflow: one try of one run of a job."""

        def run_job(job_id: str, run: int, attempt: int, sent: list[str]) -> str:
            with self._room:
                return try_job(
                    self._alongside.errands,
                    job_id,
                    run,
                    list(sent),
                    once=lambda name, action: dbos.run_step({"name": name}, action),
                    again=lambda done: self._queue.enqueue_try(job_id, run, attempt + 1, done, self._delay(attempt)),
                    clock=self._alongside.now,
                )

        return run_job

    def _delay(self, attempt: int) -> float:
        """Seconds until the next try: three times as long each time."""
        return float(self._alongside.settings.backoff_seconds * _GROWTH ** (attempt - 1))

    def _pending(self) -> list[WorkflowStatus]:
        """The jobs that some worker has in hand."""
        return self._running().list_workflows(status="PENDING", load_input=False, load_output=False)

    def _running(self) -> type[DBOS]:
        """DBOS, started."""
        if self._dbos is None:
            raise ValueError("the worker has not been started")
        return self._dbos


def _tries(job: Job) -> list[str]:
    """The names of every try of a job's run that there can be: those that failed, and the one after them."""
    return [workflow_id(job.id, job.run, attempt) for attempt in range(1, job.attempts + 2)]
