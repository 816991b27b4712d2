"""A dead worker's jobs are taken on by one that lives, once nobody holds its name; a live worker's are not."""

from __future__ import annotations

import threading

import pytest

from engine.worker.slots import first_free, slots_for
from tests.worker import small
from tests.worker.mail_server import HELLO
from tests.worker.nursery import PATIENCE, Workers

pytestmark = pytest.mark.slow


def _killed_with_a_job(product, name: str) -> str:
    """A worker of that name is killed with a job in hand, before its mail is sent; the job's case."""
    settings = product.settings
    workers = Workers(small.environment(settings.database, settings.var, settings.mail.port))
    struck = threading.Event()

    def kill(point: str) -> None:
        if point == HELLO and not struck.is_set():
            workers.kill()
            struck.set()

    product.inbox.at = kill
    assert workers.go() == name
    case = small.start(product.alongside)
    assert struck.wait(PATIENCE)
    workers.bury()
    workers.stop()
    product.inbox.at = lambda _point: None
    return case


def test_a_survivor_adopts_the_jobs_of_a_dead_worker(product, monkeypatch):
    monkeypatch.setattr("engine.worker.CARE", 0.2)
    small.publish(product.alongside)
    held = first_free(slots_for(product.settings))
    case = _killed_with_a_job(product, "worker-2")
    held.release()
    with product.working() as name:
        assert name == "worker-1"
        product.wait(lambda: "job_finished" in small.kinds(product.alongside, case))
    assert len(product.inbox.arrived) == 1


def test_a_live_worker_keeps_its_jobs(product, monkeypatch):
    monkeypatch.setattr("engine.worker.CARE", 0.1)
    small.publish(product.alongside)
    settings = product.settings
    workers = Workers(small.environment(settings.database, settings.var, settings.mail.port))
    reached, on = threading.Event(), threading.Event()

    def hold(point: str) -> None:
        if point == HELLO:
            reached.set()
            on.wait(PATIENCE)

    product.inbox.at = hold
    assert workers.go() == "worker-1"
    case = small.start(product.alongside)
    assert reached.wait(PATIENCE)
    with product.working() as name:
        assert name == "worker-2"
        threading.Event().wait(1.0)
        on.set()
        product.wait(lambda: "job_finished" in small.kinds(product.alongside, case))
    workers.stop()
    assert len(product.inbox.arrived) == 1


def test_a_worker_whose_start_could_not_take_up_its_jobs_takes_them_up_later(product, monkeypatch):
    monkeypatch.setattr("engine.worker.CARE", 0.2)
    small.publish(product.alongside)
    case = _killed_with_a_job(product, "worker-1")

    def refuse(*_: object) -> None:
        raise OSError("the database is locked")

    monkeypatch.setattr("dbos._recovery._recover_workflow", refuse)
    with product.working() as name:
        assert name == "worker-1"
        product.wait(lambda: "job_finished" in small.kinds(product.alongside, case))
    assert len(product.inbox.arrived) == 1
