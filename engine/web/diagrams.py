"""Which diagrams belong to a case, and where in them it is now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine import queries
from engine.model.outcome import Token
from engine.web.shell import shell

#: Positions that only hold others: they are marked in the drawing and left out of the words.
_HOLDERS = ("call", "subprocess")
_PROCESS = re.compile(rb'<(?:\w+:)?process\b[^>]*?\bid="([^"]+)"')
_NAME = re.compile(rb'<(?:\w+:)?process\b[^>]*?\bname="([^"]*)"')
_TASK = re.compile(rb'<(?:\w+:)?userTask\b[^>]*?\bid="([^"]+)"[^>]*?\bname="([^"]*)"')
_NAMED = re.compile(rb'<(?:\w+:)?\w+\b[^>]*?\bid="([^"]+)"[^>]*?\bname="([^"]*)"')


@dataclass(frozen=True)
class Drawing:
    """One diagram of a version: its process, its name, its path in the bundle, the names of its elements and tasks."""

    process_id: str
    name: str
    path: str
    elements: Mapping[str, str]
    tasks: Mapping[str, str]


@dataclass(frozen=True)
class Diagram:
    """A diagram with the elements where a case is now, and in words the places where something waits."""

    process_id: str
    name: str
    path: str
    open: tuple[str, ...]
    places: tuple[str, ...]


@lru_cache(maxsize=8)
def drawings(digest: str) -> Mapping[str, Drawing]:
    """Process id -> diagram of a version; read once, since a digest names its content for ever."""
    files = queries.policy_files(shell().uow, digest=digest).files
    found = (drawing(path, data) for path, data in files.items() if path.endswith(".bpmn"))
    return {each.process_id: each for each in found if each is not None}


def drawing(path: str, data: bytes) -> Drawing | None:
    """A diagram's process and the names in it; the gate has read the file properly before it was published."""
    process = _PROCESS.search(data)
    if process is None:
        return None
    name = _NAME.search(data)
    title = text(name[1]) if name else process[1].decode()
    return Drawing(process[1].decode(), title, path, _names(_NAMED, data), _names(_TASK, data))


def _names(pattern: re.Pattern[bytes], data: bytes) -> Mapping[str, str]:
    """Id -> name of what the pattern finds."""
    return {found[1].decode(): text(found[2]) for found in pattern.finditer(data)}


def text(data: bytes) -> str:
    """An XML attribute's value as text on one line."""
    words = data.decode()
    for entity, sign in (("&#10;", " "), ("&#xA;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return " ".join(words.split())


def diagrams_of(digest: str, tokens: Iterable[Token]) -> tuple[Diagram, ...]:
    """The diagrams in which the case is now; those where something waits before those that only called another."""
    where: dict[str, list[Token]] = {}
    for token in tokens:
        where.setdefault(token.process_id, []).append(token)
    known = drawings(digest)
    found = [_diagram(known[process], at) for process, at in where.items() if process in known]
    return tuple(
        sorted(found, key=lambda each: -max(t.where.count("/") + bool(t.where) for t in where[each.process_id]))
    )


def _diagram(drawn: Drawing, tokens: list[Token]) -> Diagram:
    """One diagram with the places of these tokens."""
    ids = tuple(dict.fromkeys(token.element_id for token in tokens))
    waiting = dict.fromkeys(token.element_id for token in tokens if token.kind not in _HOLDERS)
    places = tuple(drawn.elements.get(each) or each for each in waiting)
    return Diagram(drawn.process_id, drawn.name, drawn.path, ids, places)
