"""The worker on SQLite and PostgreSQL: jobs taken from another process's transaction, tried again, given up, found."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from engine.commands import retry_incident
from engine.model.bundle import Bundle
from engine.model.person import Actor
from engine.wiring import build
from engine.worker.slots import first_free, number_of, slots_for
from engine.worker.sweep import sweep
from tests.worker import small
from tests.worker.conftest import Product


def is_finished(product: Product, case: str):
    return lambda: "job_finished" in small.kinds(product.alongside, case)


def incidents(product: Product):
    with product.alongside.uow.read() as tx:
        return tx.incidents.listed(status="open")


def job_of(product: Product, case: str):
    with product.alongside.uow.read() as tx:
        return tx.jobs.of_case(case)[0]


def test_a_worker_does_what_another_process_enqueued(product):
    small.publish(product.alongside)
    before = small.start(product.alongside)
    with product.working() as name:
        assert name == "worker-1"
        during = small.start(product.alongside)
        for case in (before, during):
            product.wait(is_finished(product, case))
    assert {subject for _, subject in product.inbox.arrived} == {
        f"A letter about case {before}",
        f"A letter about case {during}",
    }
    assert len(product.inbox.arrived) == 2


def test_what_is_rolled_back_was_never_enqueued(product):
    small.publish(product.alongside)
    queue = product.alongside.queue
    with suppress(ZeroDivisionError), product.alongside.uow.write() as tx:
        queue.enqueue(tx.connection, job_like("AL-NEVER.1"))
        raise ZeroDivisionError
    assert queue.client().list_workflows() == []


def job_like(job_id: str):
    from engine.model.job import Job

    return Job(job_id, "AL-NEVER", "1", "e", "p", "", "", "letter", {}, small.NOW)


def test_a_busy_mail_server_is_tried_again(product):
    small.publish(product.alongside)
    product.inbox.refuse = "451 busy"
    case = small.start(product.alongside)
    with product.working():
        product.wait(lambda: job_of(product, case).attempts == 1)
        product.inbox.refuse = ""
        product.wait(is_finished(product, case))
    assert len(product.inbox.arrived) == 1
    assert not incidents(product)


def test_out_of_tries_is_an_incident_and_can_be_retried(product):
    small.publish(product.alongside)
    product.inbox.refuse = "451 busy"
    case = small.start(product.alongside)
    with product.working():
        product.wait(lambda: incidents(product))
        assert job_of(product, case).status == "failed"
        assert job_of(product, case).attempts == 3  # the first try and two more: retries="2"
        product.inbox.refuse = ""
        incident = incidents(product)[0]
        assert incident.element_id == "send"
        actor = Actor(small.OWNER, "owner")
        retry_incident(product.alongside.uow, actor=actor, incident_id=incident.id, now=product.alongside.now())
        product.wait(is_finished(product, case))
    assert len(product.inbox.arrived) == 1


def test_a_letter_with_a_gap_is_an_incident_at_once(product):
    small.publish(product.alongside, small.bundle(wording=small.LETTER.replace(b"## News", b"## News {{ nothing }}")))
    case = small.start(product.alongside)
    with product.working():
        product.wait(lambda: incidents(product))
    assert "line 10: {{ nothing }} has no value" in incidents(product)[0].reason
    assert job_of(product, case).attempts == 0
    assert not product.inbox.arrived


def test_an_unknown_handler_is_an_incident(product):
    small.publish(product.alongside, small.bundle(job_type="teleport"))
    small.start(product.alongside)
    with product.working():
        product.wait(lambda: incidents(product))
    assert "no handler for jobs of type 'teleport'" in incidents(product)[0].reason


def test_a_notice_goes_to_the_people_of_the_role(product):
    small.publish(product.alongside, small.bundle(job_type="notify"))
    case = small.start(product.alongside)
    with product.working():
        product.wait(is_finished(product, case))
    assert product.inbox.arrived[0][1] == f"A note about case {case}"


def test_a_job_that_no_queue_knows_is_found(product, monkeypatch):
    monkeypatch.setattr("engine.worker.CARE", 0.2)
    small.publish(product.alongside)
    unqueued = build(product.settings, queued=False)
    case = small.start(unqueued)
    unqueued.close()
    with product.working():
        product.wait(is_finished(product, case))
    assert len(product.inbox.arrived) == 1


def test_a_withdrawn_job_is_left_alone(product):
    small.publish(product.alongside)
    case = small.start(product.alongside)
    with product.alongside.uow.write() as tx:
        tx.jobs.cancel_case(case, product.alongside.now())
    with product.working():
        client = product.alongside.queue.client()
        product.wait(lambda: [flow.status for flow in client.list_workflows()] == ["SUCCESS"])
    assert not product.inbox.arrived
    assert not incidents(product)


def timer_diagram() -> str:
    """The small process with a two-day timer in place of its letter."""
    start = small.DIAGRAM.index("<bpmn:extensionElements>")
    end = small.DIAGRAM.index("</bpmn:extensionElements>") + len("</bpmn:extensionElements>")
    event = "<bpmn:timerEventDefinition id='t'><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    return (
        (small.DIAGRAM[:start] + small.DIAGRAM[end:])
        .replace("bpmn:serviceTask", "bpmn:intermediateCatchEvent")
        .replace("</bpmn:intermediateCatchEvent>", f"{event}</bpmn:intermediateCatchEvent>")
    )


def test_the_sweep_fires_timers_when_the_clock_is_moved(product):
    files = {"processes/policy.toml": small.POLICY, "processes/one-letter.bpmn": timer_diagram().encode()}
    small.publish(product.alongside, Bundle({**files, **small.REST}))
    case = small.start(product.alongside)
    assert sweep(product.alongside) == 0
    product.alongside.clock.move(timedelta(days=2, minutes=1))
    with product.working():
        product.wait(lambda: "timer_fired" in small.kinds(product.alongside, case))
    with product.alongside.uow.read() as tx:
        assert tx.cases.find(case).head.status == "ended"


def test_names_are_held_by_one_process_and_given_back(product):
    slots = slots_for(product.settings)
    first, second = first_free(slots), first_free(slots)
    assert (first.name, second.name) == ("worker-1", "worker-2")
    assert slots.take(1) is None
    assert first.is_held()
    first.release()
    third = first_free(slots)
    assert third.name == "worker-1"
    third.release()
    second.release()
    assert [number_of(name) for name in ("worker-12", "local", "worker-x")] == [12, None, None]


def test_two_workers_have_two_names(product):
    held = first_free(slots_for(product.settings))
    with product.working() as name:
        assert name == "worker-2"
    held.release()
