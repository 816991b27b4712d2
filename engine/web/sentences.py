"""The guidance's own sentences, by their ids, from the version that a case runs on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine import queries
from engine.model.bundle import Bundle
from engine.web.shell import shell

GUIDANCE_FILE = "processes/guidance.md"
_SENTENCE = re.compile(r"^- \*\*(?P<id>[A-Z]+-\w+)\*\* (?P<text>.+)$")


@dataclass(frozen=True)
class Sentence:
    """One sentence of the guidance: its id, the heading it stands under, its words."""

    id: str
    heading: str
    text: str


def read_sentences(document: str) -> Mapping[str, Sentence]:
    """Id -> sentence, in the document's order."""
    found, heading = {}, ""
    for line in document.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif match := _SENTENCE.match(line):
            found[match["id"]] = Sentence(match["id"], heading, match["text"])
    return found


@lru_cache(maxsize=8)
def _of(digest: str) -> Mapping[str, Sentence]:
    """The sentences of a version; read once, since a digest names its content for ever."""
    return sentences_in(queries.policy_files(shell().uow, digest=digest))


def sentences_in(bundle: Bundle) -> Mapping[str, Sentence]:
    """The sentences of a bundle."""
    return read_sentences(bundle.files.get(GUIDANCE_FILE, b"").decode())


def sentences(digest: str, ids: Iterable[str]) -> tuple[Sentence, ...]:
    """The sentences of these ids that the version has, in the order asked for."""
    known = _of(digest)
    return tuple(known[each] for each in dict.fromkeys(ids) if each in known)


def all_sentences(digest: str) -> tuple[Sentence, ...]:
    """Every sentence of a version in the document's order."""
    return tuple(_of(digest).values())
