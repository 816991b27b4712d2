"""Anchors as files: two for each, made once, never overwritten, to be carried away."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.audit.anchored import AnchorCopy
from engine.model.anchor import SignedText, anchor_from

#: The public key beside the anchors, for convenience: whoever doubts the folder brings a key of their own.
KEY_FILE = "public-key.pem"
_LARGEST = 1024 * 1024


def write_copy(folder: Path, signed: SignedText, packed: Callable[[int], bytes]) -> Path | None:
    """Write an anchor and its marks; its path, or None when it is there already."""
    digest = anchor_from(signed.text).digest
    path = folder / f"anchor-{signed.number:06}-{digest[:16]}.json"
    if path.exists():
        return None
    _write(path.with_suffix(".marks.gz"), packed(signed.number))
    told = {"digest": digest, "signature": signed.signature, "text": signed.text}
    _write(path, (json.dumps(told, indent=2) + "\n").encode())
    return path


def write_key(folder: Path, pem: bytes) -> None:
    """Write the public key, if none lies there."""
    if not (folder / KEY_FILE).exists():
        _write(folder / KEY_FILE, pem)


def read_copies(folder: Path) -> list[AnchorCopy]:
    """Every anchor in a folder; one that cannot be read stands there with an empty text, which is found out."""
    return [_read(path) for path in sorted(folder.glob("anchor-*.json"))]


def _read(path: Path) -> AnchorCopy:
    text = signature = ""
    try:
        if path.stat().st_size <= _LARGEST:
            told = json.loads(path.read_bytes())
            text, signature = str(told["text"]), str(told["signature"])
    except (OSError, ValueError, TypeError, KeyError):
        text = ""
    marks = path.with_suffix(".marks.gz")

    def lines() -> Iterator[bytes]:
        with gzip.open(marks, "rb") as file:
            yield from file

    return AnchorCopy(path.name, text, signature, lines)


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it: it appears under its name when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o444)
    os.replace(name, path)
