"""What a command tells: one object for a machine, lines for a person, a bar while it takes long."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Item = TypeVar("Item")
_WIDTH = 30


class CannotDo(Exception):
    """A command that cannot be done as it was asked; the text says why."""


@dataclass(frozen=True)
class Report:
    """`holds` decides the exit code, `data` is the JSON object, `lines` the same for a person."""

    holds: bool
    data: Mapping[str, Any]
    lines: Sequence[str] = field(default_factory=tuple)


def show(report: Report, *, as_json: bool) -> None:
    """Print a report to standard output."""
    if as_json:
        print(json.dumps(report.data, default=plain, ensure_ascii=False, indent=2))
    else:
        for line in report.lines:
            print(line)


def plain(value: Any) -> Any:
    """Our own values as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def with_bar(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """The items one by one, with a bar on a terminal's standard error; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield from items
        return
    count = total if total is not None else len(items) if isinstance(items, Sequence) else 0
    for done, item in enumerate(items):
        _draw(what, done, count)
        yield item
    print("\r\033[K", end="", file=sys.stderr, flush=True)


def _draw(what: str, done: int, count: int) -> None:
    """One line, drawn over itself."""
    filled = _WIDTH * done // count if count else 0
    bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{count}" if count else str(done)
    print(f"\r\033[K{what} {bar}", end="", file=sys.stderr, flush=True)
