"""Prove the journals against anchors that were kept elsewhere: what they saw must still be there, entry by entry."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from engine.audit.signing import is_signed
from engine.model.anchor import Anchor, Mark, anchor_from, marks_from, root_of
from engine.model.journal import GENESIS
from engine.ports import Transaction, UnitOfWork

_AT_ONCE = 4_000


@dataclass(frozen=True)
class AnchorCopy:
    """An anchor as it was kept elsewhere: `name` says where, `lines` gives the lines of its marks."""

    name: str
    text: str
    signature: str
    lines: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class AnchorFault:
    """One thing that does not hold: in an anchor, or in the case `case_id`, whose first bad entry is `seq`."""

    what: str
    sentence: str
    anchor: int = 0
    case_id: str = ""
    seq: int = 0


@dataclass(frozen=True)
class AnchorVerdict:
    """What the anchors prove: `entries` of `cases` up to anchor `newest`; entries made later are not covered."""

    holds: bool
    anchors: int
    newest: int
    made_at: datetime | None
    cases: int
    entries: int
    faults: tuple[AnchorFault, ...]


def check_anchors(
    uow: UnitOfWork, copies: Sequence[AnchorCopy], keys: Collection[str], *, case_id: str | None = None
) -> AnchorVerdict:
    """Check signatures, the chain of anchors, every root, and that each mark is still in its journal.

    `keys` are the public keys (hex) that may have signed; with `case_id` only that case's marks are looked for.
    """
    checking = _Checking(frozenset(keys), case_id)
    with uow.read() as tx:
        kept = {each.number: each.text for each in tx.anchors.kept()}
        for copy, anchor in checking.read(copies):
            checking.links(anchor)
            if kept.get(anchor.number) != copy.text:
                checking.blame(anchor.number, "database", "is not in the database as it was made")
            checking.marks(tx, copy, anchor)
    return checking.verdict()


@dataclass
class _Checking:
    """What has been found so far."""

    keys: frozenset[str]
    case_id: str | None
    faults: list[AnchorFault] = field(default_factory=list)
    bad: dict[str, AnchorFault] = field(default_factory=dict)
    leaves: dict[str, Mark] = field(default_factory=dict)
    seen: list[Anchor] = field(default_factory=list)
    is_whole: bool = True

    def blame(self, number: int, what: str, words: str) -> None:
        """An anchor does not hold."""
        self.faults.append(AnchorFault(what, f"Anchor {number} {words}.", number))

    def read(self, copies: Sequence[AnchorCopy]) -> Iterator[tuple[AnchorCopy, Anchor]]:
        """The copies that are anchors signed by one of the keys, by number; the same one twice is one."""
        good: dict[str, tuple[AnchorCopy, Anchor]] = {}
        for copy in copies:
            try:
                anchor = anchor_from(copy.text)
            except ValueError as error:
                self.faults.append(AnchorFault("unreadable", f"{copy.name} cannot be read: {error}."))
                continue
            if anchor.key not in self.keys or not is_signed(anchor.text, copy.signature, [anchor.key]):
                self.blame(anchor.number, "signature", f"({copy.name}) is not signed by a key that was given")
                continue
            good.setdefault(copy.text, (copy, anchor))
        yield from sorted(good.values(), key=lambda each: each[1].number)

    def links(self, anchor: Anchor) -> None:
        """The anchor follows the one before it."""
        last = self.seen[-1] if self.seen else None
        number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
        self.seen.append(anchor)
        if anchor.number == number and anchor.previous == previous:
            return
        self.is_whole = False
        if last and anchor.number == last.number:
            words = "exists twice: the database was put back to an earlier day, or written anew, and went on from there"
        elif anchor.number > number:
            words = f"does not follow: anchor {number} is missing"
        else:
            words = "does not follow the one before it"
        self.blame(anchor.number, "chain", words)

    def marks(self, tx: Transaction, copy: AnchorCopy, anchor: Anchor) -> None:
        """Its marks are those that were signed, they lead to its root, and the journals still hold them."""
        if not _fits(copy, anchor):
            self.is_whole = False
            self.blame(anchor.number, "marks", f"does not fit the marks that came with it ({copy.name})")
            return
        for marks in _chunks(marks_from(copy.lines())):
            self._look(tx, anchor, marks)
        if self.is_whole and self._sums() != (anchor.root, anchor.cases, anchor.entries):
            self.blame(anchor.number, "root", "has another root than its marks and those before it lead to")

    def _sums(self) -> tuple[str, int, int]:
        return root_of(self.leaves), len(self.leaves), sum(mark.seq for mark in self.leaves.values())

    def _look(self, tx: Transaction, anchor: Anchor, marks: list[Mark]) -> None:
        """Remember the marks, and compare them with the journals as they are now."""
        self.leaves |= {mark.case_id: mark for mark in marks}
        wanted = [mark for mark in marks if self.case_id in (None, mark.case_id)]
        found = tx.anchors.found(wanted)
        for mark in wanted:
            now = found.get((mark.case_id, mark.seq))
            if now != mark.hash:
                self._accuse(anchor, mark, is_gone=now is None)

    def _accuse(self, anchor: Anchor, mark: Mark, *, is_gone: bool) -> None:
        """The first bad entry of each case is named."""
        before = self.bad.get(mark.case_id)
        if before is not None and before.seq <= mark.seq:
            return
        saw = f"anchor {anchor.number} of {anchor.made_at:%-d %B %Y, %H:%M} UTC"
        gone, other = f"which {saw} saw, is gone", f"is not the one that {saw} saw"
        sentence = f"{mark.case_id}: entry {mark.seq}{', ' if is_gone else ' '}{gone if is_gone else other}."
        self.bad[mark.case_id] = AnchorFault("entry", sentence, anchor.number, mark.case_id, mark.seq)

    def verdict(self) -> AnchorVerdict:
        """All of it."""
        if not self.seen and not self.faults:
            self.faults.append(AnchorFault("none", "There are no anchors in the folder."))
        faults = (*self.faults, *(self.bad[case_id] for case_id in sorted(self.bad)))
        newest = self.seen[-1] if self.seen else None
        return AnchorVerdict(
            holds=not faults,
            anchors=len(self.seen),
            newest=newest.number if newest else 0,
            made_at=newest.made_at if newest else None,
            cases=newest.cases if newest else 0,
            entries=newest.entries if newest else 0,
            faults=faults,
        )


def _fits(copy: AnchorCopy, anchor: Anchor) -> bool:
    """Whether the lines are those whose digest was signed: only then may they accuse a journal."""
    digest, count = hashlib.sha256(), 0
    try:
        for line in copy.lines():
            digest.update(line.rstrip(b"\n") + b"\n")
            count += 1
    except (OSError, EOFError, zlib.error):
        return False
    return (digest.hexdigest(), count) == (anchor.marks, anchor.added)


def _chunks(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
    """Some thousands at a time."""
    waiting = iter(marks)
    while chunk := list(islice(waiting, _AT_ONCE)):
        yield chunk
