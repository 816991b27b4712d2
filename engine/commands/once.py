"""The same request twice is one effect and one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from engine.model.errors import KeyUsed
from engine.model.person import Actor
from engine.ports import Transaction, UnitOfWork

Answer = TypeVar("Answer")
_USED = "This request's key has been used for something else. Load the page again and repeat it."


def once(
    tx: Transaction,
    key: str | None,
    asked: str,
    actor: Actor,
    now: datetime,
    kind: type[Answer],
    work: Callable[[], Answer],
) -> Answer:
    """Do the work and keep its answer under the key; where the key has an answer, give that one instead.

    `asked` says what the request is for, such as `complete_task AL-7F3K9Q2M.3`. Raises KeyUsed when the key belongs
    to another request. Without a key the work is simply done.
    """
    if key is None:
        return work()
    if not tx.requests.claim(key, asked, actor.person.username, now):
        return _recalled(tx, key, asked, actor, kind)
    answer = work()
    tx.requests.answer(key, msgspec.json.encode(answer))
    return answer


def keep(tx: Transaction, key: str | None, asked: str, actor: Actor, now: datetime, answer: object) -> None:
    """Keep an answer under the key, after the work: one statement, where `once` needs two.

    For a command that looks at `recalled` when it is refused. Raises KeyUsed when the key has been taken meanwhile:
    the transaction then leaves nothing.
    """
    if key is not None and not tx.requests.keep(key, asked, actor.person.username, msgspec.json.encode(answer), now):
        raise KeyUsed(_USED)


def recalled(uow: UnitOfWork, key: str | None, asked: str, actor: Actor, kind: type[Answer]) -> Answer | None:
    """What was answered under the key before, None when nothing was. Raises KeyUsed as `once` does."""
    if key is None:
        return None
    with uow.read() as tx:
        return None if tx.requests.recall(key) is None else _recalled(tx, key, asked, actor, kind)


def _recalled(tx: Transaction, key: str, asked: str, actor: Actor, kind: type[Answer]) -> Answer:
    found = tx.requests.recall(key)
    if found is None or found[:2] != (asked, actor.person.username) or found[2] is None:
        raise KeyUsed(_USED)
    return msgspec.json.decode(found[2], type=kind)
