"""What the same request was answered before: a page that is sent again is answered as it was the first time."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from engine.model.person import Person
from engine.ports import UnitOfWork

Answer = TypeVar("Answer")


def was_sent(uow: UnitOfWork, *, key: str, asked: str) -> bool:
    """Whether anybody has sent a request of this kind under the key."""
    with uow.read() as tx:
        found = tx.requests.recall(key)
    return found is not None and found[0] == asked


def answered(uow: UnitOfWork, *, person: Person, key: str, asked: str, kind: type[Answer]) -> Answer | None:
    """The answer kept under the key; None when this person has not sent it, or not for this.

    `asked` says what the request is for, in the words that the command keeps, such as `claim_task AL-7F3K9Q2M.3`.
    """
    with uow.read() as tx:
        found = tx.requests.recall(key)
    if found is None or found[:2] != (asked, person.username) or found[2] is None:
        return None
    return msgspec.json.decode(found[2], type=kind)
