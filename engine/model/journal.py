"""The journal: append-only entries, one per command and case, hash-chained per case (DESIGN decision 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from engine.model.exact import exact, stamp

#: What the first entry of a case points back to.
GENESIS = "0" * 64


class Entry(Struct, frozen=True):
    """One thing that happened in a case.

    `kind` is past tense (`task_completed`); `done_at` is when it happened in the world, `recorded_at` when it was
    entered, both UTC; `version` is the case's version after it; `body` is JSON-able: the machine's event and all that
    followed from it (changes with old and new values, decisions with their traces, the path taken, what opened and
    closed).
    """

    case_id: str
    seq: int
    kind: str
    actor: str
    role: str
    done_at: datetime
    recorded_at: datetime
    policy_digest: str
    version: int
    body: Mapping[str, object]
    previous: str = GENESIS
    hash: str = ""


def seal(entry: Entry, previous: str) -> Entry:
    """The entry chained to the hash before it."""
    return replace(entry, previous=previous, hash=hashlib.sha256(_canonical(entry, previous)).hexdigest())


def digest(entry: Entry) -> str:
    """SHA-256, in hex, of everything in the entry but its own hash."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def canonical(entry: Entry) -> bytes:
    """The one byte form of an entry: JSON, sorted keys, no spaces, times as UTC ISO 8601 with microseconds."""
    return _canonical(entry, entry.previous)


def _canonical(entry: Entry, previous: str) -> bytes:
    """The same, as it follows another entry."""
    fields = {
        "case": entry.case_id,
        "seq": entry.seq,
        "kind": entry.kind,
        "actor": entry.actor,
        "role": entry.role,
        "done_at": stamp(entry.done_at),
        "recorded_at": stamp(entry.recorded_at),
        "policy": entry.policy_digest,
        "version": entry.version,
        "body": entry.body,
        "previous": previous,
    }
    return exact(fields, by_name=True)


@dataclass(frozen=True)
class ChainBreak:
    """The first place where a case's chain does not hold."""

    case_id: str
    seq: int
    reason: str


def first_break(entries: Iterable[Entry]) -> ChainBreak | None:
    """The first entry of one case, in order of `seq`, that is missing, moved or changed; None if the chain holds."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected:
            return ChainBreak(entry.case_id, expected, f"entry {expected} is missing: found {entry.seq} instead")
        if entry.previous != previous:
            return ChainBreak(entry.case_id, entry.seq, "it does not follow the entry before it")
        if digest(entry) != entry.hash:
            return ChainBreak(entry.case_id, entry.seq, "its content was changed after it was written")
        previous, expected = entry.hash, expected + 1
    return None
