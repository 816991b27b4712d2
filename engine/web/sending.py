"""A page that is sent twice: the key that its form carries, and the answer that was given the first time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from flask import abort, flash, request

from engine import queries
from engine.model.errors import AlongsideError
from engine.web.shell import shell
from engine.web.visitor import me

Answer = TypeVar("Answer")
Page = TypeVar("Page")
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)


def sent_key() -> str | None:
    """The form's key, None when it carries none; whatever no page of ours could have sent is refused (400)."""
    key = request.form.get("key")
    if key and not _KEY.fullmatch(key):
        abort(400)
    return key or None


def alike(
    asked: str,
    kind: type[Answer],
    work: Callable[[], Page],
    again: Callable[[Answer], Page],
    *,
    key: str | None = None,
) -> Page:
    """Do the work; where this very page was sent before, give the same answer instead, whatever has changed since.

    `asked` and `key` (the form's own unless given) are those under which the command keeps its answer.
    """
    key = key or sent_key()
    if key is None:
        return work()
    done = _before(key, asked, kind)
    if done is None:
        try:
            return work()
        except AlongsideError:  # its twin may have been faster: then what stopped this one is the twin's own effect
            done = _before(key, asked, kind)
            if done is None:
                raise
    flash("This was sent twice. It was done once.", "info")
    return again(done)


def _before(key: str, asked: str, kind: type[Answer]) -> Answer | None:
    return queries.answered(shell().uow, person=me(), key=key, asked=asked, kind=kind)
