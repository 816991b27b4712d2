"""Make an anchor: what every journal holds now, pinned by one signature over one Merkle root."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engine.audit.signing import Signer
from engine.model.anchor import Anchor, Mark, SignedText, anchor_from, root_of
from engine.model.journal import GENESIS
from engine.ports import Transaction, UnitOfWork


@dataclass(frozen=True)
class Made:
    """An anchor that was made; `broken` are the cases that no longer held what an anchor before had seen."""

    anchor: Anchor
    broken: tuple[str, ...]


def make_anchor(uow: UnitOfWork, signer: Signer, *, now: datetime) -> Made | None:
    """Pin all journals as they are now; None when another process made the anchor of that number at the same time.

    What is anchored is read from one moment of the database. A case that is broken keeps the mark that it had. Raises
    ValueError when the newest anchor in the database is not one any more.
    """
    with uow.read() as tx:
        last, broken = tx.anchors.last(), tx.anchors.broken()
        taken = _take(tx.anchors.fresh(), broken)
        anchor = _drawn(tx, last, taken, len(broken), signer, now)
    signed = SignedText(anchor.number, anchor.text.decode(), signer.sign(anchor.text))
    with uow.write() as tx:
        if not tx.anchors.add(signed, taken.packed, taken.ends):
            return None
    return Made(anchor, tuple(sorted(broken)))


@dataclass
class _Taken:
    """The marks that are new: their lines packed, their digest, and the last of each case."""

    packed: bytes
    digest: str
    count: int
    ends: dict[str, Mark] = field(default_factory=dict)


def _take(marks: Iterable[Mark], but: Collection[str]) -> _Taken:
    """Pack the lines as they come."""
    out, digest, count = io.BytesIO(), hashlib.sha256(), 0
    ends: dict[str, Mark] = {}
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6) as packed:
        for mark in marks:
            if mark.case_id in but:
                continue
            line = mark.line + b"\n"
            packed.write(line)
            digest.update(line)
            ends[mark.case_id] = mark
            count += 1
    return _Taken(out.getvalue(), digest.hexdigest(), count, ends)


def _drawn(
    tx: Transaction, last: SignedText | None, taken: _Taken, broken: int, signer: Signer, now: datetime
) -> Anchor:
    """The anchor over all that has been seen by now."""
    before = anchor_from(last.text) if last else None
    leaves = tx.anchors.leaves() | taken.ends
    return Anchor(
        number=before.number + 1 if before else 1,
        made_at=now,
        previous=before.digest if before else GENESIS,
        root=root_of(leaves),
        cases=len(leaves),
        entries=sum(mark.seq for mark in leaves.values()),
        added=taken.count,
        marks=taken.digest,
        broken=broken,
        key=signer.public,
    )
