"""What a worker does beside its jobs: forget what is over, keep its name, and not be kept by a backlog of timers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from engine.ports.sessions import LONGEST
from engine.store.sessions import StoredSessions
from engine.wiring import build
from engine.wiring.queue import workflow_id
from engine.worker.slots import slots_for
from engine.worker.tidying import prune_queue, tidy
from tests.worker import small
from tests.worker.conftest import PATIENCE
from tests.worker.mail_server import HELLO


def known(product) -> dict[str, str]:
    """What the queue remembers: name of a try -> its status."""
    return {each.workflow_id: each.status for each in product.alongside.queue.client().list_workflows()}


def finish(product, cases: int) -> list[str]:
    """Cases whose letters are sent; the names of the tries."""
    begun = [small.start(product.alongside) for _ in range(cases)]
    with product.working():
        product.wait(lambda: set(known(product).values()) == {"SUCCESS"})
    assert len(known(product)) == len(begun)
    return sorted(known(product))


def test_finished_tries_are_forgotten_in_batches_and_unfinished_ones_never(product, monkeypatch):
    small.publish(product.alongside)
    finish(product, 5)
    waiting = small.start(product.alongside)
    product.alongside.queue.enqueue_try("later", 1, 2, [], 3600.0)
    assert prune_queue(product.alongside) == 0
    monkeypatch.setattr("engine.worker.tidying.datetime", InTime(days=31))
    assert prune_queue(product.alongside, batch=2) == 5
    assert sorted(known(product).values()) == ["DELAYED", "ENQUEUED"]
    with product.alongside.uow.read() as tx:
        (job,) = tx.jobs.open()
    assert workflow_id(job.id, job.run) in known(product)
    with product.working():
        product.wait(lambda: "job_finished" in small.kinds(product.alongside, waiting))


def test_a_round_of_pruning_has_an_end(product, monkeypatch):
    small.publish(product.alongside)
    finish(product, 4)
    monkeypatch.setattr("engine.worker.tidying.datetime", InTime(days=31))
    monkeypatch.setattr("engine.worker.tidying._MOST_BATCHES", 2)
    assert prune_queue(product.alongside, batch=1) == 2
    assert len(known(product)) == 2


def test_sessions_that_have_ended_are_forgotten_by_the_worker(product):
    uow = product.alongside.uow
    StoredSessions(uow.engine, lambda: datetime.now(UTC) - LONGEST * 2).begin("over", "ann", b"values")
    uow.sessions.begin("good", "ann", b"values")
    assert uow.guesses.add("guess", 3600) == 1
    small.publish(product.alongside)
    with product.working():
        product.wait(lambda: kept(product) == ["good"])
    assert tidy(product.alongside) == 0
    assert uow.guesses.count("guess") == 1


def kept(product) -> list[str]:
    """The sessions in the database."""
    with product.alongside.uow.read() as tx:
        return list(tx.connection.scalars(text("SELECT key FROM sessions ORDER BY key")))


def test_a_backlog_of_timers_keeps_a_worker_neither_from_its_care_nor_from_its_end(product, monkeypatch):
    monkeypatch.setattr("engine.worker.CARE", 0.1)
    monkeypatch.setattr("engine.worker.sweep", lambda *_, **__: 200)
    small.publish(product.alongside)
    unqueued = build(product.settings, queued=False)
    case = small.start(unqueued)
    unqueued.close()
    with product.working():
        product.wait(lambda: "job_finished" in small.kinds(product.alongside, case))


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(product):
    small.publish(product.alongside)
    reached, on = threading.Event(), threading.Event()

    def hold(point: str) -> None:
        if point == HELLO:
            reached.set()
            on.wait(PATIENCE)

    product.inbox.at = hold
    case = small.start(product.alongside)
    with product.working():
        assert reached.wait(PATIENCE)
        threading.Timer(0.5, on.set).start()  # the worker has been told to stop by then
    assert "job_finished" in small.kinds(product.alongside, case)
    assert set(known(product).values()) == {"SUCCESS"}
    assert len(product.inbox.arrived) == 1


def test_a_name_whose_connection_was_ended_is_taken_again_unless_another_has_it(product):
    if product.settings.is_embedded:
        pytest.skip("a lock on a file goes with its process only")
    slots = slots_for(product.settings)
    slot = slots.take(1)
    end_all_locks(product)
    assert slot.is_held()
    assert slots.take(1) is None
    end_all_locks(product)
    other = slots.take(1)
    assert other is not None
    assert not slot.is_held()
    slot.release()
    other.release()


def end_all_locks(product) -> None:
    """As a restart of the server would."""
    ended = text(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with product.alongside.uow.engine.connect() as connection:
        assert connection.scalars(ended).all() == [True]


class InTime:
    """The machine's clock, ahead."""

    def __init__(self, **ahead: float) -> None:
        self._ahead = timedelta(**ahead)

    def now(self, zone):
        return datetime.now(zone) + self._ahead
