"""A made-up office for tests: its policy, its people, and the shortest ways to a case in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.commands import Completed, Started, add_person, complete_task, publish_policy, start_case
from engine.model.bundle import Bundle
from engine.model.person import Actor, Person
from engine.ports import Machine
from engine.store import SqlUnitOfWork

POLICY = """
[policy]
top_process = "plain"
[case]
title = "=child"
team = "=team"
worker = "=worker"
[roles.worker]
title = "Worker"
sees = "team"
starts_cases = true
[roles.lead]
title = "Lead"
sees = "team"
may = ["withdraw", "reassign"]
starts_cases = true
[roles.chair]
title = "Chair"
sees = "involved"
[roles.manager]
title = "Manager"
sees = "all"
may = ["operate"]
[[strands]]
id = "one"
title = "First strand"
processes = ["fake"]
"""


def _form(name: str, *fields: dict[str, Any]) -> bytes:
    """A form-js form of these fields."""
    return json.dumps({"type": "default", "id": name, "components": list(fields)}).encode()


def _text(key: str, *, required: bool = False) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key.capitalize(), "validate": {"required": required}}


FORMS = {
    "assess": _form("assess", _text("finding", required=True), _text("note")),
    "choose": _form("choose", _text("route", required=True), _text("why")),
    "left": _form("left", _text("left_word", required=True), _text("shared")),
    "right": _form("right", _text("right_word", required=True), _text("shared")),
    "held": _form(
        "held", {"type": "datetime", "subtype": "date", "key": "held_on", "dateLabel": "Held on", "validate": {}}
    ),
    "planned": _form(
        "planned",
        {
            "type": "datetime",
            "subtype": "date",
            "key": "held_on",
            "dateLabel": "Held on",
            "properties": {"max": '=add working days(date("2026-03-02"), 1)'},
        },
    ),
    "rename": _form("rename", _text("child")),
    "moved": _form("moved", _text("where_to", required=True)),
}
ASSESS = {"task": "assess", "name": "Assess", "role": "worker", "form": "assess", "due_days": 10, "warn_days": 7}
CHOOSE: dict[str, Any] = {
    "task": "choose",
    "name": "Choose a route",
    "role": "lead",
    "form": "choose",
    "properties": {
        "advice": "route_advice.route",
        "adviceAnswer": "route",
        "adviceReason": "why",
        "guidance": "T-1,T-2",
    },
}
CHAIR: dict[str, Any] = {"task": "conference", "name": "Hold the conference", "role": "chair", "form": "held"}
CHAIR["properties"] = {"doneAt": "held_on"}
PROCESSES: dict[str, Any] = {
    "plain": [[ASSESS], [{"decide": "route_advice", "value": {"route": "plan"}}, CHOOSE], [CHAIR]],
    "pair": [
        [
            {"task": "left", "name": "Left", "role": "worker", "form": "left"},
            {"task": "right", "name": "Right", "role": "worker", "form": "right"},
        ],
        [CHAIR],
    ],
    "timed": [[ASSESS, {"timer": "too-late", "days": 14, "cancels": "assess", "side": True}], [CHAIR]],
    "posted": [[{"job": "send", "type": "letter"}], [ASSESS]],
    "waiting": [
        [
            ASSESS,
            {
                "message": "moved",
                "again": True,
                "side": True,
                "properties": {"recordable": "Moved away", "recordableForm": "moved", "recordableRoles": "worker"},
            },
        ],
        [CHAIR],
    ],
    "broken": [[ASSESS], [{"fail": "gateway-7"}]],
    "crashing": [[ASSESS], [{"crash": "secret detail"}]],
    "exploding": [[{"timer": "bang", "days": 1, "explode": True, "side": True}, ASSESS]],
    "planned": [[{"task": "plan", "role": "worker", "form": "planned"}]],
    "retitled": [[{"task": "rename", "role": "worker", "form": "rename"}], [CHAIR]],
    "given": [[{**ASSESS, "assignee": "wes", "role": "worker"}]],
}


def bundle(**changed: bytes) -> Bundle:
    """The office's pack."""
    files = {f"forms/{name}.form": data for name, data in FORMS.items()}
    files |= {f"processes/{name}.json": json.dumps(stages).encode() for name, stages in PROCESSES.items()}
    return Bundle({**files, "processes/policy.toml": POLICY.encode(), **changed})


def person(username: str, *roles: str, teams: tuple[str, ...] = ("north",)) -> Person:
    """Somebody of the office."""
    return Person(username, username.capitalize(), frozenset(roles), frozenset(teams), f"{username}@example.org")


def acting(someone: Person, role: str | None = None) -> Actor:
    """In their only role, or the one named."""
    return Actor(someone, role or next(iter(sorted(someone.roles))))


WES, WIN = person("wes", "worker"), person("win", "worker")
SID = person("sid", "worker", teams=("south",))
LEA, CHE, MAX = person("lea", "lead"), person("che", "chair", teams=()), person("max", "manager", teams=())
EVERYBODY = (WES, WIN, SID, LEA, CHE, MAX)


@dataclass(frozen=True)
class Office:
    """A store with the policy in force and its people, and a fixed clock."""

    uow: SqlUnitOfWork
    machine: Machine
    now: datetime

    def at(self, now: datetime) -> Office:
        """The same office at another time."""
        return replace(self, now=now)

    def start(self, process_id: str = "plain", actor: Actor = acting(WES), **more: Any) -> Started:  # noqa: B008
        """A case of the north team, whose worker is Wes."""
        about = {"title": "A. Child", "team": "north", "worker": "wes", "answers": {}, **more}
        return start_case(self.uow, self.machine, actor=actor, process_id=process_id, now=self.now, **about)

    def complete(self, task_id: str, answers: dict[str, Any], actor: Actor = acting(WES), **more: Any) -> Completed:  # noqa: B008
        """Complete a task as Wes unless told otherwise."""
        return complete_task(
            self.uow, self.machine, actor=actor, task_id=task_id, answers=answers, now=self.now, **more
        )


def open_office(uow: SqlUnitOfWork, machine: Machine, now: datetime) -> Office:
    """Publish the policy and add the people."""
    for someone in EVERYBODY:
        add_person(uow, person=someone, password_hash="hash")
    publish_policy(
        uow,
        machine,
        bundle=bundle(),
        number="1",
        effective_from=date(2026, 1, 1),
        updated_by=acting(LEA),
        approved_by=acting(MAX),
        now=now,
    )
    return Office(uow, machine, now)
