"""Random lives of a case on the real machine, through the real commands: every one of them can be proved."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta

import pytest

from engine.audit import verify
from engine.bpmn import SpiffMachine
from engine.commands import (
    add_person,
    complete_task,
    deliver_message,
    fail_job,
    finish_job,
    fire_timers,
    publish_policy,
    start_case,
    withdraw_case,
)
from engine.model.bundle import Bundle
from engine.model.errors import CaseEnded, JobNotOpen, NobodyWaiting
from engine.model.person import SYSTEM
from engine.model.task import Task
from engine.queries import case_page, open_jobs, task_page
from engine.store import SqlUnitOfWork, open_store
from tests.bpmn import models as bpmn
from tests.bpmn.tables import table
from tests.office import LEA, MAX, WES, acting

ROLE = (
    '<zeebe:assignmentDefinition candidateGroups="worker"/>'
    '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P3D&quot;)"/>'
)
ASK = f'<zeebe:formDefinition formId="ask"/>{ROLE}'
ADVICE = (
    '<zeebe:properties><zeebe:property name="advice" value="advised.route"/>'
    '<zeebe:property name="adviceAnswer" value="route"/><zeebe:property name="adviceReason" value="why"/>'
    "</zeebe:properties>"
)
POSTED = '<zeebe:properties><zeebe:property name="outcome" value="posted"/></zeebe:properties>'
LIFE = bpmn.process(
    "life",
    bpmn.start("s"),
    bpmn.gateway("parallel", "split", "join"),
    bpmn.user("left", zeebe=ASK),
    bpmn.boundary("overdue", "left", bpmn.timer("timeDuration", "P5D")),
    bpmn.boundary("told", "left", bpmn.message("news"), interrupting=False),
    bpmn.user("late", zeebe=ASK),
    bpmn.user("heard", zeebe=ROLE),
    bpmn.rule("advise", "route", "advised"),
    bpmn.user("choose", zeebe=f'<zeebe:formDefinition formId="choose"/>{ROLE}{ADVICE}'),
    bpmn.user("each", inner=bpmn.loop("=[1, 2, 3]", item="item"), zeebe=ROLE),
    bpmn.gateway("exclusive", "merge", "again", default="again_post"),
    bpmn.service("post"),
    bpmn.boundary("refused", "post", bpmn.error("NO")),
    bpmn.user("mend", zeebe=ASK),
    bpmn.node(
        "endEvent", "e", "", '<zeebe:properties><zeebe:property name="outcome" value="posted"/></zeebe:properties>'
    ),
    bpmn.end("aside"),
    bpmn.flows(
        """
        s > split > left > merge > join
        overdue > late > merge
        told > heard > aside
        split > advise > choose > each > join
        join > again
        again > mend : =number = 3
        again > post > e
        refused > mend > again
        """
    ),
    messages="news",
    errors="NO",
)


def _form(name: str, *keys: str) -> bytes:
    asked = [{"type": "textfield", "key": key, "label": key} for key in keys]
    number = {"type": "number", "key": "number", "label": "Number"}
    return json.dumps({"type": "default", "id": name, "components": [*asked, number]}).encode()


PACK = Bundle(
    {
        "processes/life.bpmn": LIFE,
        "processes/route.dmn": table("route", ["number"], ["route"], [("> 5", '"far"'), ("-", '"near"')], hit="FIRST"),
        "processes/policy.toml": b'[policy]\ntop_process = "life"\n[roles.worker]\nsees = "all"\n',
        "forms/ask.form": _form("ask", "word"),
        "forms/choose.form": _form("choose", "route", "why"),
    }
)


class Life:
    """One case, led by chance."""

    def __init__(self, uow: SqlUnitOfWork, machine: SpiffMachine, now: datetime, seed: int) -> None:
        self.uow, self.machine, self.now, self.chance = uow, machine, now, random.Random(seed)
        self.length = 6 if seed % 4 == 0 else 25
        started = start_case(uow, machine, actor=acting(WES), answers={"number": seed}, now=now)
        self.case_id = started.case_id

    def live(self) -> None:
        for _ in range(self.length):
            self.now += timedelta(hours=self.chance.choice((1, 30)))
            act = self.chance.choice((self.complete, self.complete, self.complete, self.sweep, self.tell, self.work))
            act()
        if self.length < 25:
            self.leave()

    def complete(self) -> None:
        with self.uow.read() as tx:
            tasks = list(tx.tasks.of_case(self.case_id))
        if tasks:
            task = self.chance.choice(tasks)
            page = task_page(self.uow, self.machine, person=WES, task_id=task.id, now=self.now)
            answers, seen = self.answers(task), page.seen_version
            about = {"actor": acting(WES), "task_id": task.id, "answers": answers, "now": self.now}
            complete_task(self.uow, self.machine, seen_version=seen, key=f"{task.id}", **about)  # type: ignore[arg-type]

    def answers(self, task: Task) -> dict[str, object]:
        number = self.chance.randrange(10)
        given: dict[str, dict[str, object]] = {
            "ask": {"word": self.chance.choice(("", "a", "é “x”")), "number": number},
            "choose": {"route": self.chance.choice(("far", "near", "away")), "why": "so", "number": number},
        }
        return given.get(task.form_id, {})

    def sweep(self) -> None:
        assert fire_timers(self.uow, self.machine, now=self.now).failed == 0

    def tell(self) -> None:
        try:
            payload = {"word": "news"}
            deliver_message(
                self.uow, self.machine, actor=SYSTEM, case_id=self.case_id, name="news", payload=payload, now=self.now
            )
        except (NobodyWaiting, CaseEnded):
            return

    def work(self) -> None:
        for job in open_jobs(self.uow):
            try:
                if self.chance.random() < 0.5 and not job.is_notice:
                    fail_job(self.uow, self.machine, job_id=job.id, reason="no", code="NO", now=self.now)
                else:
                    finish_job(self.uow, self.machine, job_id=job.id, result={"sent": True}, now=self.now)
            except JobNotOpen:
                continue

    def leave(self) -> None:
        try:
            withdraw_case(self.uow, actor=acting(WES), case_id=self.case_id, reason="Over", now=self.now)
        except CaseEnded:
            return


@pytest.fixture
def machine() -> SpiffMachine:  # type: ignore[override]
    """The real one."""
    return SpiffMachine()


def test_every_life_can_be_proved_from_its_journal(uow: SqlUnitOfWork, machine: SpiffMachine, now: datetime) -> None:
    add_person(uow, person=WES, password_hash="hash")
    about = {"number": "1", "effective_from": date(2026, 1, 1), "now": now}
    publish_policy(uow, machine, bundle=PACK, updated_by=acting(LEA), approved_by=acting(MAX), **about)  # type: ignore[arg-type]
    lives = [Life(uow, machine, now, seed) for seed in range(12)]
    for life in lives:
        life.live()
    fresh = open_store(str(uow.engine.url), machine=SpiffMachine())
    try:
        verdicts = [verify(fresh, SpiffMachine(), case_id=life.case_id) for life in lives]
    finally:
        fresh.close()
    assert [verdict.difference for verdict in verdicts] == [None] * len(lives)
    pages = [case_page(uow, machine, person=WES, case_id=life.case_id, now=life.now) for life in lives]
    assert {page.case.status for page in pages} == {"open", "ended", "withdrawn"}
    assert "posted" in {page.case.outcome for page in pages if page.case.status == "ended"}
    with uow.read() as tx:
        assert tx.incidents.listed() == []
        kinds = {entry.kind for life in lives for entry in tx.journal.entries(life.case_id)}
    assert {"timer_fired", "message_delivered", "job_finished", "job_errored", "task_overdue"} <= kinds
