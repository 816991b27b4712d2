"""The anchors, as the audit reaches them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from engine.model.anchor import Mark, SignedText


class Anchors(Protocol):
    """Append-only; beside them the last mark of each case that an anchor has seen."""

    def last(self) -> SignedText | None:
        """The newest one."""

    def kept(self) -> Sequence[SignedText]:
        """All of them, oldest first, as they stand there."""

    def packed(self, number: int) -> bytes:
        """The lines of the marks that came with an anchor, as a gzip file."""

    def add(self, signed: SignedText, packed: bytes, ends: Mapping[str, Mark]) -> bool:
        """Keep an anchor, and the new last marks of cases by id; False when the number is taken."""

    def leaves(self) -> dict[str, Mark]:
        """The last mark of each case, by id."""

    def fresh(self) -> Iterator[Mark]:
        """The marks of the journal's entries that no anchor has seen, by case and number."""

    def broken(self) -> frozenset[str]:
        """The cases whose journal no longer holds their last mark."""

    def found(self, marks: Sequence[Mark]) -> Mapping[tuple[str, int], str]:
        """(case id, number) -> the hash that the journal has there now, for those it has."""
