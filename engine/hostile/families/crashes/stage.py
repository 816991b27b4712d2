"""An arena whose processes are made to die at named points, and brought back to life."""

from __future__ import annotations

import http.client
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.hostile import packs, processes
from engine.hostile.arena import Arena
from engine.hostile.client import Answer, Client
from engine.hostile.nursery import Forked
from engine.hostile.processes import DidNotComeAbout
from engine.model.bundle import Bundle

LETTER = b"""---
title: A letter
subject: A letter about case {{ case_id }}
to: '[{name: "Ann Example", email: decision, safe_to_email: true}]'
guidance: [A-1]
required: [News]
---
Dear {{ recipient.name }}

## News

This is the letter of case {{ case_id }}.
"""
ANSWERS: Mapping[str, object] = {"note": "written", "decision": "ann@example.org"}


@dataclass
class Stage:
    """Starts and ends the arena's processes one by one; `told` is what all of them are told beside the arena's own."""

    arena: Arena
    told: Mapping[str, str] = field(default_factory=dict)

    def serve(self, crash_at: str = "") -> None:
        """The pages, anew, to die at a point; whoever served them before is gone."""
        if self.arena.web is not None:
            processes.kill(self.arena.web)
        self.arena.start(workers=0, web=True, **self._told(crash_at))

    def work(self, crash_at: str = "") -> None:
        """A worker, anew, to die at a point."""
        self.rest()
        self.arena.start(workers=1, web=False, **self._told(crash_at))

    def rest(self) -> None:
        """No worker."""
        for worker in self.arena.workers:
            processes.kill(worker)
        self.arena.workers = []

    def quiet(self) -> None:
        """Wait until every job is done."""
        self.arena.wait(lambda: not open_jobs(self.arena), "every job is done")

    def restore(self) -> None:
        """As the arena was before, for the next trial."""
        self.arena.kill()
        self.arena.start()

    def _told(self, crash_at: str) -> dict[str, Any]:
        """What a process is told, where it is to die too."""
        armed = {"ALONGSIDE_TESTING": "1", "ALONGSIDE_CRASH_AT": crash_at} if crash_at else {"ALONGSIDE_CRASH_AT": ""}
        return {**self.told, **armed}


def must_die(process: Forked | None, where: str) -> None:
    """Wait until the process has died by the point that it was told. Raises DidNotComeAbout."""
    if process is None:
        raise DidNotComeAbout(f"Nothing was started that could die at {where}.")
    processes.wait(lambda: process.poll() is not None, f"a process dies at {where}")
    if process.returncode != -signal.SIGKILL:
        raise DidNotComeAbout(f"At {where} the process ended with {process.returncode}.")


def ask(client: Client, path: str, fields: Mapping[str, object], key: str) -> Answer | None:
    """Send a form; None when no answer came."""
    try:
        return client.post(path, fields, key=key)
    except (OSError, http.client.HTTPException):
        return None


def open_jobs(arena: Arena) -> int:
    """How many jobs are still to be done."""
    with arena.alongside.uow.read() as tx:
        return len(tx.jobs.open())


def mailed(port: int) -> dict[str, str]:
    """What the processes are told so that they send by the mail server on that port."""
    return {
        "ALONGSIDE_SMTP_HOST": "127.0.0.1",
        "ALONGSIDE_SMTP_PORT": str(port),
        "ALONGSIDE_SMTP_PATIENCE_SECONDS": "2",
    }


def letter_pack() -> Bundle:
    """A task, a letter, a task: what is written by one is sent, then looked at."""
    about = '<zeebe:taskDefinition type="letter" retries="5" />'
    about += '<zeebe:taskHeaders><zeebe:header key="letter" value="letter" /></zeebe:taskHeaders>'
    send = packs.element("serviceTask", "send", zeebe=about)
    drawn = packs.line("letter-walk", packs.user_task("write"), send, packs.user_task("check"))
    return packs.bundle({"letter-walk": drawn}, letters={"letter": LETTER})
