"""People at work while things break: each completes task after task, and sends the same again until it is taken."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.hostile import packs
from engine.hostile.arena import Arena, Effect
from engine.hostile.client import Answer, Client, new_key
from engine.model.bundle import Bundle
from engine.model.errors import StoreBusy

PEOPLE = 20
#: A person begins a new case after so many tasks.
_TASKS_A_CASE = 15
_THINKING = (0.05, 0.4)
#: Seconds in which the last requests must still be acknowledged when the trouble is over.
_LAST_WORD = 90.0


def round_pack() -> Bundle:
    """A task that comes again for as long as nobody decides to stop."""
    drawn = packs.diagram(
        "round",
        packs.element("startEvent", "start"),
        packs.user_task("write"),
        packs.element("exclusiveGateway", "again", default="again_write"),
        packs.element("endEvent", "end"),
        packs.flow("start", "write"),
        packs.flow("write", "again"),
        packs.flow("again", "write"),
        packs.flow("again", "end", '= decision = "stop"'),
    )
    form = packs.model("office", "note.form").replace(b"textfield", b"textarea", 1)
    return packs.bundle({"round": drawn}, forms={"note": form})


@dataclass
class Crew:
    """The people, and what the server said to them.

    `acknowledged` counts requests, `silent` those that were never answered, `odd` tells every answer that nobody
    should get: neither done nor "send it again" in words.
    """

    arena: Arena
    clients: Sequence[Client]
    acknowledged: int = 0
    silent: int = 0
    again: int = 0
    odd: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    last: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, number: int) -> None:
        """One person, until told to stop."""
        chance, client, done, case_id = random.Random(number), self.clients[number], 0, ""
        while not self.stop.is_set() and not self.odd:
            if done % _TASKS_A_CASE == 0:
                case_id = self._begin(client)
            elif (task_id := self._next(case_id)) is not None:
                key = new_key()
                fields = {"note": f"{number}-{done}", "decision": ""}
                if self._insist(client, f"/tasks/{task_id}", fields, key) is not None:
                    self._effect(Effect(key, "task_completed", case_id, task_id))
            done += 1
            self.stop.wait(chance.uniform(*_THINKING))

    def _begin(self, client: Client) -> str:
        """A new case; "" when there was no way to have one."""
        key = new_key()
        answer = self._insist(client, "/cases/start", {"title": "a round"}, key)
        if answer is None:
            return ""
        case_id = answer.location.removeprefix("/cases/")
        self._effect(Effect(key, "case_started", case_id))
        with self._lock:
            self.cases.append(case_id)
        return case_id

    def _next(self, case_id: str) -> str | None:
        """The case's open task, None while it cannot be asked for."""
        try:
            tasks = self.arena.tasks(case_id)
        except StoreBusy:
            time.sleep(0.05)
            return None
        return tasks[0].id if tasks else None

    def _insist(self, client: Client, path: str, fields: dict[str, str], key: str) -> Answer | None:
        """The same request until it is acknowledged; None when that never comes."""
        until = 0.0
        while not until or time.monotonic() < until:
            answer = _sent(client, path, fields, key)
            self._note(path, answer)
            if answer is not None and answer.status == 303:
                return answer
            if self.odd:
                return None
            if self.stop.is_set() and not until:
                until = time.monotonic() + _LAST_WORD
            time.sleep(0.05)
        self.odd.append(f"{path} was not acknowledged within {_LAST_WORD:.0f} s after the trouble.")
        return None

    def _note(self, path: str, answer: Answer | None) -> None:
        with self._lock:
            if answer is None:
                self.silent += 1
                return
            self.statuses[answer.status] += 1
            if answer.status == 503 and "Send it again" in answer.text:
                self.again += 1
            elif answer.status != 303:
                self.odd.append(f"{path} was answered {answer.status}: {' '.join(answer.text.split())[-300:]}")

    def _effect(self, effect: Effect) -> None:
        self.arena.acknowledge(effect)
        with self._lock:
            self.acknowledged += 1
            self.last = time.monotonic()

    def missing(self) -> tuple[int, int]:
        """What was acknowledged and is not in a journal, and what is there and never was acknowledged."""
        told = {each.task_id for each in self.arena.acknowledged if each.kind == "task_completed"}
        kept = [
            str(entry.body.get("task"))
            for case_id in self.cases
            for entry in self.arena.journal(case_id)
            if entry.kind == "task_completed"
        ]
        mine = {each for each in told if each.partition(".")[0] in set(self.cases)}
        return len(mine - set(kept)), len(kept) - len(mine & set(kept))

    def told(self) -> str:
        """A sentence of what people saw."""
        return (
            f"{self.acknowledged} requests of {len(self.clients)} people acknowledged, {self.silent} not answered, "
            f"{self.again} answered that they should be sent again"
        )


def _sent(client: Client, path: str, fields: dict[str, str], key: str) -> Answer | None:
    try:
        return client.post(path, fields, key=key)
    except (OSError, http.client.HTTPException):
        return None


@contextmanager
def crew(arena: Arena, people: int = PEOPLE) -> Iterator[Crew]:
    """People at work in the background; at the end each has an answer to the last thing they sent."""
    first = arena.client("wes")
    made = Crew(arena, [_another(first) for _ in range(people)])
    threads = [threading.Thread(target=made.work, args=(number,), daemon=True) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        for thread in threads:
            thread.join(_LAST_WORD + 60)


def _another(client: Client) -> Client:
    """Another window of the same person."""
    window = Client(f"http://{client.host}:{client.port}", client.username, "", patience=client.patience)
    window.cookies, window.token = dict(client.cookies), client.token
    return window
