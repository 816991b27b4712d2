"""A guidance pack as files and zips: what comes from a desktop is read without trusting any of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from engine.model.bundle import Bundle
from engine.model.policy_draft import MAX_FILE_BYTES, DraftRefused, must_be_a_path
from engine.policy.element_templates import desktop_files

MAX_FILES = 2_000
MAX_TOTAL = 20_000_000
_PARTS = ("processes", "forms", "handlers")
_FOLDERS = {".bpmn": "processes", ".dmn": "processes", ".form": "forms"}
#: What desktops leave in folders, and what the modeller keeps for itself: not part of a pack.
_IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpacked(files: Iterable[tuple[str, bytes]], known: Collection[str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Path in the pack -> content of what was sent, zips opened; and the names that were left alone.

    Raises DraftRefused for what no pack holds, for two files of one name, and for sizes beyond all measure.
    """
    found: dict[str, bytes] = {}
    ignored: list[str] = []
    for name, content in _opened(files):
        if _is_ignored(name):
            ignored.append(name)
            continue
        path = place(name, known)
        if path in found and found[path] != content:
            raise DraftRefused(f"Two different files are to become {path}. Send one of them.")
        found[path] = content
        if len(found) > MAX_FILES or sum(map(len, found.values())) > MAX_TOTAL:
            raise DraftRefused("More than 2,000 files or 20 MB at once are not taken.")
    if not found:
        raise DraftRefused("There is nothing in it that belongs to a guidance pack.")
    return found, tuple(ignored)


def _opened(files: Iterable[tuple[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    for name, content in files:
        if name.lower().endswith(".zip"):
            yield from _zipped(content)
        else:
            yield name, content


def _zipped(content: bytes) -> Iterable[tuple[str, bytes]]:
    """The files of a zip; what they say of their sizes is not believed: no more is read than is taken."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            if len(entries) > MAX_FILES:
                raise DraftRefused("The zip holds more than 2,000 files.")
            for entry in entries:
                if entry.flag_bits & 1:
                    raise DraftRefused("The zip is locked by a password.")
                with archive.open(entry) as file:
                    data = file.read(MAX_FILE_BYTES + 1)
                total += len(data)
                if len(data) > MAX_FILE_BYTES or total > MAX_TOTAL:
                    raise DraftRefused(
                        f"{entry.filename[:100]} in the zip is larger than 1 MB, or all are beyond 20 MB."
                    )
                yield entry.filename, data
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, RuntimeError) as problem:
        raise DraftRefused("The zip cannot be read.") from problem


def _is_ignored(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part in _IGNORED or (part.startswith(".") and part not in (".", "..")) for part in parts)


def place(name: str, known: Collection[str]) -> str:
    """Where a file belongs in the pack: by its folders, by a file of that name, or by its ending.

    Raises DraftRefused for one that belongs nowhere, or that tries to leave the pack.
    """
    parts = name.split("/")
    if "\\" in name or name.startswith("/") or ".." in parts or any(ord(sign) < 32 for sign in name) or ":" in name:
        raise DraftRefused(f"“{name[:200]}” is not a name that a pack's file may have.")
    inside = next((number for number, part in enumerate(parts[:-1]) if part in _PARTS), None)
    path = "/".join(parts[inside:]) if inside is not None else _by_name(parts[-1], known)
    must_be_a_path(path)
    return path


def _by_name(name: str, known: Collection[str]) -> str:
    there = [path for path in known if PurePosixPath(path).name == name]
    if len(there) == 1:
        return there[0]
    folder = _FOLDERS.get(PurePosixPath(name).suffix)
    if folder is None:
        raise DraftRefused(f"“{name[:200]}” is no diagram, table or form, and the pack has no file of that name.")
    return f"{folder}/{name}"


def packed(bundle: Bundle) -> bytes:
    """The pack as a zip that a desktop modeller opens as a folder, element templates where it looks for them."""
    out = io.BytesIO()
    files: Mapping[str, bytes] = {**bundle.files, **desktop_files(bundle)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"guidance/{path}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
