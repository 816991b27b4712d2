"""The guidance's own sentences, by their ids, from the version that a case runs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine import queries
from engine.policy.guidance import PATH, Sentence, read_guidance
from engine.web.shell import shell


@lru_cache(maxsize=8)
def _of(digest: str) -> Mapping[str, Sentence]:
    """The sentences of a version; read once, since a digest names its content for ever."""
    found, _ = read_guidance(queries.policy_files(shell().uow, digest=digest).files.get(PATH, b""))
    return found


def sentences(digest: str, ids: Iterable[str]) -> tuple[Sentence, ...]:
    """The sentences of these ids that the version has, in the order asked for."""
    known = _of(digest)
    return tuple(known[each] for each in dict.fromkeys(ids) if each in known)


def all_sentences(digest: str) -> tuple[Sentence, ...]:
    """Every sentence of a version in the document's order."""
    return tuple(_of(digest).values()) if digest else ()
