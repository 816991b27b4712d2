"""What must hold after every attack: nothing acknowledged is lost, doubled or unlogged, every record still proves
itself, and the server is alive."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from engine.audit import verify
from engine.hostile.arena import Arena, Effect
from engine.hostile.client import Client
from engine.model.errors import AlongsideError
from engine.store.uow import SqlTransaction

#: At most so many sentences of one look are told.
_MOST_TOLD = 5


@dataclass(frozen=True)
class Found:
    """What a look found: counts over acknowledged effects, and a sentence for everything else that does not hold."""

    lost: int = 0
    duplicated: int = 0
    unlogged: int = 0
    problems: tuple[str, ...] = ()


@dataclass
class Watch:
    """Looks again and again at one arena, each time at what is new since the look before."""

    arena: Arena
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    _counted: int = 0

    def look(self) -> Found:
        """At the effects acknowledged and the cases changed since the last look, and at the server."""
        effects = tuple(self.arena.acknowledged[self._counted :])
        self._counted += len(effects)
        return check(self.arena, effects, self._changed())

    def _changed(self) -> Sequence[str]:
        """The cases that moved since they were last looked at."""
        with self.arena.alongside.uow.read() as tx:
            rows = _rows(tx, "SELECT id, version, journal_seq FROM cases")
        now = {row[0]: (row[1], row[2]) for row in rows}
        moved = [case_id for case_id, at in now.items() if self._seen.get(case_id) != at]
        self._seen = now
        return moved


def check(arena: Arena, acknowledged: Sequence[Effect], cases: Sequence[str] | None = None) -> Found:
    """Look at these effects and cases (all cases without them), and at the server."""
    with arena.alongside.uow.read() as tx:
        looked = tuple(tx.cases.ids()) if cases is None else tuple(cases)
    whole = [case_id for case_id in looked if case_id not in arena.spoilt]
    effects = [effect for effect in acknowledged if effect.case_id not in arena.spoilt]
    lost, doubled = _acknowledged(arena, effects)
    unlogged = _unlogged(arena, whole)
    problems = [*lost, *doubled, *unlogged, *_records(arena, whole), *_alive(arena)]
    return Found(len(lost), len(doubled), len(unlogged), tuple(problems[:_MOST_TOLD]))


def _acknowledged(arena: Arena, effects: Sequence[Effect]) -> tuple[list[str], list[str]]:
    """Each must be in the state and the journal, once, and its request must have its answer."""
    lost: list[str] = []
    doubled: list[str] = []
    for effect in effects:
        with arena.alongside.uow.read() as tx:
            times = sum(_is_of(entry.kind, entry.body, effect) for entry in tx.journal.entries(effect.case_id))
            answer = tx.requests.recall(effect.key)
            closed = not effect.task_id or not tx.tasks.find(effect.task_id).is_open
        if times == 0 or not closed or answer is None or answer[2] is None:
            lost.append(f"{effect.kind} {effect.task_id or effect.case_id} was acknowledged and is not whole.")
        elif times > 1:
            doubled.append(f"{effect.kind} {effect.task_id or effect.case_id} is in the journal {times} times.")
    return lost, doubled


def _is_of(kind: str, body: object, effect: Effect) -> bool:
    """Whether an entry of the journal is the effect's."""
    task = body.get("task", "") if isinstance(body, dict) else ""
    return kind == effect.kind and (not effect.task_id or task == effect.task_id)


def _unlogged(arena: Arena, cases: Sequence[str]) -> list[str]:
    """Tasks that were completed, jobs that were finished: each has its entry, once."""
    if not cases:
        return []
    with arena.alongside.uow.read() as tx:
        closed = _rows(tx, "SELECT id, case_id FROM tasks WHERE closed = 'completed'")
        told = _rows(tx, "SELECT case_id, body FROM journal WHERE kind = 'task_completed'")
    wanted = set(cases)
    entries = Counter(str(json.loads(body).get("task", "")) for case_id, body in told if case_id in wanted)
    found = []
    for task_id, case_id in closed:
        if case_id in wanted and entries[task_id] != 1:
            found.append(f"The task {task_id} is completed, and the journal says so {entries[task_id]} times.")
    return found


def _records(arena: Arena, cases: Sequence[str]) -> list[str]:
    """Every case loads, its chain holds, and running its record again gives its state."""
    found: list[str] = []
    for case_id in cases:
        try:
            verdict = verify(arena.alongside.uow, arena.alongside.machine, case_id=case_id)
        except AlongsideError as problem:
            found.append(f"The case {case_id} does not load: {problem}.")
            continue
        if not verdict.holds and verdict.difference is not None:
            found.append(f"The record of {case_id} does not hold: {verdict.difference.sentence}")
    return found


def _alive(arena: Arena) -> list[str]:
    """The server answers 200, and every process that was started still runs."""
    if arena.web is None:
        return []
    found = [
        f"A process ended by itself with {process.returncode}."
        for process in arena.processes
        if process.poll() is not None
    ]
    try:
        status = Client(arena.url, "nobody", "").get("/health").status
    except (OSError, http.client.HTTPException) as problem:
        return [*found, f"The server does not answer: {type(problem).__name__}."]
    return found if status == 200 else [*found, f"The server's health is {status}."]


def _rows(tx: SqlTransaction, statement: str) -> Sequence[tuple[Any, ...]]:
    """Rows of a plain statement, read as whoever owns the database reads them."""
    return [tuple(row) for row in tx.connection.execute(text(statement))]
