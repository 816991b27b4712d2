"""The same request twice is one effect and one answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from engine.model.errors import KeyUsed
from engine.model.person import Actor
from engine.ports import Transaction

Answer = TypeVar("Answer")


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


def _recalled(tx: Transaction, key: str, asked: str, actor: Actor, kind: type[Answer]) -> Answer:
    found = tx.requests.recall(key)
    if found is None or found[:2] != (asked, actor.person.username) or found[2] is None:
        raise KeyUsed("This request's key has been used for something else. Load the page again and repeat it.")
    return msgspec.json.decode(found[2], type=kind)
