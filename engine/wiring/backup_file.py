"""The one file of a backup: a zip with a file of JSON lines for each table, and a list of contents with digests."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from engine.store.dump import Shape
from engine.store.emptied import CannotRestore

#: The form of the file; a release reads its own and those before it.
FORMAT = 1
_CONTENTS = "contents.json"
#: How many bytes are digested at once; how many lines are handed over at once, and of how many bytes together.
_PORTION, LINES, _MOST_AT_ONCE = 1 << 20, 500, 8 << 20
_NOT_ONE = "{} is not a backup of this product, or not a whole one: {}."


@dataclass(frozen=True)
class Part:
    """One table in the file."""

    shape: Shape
    rows: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What the file says of itself; `revision` is the last migration of its tables, `made_at` UTC in ISO 8601."""

    made_at: str
    kind: str
    revision: str
    parts: tuple[Part, ...] = ()
    format: int = FORMAT
    product: str = "alongside"

    def rows(self, table: str) -> int:
        """How many rows of a table there are."""
        return next((part.rows for part in self.parts if part.shape.name == table), 0)


@dataclass
class BackupWriter:
    """A file in the making: tables one after the other, then `close`."""

    file: zipfile.ZipFile
    parts: list[Part] = field(default_factory=list)

    def write(self, shape: Shape, rows: Iterator[list[object]]) -> Iterator[int]:
        """Write a table; gives how many rows each portion had."""
        digest, total, encoder = hashlib.sha256(), 0, msgspec.json.Encoder()
        with self.file.open(_name(shape.name), "w", force_zip64=True) as member:
            for row in rows:
                line = encoder.encode(row) + b"\n"
                digest.update(line)
                member.write(line)
                total += 1
                if total % LINES == 0:
                    yield LINES
        if total % LINES:
            yield total % LINES
        self.parts.append(Part(shape, total, digest.hexdigest()))

    def close(self, contents: Contents) -> None:
        """Write what there is, last of all: a file without it is not whole."""
        self.file.writestr(_CONTENTS, json.dumps(asdict(contents), indent=1))


@contextmanager
def writing(path: Path) -> Iterator[BackupWriter]:
    """A file beside the path, for its owner only, that takes the path's name when it is whole and on the disk."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
                yield BackupWriter(file)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(path)
        _sync_folder(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def contents_of(path: Path) -> Contents:
    """What a file says of itself. Raises CannotRestore."""
    with _opened(path) as file:
        try:
            said: Mapping[str, Any] = json.loads(file.read(_CONTENTS))
            if said["product"] != "alongside" or said["format"] > FORMAT:
                raise CannotRestore(_NOT_ONE.format(path, "it is of another product or a later release"))
            return msgspec.convert(said, Contents)
        except (KeyError, ValueError, msgspec.ValidationError) as error:
            raise CannotRestore(_NOT_ONE.format(path, f"its list of contents cannot be read ({error})")) from error


def check(path: Path, contents: Contents) -> Iterator[int]:
    """Read the whole file again and compare digests and counts; gives the rows of each part. Raises CannotRestore."""
    with _opened(path) as file:
        for part in contents.parts:
            digest, lines = hashlib.sha256(), 0
            with _member(file, part, path) as member:
                while portion := _read(member, part, path):
                    digest.update(portion)
                    lines += portion.count(b"\n")
            if (digest.hexdigest(), lines) != (part.sha256, part.rows):
                raise CannotRestore(_NOT_ONE.format(path, f"{part.shape.name} is not as it was written"))
            yield lines


def rows(path: Path, part: Part) -> Iterator[Sequence[Sequence[object]]]:
    """The rows of a table, in portions: so many, or fewer where they are large."""
    with _opened(path) as file, _member(file, part, path) as member:
        portion: list[list[Any]] = []
        size = 0
        for line in member:
            portion.append(msgspec.json.decode(line, type=list[Any]))
            size += len(line)
            if len(portion) == LINES or size >= _MOST_AT_ONCE:
                yield portion
                portion, size = [], 0
        if portion:
            yield portion


def digest_of(path: Path) -> str:
    """SHA-256 of the whole file, in hex: what names this backup."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotRestore(_NOT_ONE.format(path, str(error).rstrip("."))) from error


def _member(file: zipfile.ZipFile, part: Part, path: Path) -> IO[bytes]:
    try:
        return file.open(_name(part.shape.name))
    except KeyError as error:
        raise CannotRestore(_NOT_ONE.format(path, f"{part.shape.name} is missing")) from error


def _read(member: IO[bytes], part: Part, path: Path) -> bytes:
    try:
        return member.read(_PORTION)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CannotRestore(_NOT_ONE.format(path, f"{part.shape.name} is damaged")) from error


def _name(table: str) -> str:
    return f"tables/{table}.jsonl"


def _sync_folder(folder: Path) -> None:
    """So that the name, too, is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
