"""The Merkle tree hash of RFC 6962, section 2.1: one digest for a list, with which nothing else has the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data: a leaf can never be taken for a node."""
    return hashlib.sha256(_LEAF + data).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The tree's 32-byte hash over the leaves' data, in order; of no leaves at all the SHA-256 of nothing.

    Full subtrees wait on a stack, so a million leaves need twenty hashes of memory.
    """
    full: list[tuple[int, bytes]] = []
    for data in leaves:
        size, found = 1, leaf_hash(data)
        while full and full[-1][0] == size:
            found = _node_hash(full.pop()[1], found)
            size *= 2
        full.append((size, found))
    if not full:
        return hashlib.sha256(b"").digest()
    root = full.pop()[1]
    while full:
        root = _node_hash(full.pop()[1], root)
    return root


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
