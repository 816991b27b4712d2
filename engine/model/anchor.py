"""An anchor: one signed line that pins the journals of all cases at a moment (docs/adr/0008-anchors.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from engine.model.merkle import merkle_root

#: What the signed text begins with in its own words; another meaning of the fields needs another word.
FORMAT = "alongside-anchor-1"


class Mark(NamedTuple):
    """The fingerprint of one journal entry: the case's id, the entry's number, its hash in hex."""

    case_id: str
    seq: int
    hash: str

    @property
    def line(self) -> bytes:
        """As anchors write it, without the line's end."""
        return f"{self.case_id} {self.seq} {self.hash}".encode()


@dataclass(frozen=True)
class Anchor:
    """What is signed.

    `root` is the Merkle root over the last mark of each of the `cases`, by id; `entries` is how many the journals
    held, `added` how many of them this anchor is the first to see: their marks are kept beside it, and `marks` is the
    SHA-256 of their lines. `broken` counts cases that no longer held what an anchor before had seen. `previous` is the
    digest of the anchor before, `key` the public key in hex.
    """

    number: int
    made_at: datetime
    previous: str
    root: str
    cases: int
    entries: int
    added: int
    marks: str
    broken: int
    key: str

    @property
    def text(self) -> bytes:
        """The bytes that are signed: JSON, sorted keys, no spaces, the moment in UTC with microseconds."""
        made_at = self.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        fields = {"format": FORMAT, **vars(self), "made_at": made_at}
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the signed bytes, in hex."""
        return hashlib.sha256(self.text).hexdigest()


class SignedText(NamedTuple):
    """An anchor as it is kept: its number, its signed text, and the Ed25519 signature (RFC 8032) in hex."""

    number: int
    text: str
    signature: str


def anchor_from(text: str) -> Anchor:
    """The anchor whose signed text this is. Raises ValueError when it is not one, byte for byte."""
    fields = json.loads(text)
    if not isinstance(fields, dict) or fields.pop("format", None) != FORMAT:
        raise ValueError("it is not an anchor")
    try:
        anchor = Anchor(**{**fields, "made_at": datetime.fromisoformat(str(fields["made_at"]))})
        is_same = anchor.text == text.encode()
    except (TypeError, KeyError) as error:
        raise ValueError("it is not an anchor") from error
    if not is_same:
        raise ValueError("it is not written as anchors are")
    return anchor


def root_of(leaves: Mapping[str, Mark]) -> str:
    """The Merkle root over each case's last mark, in the order of the ids' bytes; hex."""
    return merkle_root(leaves[case_id].line for case_id in sorted(leaves)).hex()


def marks_from(lines: Iterable[bytes]) -> Iterator[Mark]:
    """The marks of an anchor's lines. Raises ValueError for what is none."""
    for line in lines:
        case_id, seq, digest = line.decode().split()
        yield Mark(case_id, int(seq), digest)
