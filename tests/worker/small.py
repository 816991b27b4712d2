"""A small pack of one process that sends one letter, and what tests do with it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, date, datetime

from engine.commands import add_person, publish_policy, start_case
from engine.model.bundle import Bundle
from engine.model.person import Actor, Person
from engine.wiring import Alongside

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAKER = Person("mary", "Mary Maker", frozenset({"clerk"}), frozenset({"north"}), "mary@example.org")
OWNER = Person("olive", "Olive Owner", frozenset({"owner"}), frozenset(), "olive@example.org")

POLICY = b"""
[policy]
title = "One letter"
owner_role = "owner"
top_process = "one-letter"
start_form = "start"
[council]
name = "Example Council"
[roles.clerk]
title = "Clerk"
sees = "team"
starts_cases = true
[roles.owner]
title = "Owner"
sees = "all"
"""

LETTER = b"""---
title: A letter
subject: A letter about case {{ case_id }}
to: '[{name: "Ann Example", email: "ann@example.org", safe_to_email: true}]'
guidance: [A-1]
required: [News]
---
Dear {{ recipient.name }}

## News

This is the letter of case {{ case_id }}.
"""

NOTE = b"""---
title: A note
subject: A note about case {{ case_id }}
guidance: [A-1]
---
Please look at case {{ case_id }}.
"""

GUIDANCE = b"""# Guidance

- **A-1** Every case begins with a letter.
"""

FORM = b"""{"type": "default", "id": "start", "schemaVersion": 18, "components": [
    {"type": "textfield", "id": "note_1", "key": "note", "label": "Note"}]}
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="one-letter" name="One letter" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="send" />
    <bpmn:serviceTask id="send" name="Send the letter">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="{type}" retries="2" />
        <zeebe:taskHeaders>
          <zeebe:header key="letter" value="{letter}" />
          <zeebe:header key="notification" value="note" />
          <zeebe:header key="roles" value="clerk" />
        </zeebe:taskHeaders>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f2" sourceRef="send" targetRef="end" />
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""


REST = {
    "processes/guidance.md": GUIDANCE,
    "forms/start.form": FORM,
    "handlers/notifications/note.md": NOTE,
}


def bundle(job_type: str = "letter", letter: str = "letter", wording: bytes = LETTER) -> Bundle:
    """The pack; its service task has the job type and names the letter."""
    return Bundle(
        {
            "processes/policy.toml": POLICY,
            "processes/one-letter.bpmn": DIAGRAM.format(type=job_type, letter=letter).encode(),
            "handlers/letters/letter.md": wording,
            **REST,
        }
    )


def publish(alongside: Alongside, pack: Bundle | None = None) -> None:
    """Make the pack the policy in force, and let its people in."""
    for person in (MAKER, OWNER):
        add_person(alongside.uow, person=person, password_hash="unused")
    publish_policy(
        alongside.uow,
        alongside.machine,
        bundle=pack or bundle(),
        number="1",
        effective_from=date(2026, 1, 1),
        updated_by=Actor(MAKER, "clerk"),
        approved_by=Actor(OWNER, "owner"),
        now=NOW,
    )


def start(alongside: Alongside) -> str:
    """Start a case; its reference. Its letter is enqueued when this returns."""
    return start_case(
        alongside.uow, alongside.machine, actor=Actor(MAKER, "clerk"), title="A case", team="north", now=alongside.now()
    ).case_id


def kinds(alongside: Alongside, case_id: str) -> list[str]:
    """What the journal says has happened, in order."""
    with alongside.uow.read() as tx:
        return [entry.kind for entry in tx.journal.entries(case_id)]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database: str, var: object, smtp_port: int) -> Mapping[str, str]:
    """What a process under test is told: real clock, real mail server, no patience."""
    return {
        "ALONGSIDE_DATABASE": database,
        "ALONGSIDE_VAR": str(var),
        "ALONGSIDE_SMTP_HOST": "127.0.0.1",
        "ALONGSIDE_SMTP_PORT": str(smtp_port),
        "ALONGSIDE_MAIL_FROM": "alongside@example.org",
        "ALONGSIDE_POLL_SECONDS": "0.05",
        "ALONGSIDE_SWEEP_SECONDS": "0.2",
        "ALONGSIDE_BACKOFF_SECONDS": "0.1",
    }
