"""Journals kept as files for later releases: what ran once must run again, whatever the machine has become."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.audit.verify import Difference, history_difference
from engine.model.bundle import Bundle
from engine.model.journal import Entry, canonical
from engine.ports import Definitions, Machine

_LINES, _FILES = ".jsonl.gz", ".files.gz"


@dataclass(frozen=True)
class Kept:
    """One case's journal out of a file."""

    name: str
    entries: tuple[Entry, ...]


def keep_history(folder: Path, name: str, entries: Sequence[Entry], bundle_of: Callable[[str], Bundle]) -> None:
    """Write a journal as `<name>.jsonl.gz`, and the files of each version it ran on as `<digest>.files.gz`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(_line(entry) for entry in entries)
    (folder / f"{name}{_LINES}").write_bytes(gzip.compress(lines, mtime=0))
    for digest in {entry.policy_digest for entry in entries}:
        text = json.dumps({path: _text(data) for path, data in bundle_of(digest).files.items()})
        (folder / f"{digest}{_FILES}").write_bytes(gzip.compress(text.encode(), mtime=0))


def read_histories(folder: Path) -> list[Kept]:
    """The journals of one release, by name."""
    return [_read(path) for path in sorted(folder.glob(f"*{_LINES}"))]


def read_files(folder: Path, digest: str) -> Bundle:
    """The files of a version. Raises ValueError when they are not those of the digest."""
    told = json.loads(gzip.decompress((folder / f"{digest}{_FILES}").read_bytes()))
    bundle = Bundle({path: _data(text) for path, text in told.items()})
    if bundle.digest != digest:
        raise ValueError(f"The files kept for the version {digest} are not its own.")
    return bundle


def first_mismatch(machine: Machine, folder: Path, kept: Kept, known: dict[str, Definitions]) -> Difference | None:
    """Run a kept journal again on the machine as it is now; `known` holds the versions opened so far."""

    def opened(digest: str) -> Definitions:
        if digest not in known:
            known[digest] = machine.compile(read_files(folder, digest))
        return known[digest]

    return history_difference(machine, kept.entries, opened)


def _line(entry: Entry) -> bytes:
    """An entry as it was hashed, and its hash."""
    fields: dict[str, Any] = json.loads(canonical(entry))
    return json.dumps({**fields, "hash": entry.hash}, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _read(path: Path) -> Kept:
    entries = tuple(_entry(line) for line in gzip.decompress(path.read_bytes()).splitlines())
    return Kept(path.name.removesuffix(_LINES), entries)


def _entry(line: bytes) -> Entry:
    fields: dict[str, Any] = json.loads(line)
    fields["case_id"], fields["policy_digest"] = fields.pop("case"), fields.pop("policy")
    moments = {name: datetime.fromisoformat(fields[name]) for name in ("done_at", "recorded_at")}
    return Entry(**{**fields, **moments})


def _text(data: bytes) -> object:
    """A file as JSON: its text, or its bytes in base 64 in a list."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return [base64.b64encode(data).decode()]


def _data(text: Any) -> bytes:
    return text.encode() if isinstance(text, str) else base64.b64decode(text[0])
