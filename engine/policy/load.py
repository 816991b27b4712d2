"""A guidance pack in a folder becomes a bundle."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from engine.model.bundle import Bundle
from engine.model.errors import Fault, PolicyRejected

#: Folder of the pack -> the endings of the files that belong to a version.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "processes": (".bpmn", ".dmn", ".md", ".toml", ".json", ".yaml"),
        "forms": (".form",),
        "handlers/letters": (".md", ".typ"),
        "handlers/notifications": (".md",),
    }
)
#: Cases for showing the product, and what a simulation draws from, are not part of the policy.
LEFT_OUT = frozenset({"processes/demo", "processes/simulation"})
MAX_FILES = 2_000
MAX_BYTES = 20_000_000


def read_folder(home: Path) -> Bundle:
    """The pack below a folder; links are not followed.

    Raises PolicyRejected when there is none, or when it is beyond all measure.
    """
    found: dict[str, bytes] = {}
    total = 0
    for path in _files(home):
        total += path.stat().st_size
        if total > MAX_BYTES or len(found) >= MAX_FILES:
            raise PolicyRejected([Fault(str(home.name), "", "The pack is larger than 20 MB or has over 2,000 files.")])
        found[path.relative_to(home).as_posix()] = path.read_bytes()
    if not found:
        raise PolicyRejected([Fault(str(home.name), "", "There is no guidance pack in this folder.")])
    return Bundle(found)


def _files(home: Path) -> Iterator[Path]:
    for part, endings in PARTS.items():
        for folder, folders, names in os.walk(home / part, followlinks=False):
            folders[:] = sorted(f for f in folders if f"{part}/{f}" not in LEFT_OUT and not f.startswith("."))
            for name in sorted(names):
                path = Path(folder) / name
                if name.endswith(endings) and not path.is_symlink() and path.is_file():
                    yield path
