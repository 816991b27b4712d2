"""The faults and attacks of a folder: its `index.json`, and the files that each case injects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NoCases(Exception):
    """The folder is none of hostile cases; the text says why."""


@dataclass(frozen=True)
class HostileCase:
    """One fault or attack: what it is, how it is injected, and all that must hold for it to count as survived.

    `family` is the id's first part, such as `RCE`; `count` says in words how many instances a full run makes.
    """

    id: str
    family: str
    what: str
    inject: str
    required: str
    count: str
    files: tuple[Path, ...]
    folder: Path

    def text(self, number: int = 0, *, replaced: Mapping[str, str] | None = None) -> bytes:
        """One of its files, with marks such as `@@CANARY@@` replaced."""
        content = self.files[number].read_bytes()
        for mark, value in (replaced or {}).items():
            content = content.replace(mark.encode(), value.encode())
        return content


def read_cases(folder: Path) -> tuple[HostileCase, ...]:
    """Every case of the folder's `index.json`, in its order. Raises NoCases."""
    index = folder / "index.json"
    try:
        rows = json.loads(index.read_text(encoding="utf-8"))
        return tuple(_case(row, folder.resolve()) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise NoCases(f"{index} cannot be read as a list of hostile cases: {problem}.") from problem


def _case(row: Mapping[str, Any], folder: Path) -> HostileCase:
    return HostileCase(
        id=row["id"],
        family=row["id"].partition("-")[0],
        what=row["what"],
        inject=row["inject"],
        required=row["required"],
        count=str(row.get("count", "1")),
        files=tuple(folder / name for name in row.get("files", ())),
        folder=folder,
    )


def chosen(
    cases: tuple[HostileCase, ...], *, families: tuple[str, ...] = (), ids: tuple[str, ...] = ()
) -> tuple[HostileCase, ...]:
    """Those of the named families or ids; all when none is named. Raises NoCases for a name that none has."""
    wanted = {name.upper() for name in (*families, *ids)}
    strangers = wanted - {case.family for case in cases} - {case.id for case in cases}
    if strangers:
        raise NoCases(f"There is no family or case {', '.join(sorted(strangers))} among them.")
    return tuple(case for case in cases if not wanted or {case.family, case.id} & wanted)
