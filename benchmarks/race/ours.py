"""The product: the real command through the real store, with journal, proof, lists, access, notices, request keys."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from shapes import FEEL, SHAPES
from sqlalchemy import text

from engine.bpmn import SpiffMachine
from engine.bpmn.gate import check_diagram
from engine.commands import add_person, complete_task, publish_policy, start_case
from engine.model.bundle import Bundle
from engine.model.person import Actor, Person
from engine.store import open_store, upgrade

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
PERSON = Person("wes", "Wes", frozenset({"worker"}), frozenset({"north"}), "wes@example.org")
OTHER = Person("max", "Max", frozenset({"manager"}), frozenset(), "max@example.org")
POLICY = """
[policy]
top_process = "short"
[roles.worker]
title = "Worker"
sees = "team"
starts_cases = true
[roles.manager]
title = "Manager"
sees = "all"
"""
GO_ON = {"type": "textfield", "key": "answer", "label": "Go on?", "validate": {"required": True}}
DIRECTIONS = [{"label": "Lower", "value": "lower"}, {"label": "Higher", "value": "higher"}]
FORMS: dict[str, list[dict[str, Any]]] = {
    "step": [GO_ON],
    "visit": [
        {
            "type": "datetime",
            "subtype": "date",
            "key": "held_on",
            "dateLabel": "Held on",
            "validate": {"required": True},
        },
        {"type": "textarea", "key": "views", "label": "Views", "validate": {"required": True}},
        {"type": "radio", "key": "direction", "label": "Is the risk changing?", "values": DIRECTIONS},
        GO_ON,
    ],
}


class Ours:
    """A database of its own with a small policy in force."""

    def __init__(self, folder: Path) -> None:
        """Migrate, publish, and add who completes the tasks."""
        url = f"sqlite:///{folder / 'ours.db'}"
        upgrade(url)
        self.machine = SpiffMachine(gate=check_diagram)
        self.uow = open_store(url, machine=self.machine)
        self.actor = Actor(PERSON, "worker")
        for someone in (PERSON, OTHER):
            add_person(self.uow, person=someone, password_hash="unused")  # noqa: S106 - nobody signs in
        publish_policy(
            self.uow,
            self.machine,
            bundle=_bundle(),
            number="1",
            effective_from=NOW.date(),
            updated_by=self.actor,
            approved_by=Actor(OTHER, "manager"),
            now=NOW,
        )
        self.cases: list[str] = []
        self.open: list[list[str]] = []
        self.done = 0

    def start(self, workload: str) -> int:
        """`start_case`."""
        process = {"W1": "short", "W2": "loop", "W3": "strands"}[workload]
        started = start_case(self.uow, self.machine, actor=self.actor, process_id=process, title=process, now=NOW)
        self.cases.append(started.case_id)
        self.open.append(list(started.opened))
        return len(self.cases) - 1

    def complete(self, case: int, answers: dict[str, Any]) -> None:
        """`complete_task` with a request key of its own."""
        task_id = self.open[case].pop(0)
        self.done += 1
        done = complete_task(
            self.uow,
            self.machine,
            actor=self.actor,
            task_id=task_id,
            answers=answers,
            key=f"request-{self.done}",
            now=NOW + dt.timedelta(seconds=self.done),
        )
        self.open[case] += done.opened

    def size(self, case: int) -> int:
        """The case's state."""
        asked = text("SELECT length(state) FROM cases WHERE id = :id")
        with self.uow.engine.connect() as connection:
            return int(connection.execute(asked, {"id": self.cases[case]}).scalar_one())


def _bundle() -> Bundle:
    drawn = {f"processes/{shape.__name__}.bpmn": shape(FEEL).encode() for shape in SHAPES.values()}
    forms = {
        f"forms/{name}.form": json.dumps({"type": "default", "id": name, "components": asked}).encode()
        for name, asked in FORMS.items()
    }
    return Bundle({**drawn, **forms, "processes/policy.toml": POLICY.encode()})
