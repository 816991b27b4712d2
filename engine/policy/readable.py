"""Whether a file of a pack can be read at all, however wrong what it says may be: only such a file enters a draft."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from engine import yaml12
from engine.bpmn.gate.source import Unreadable, read_xml
from engine.model.errors import Fault

#: The root element of a diagram and of a table.
_ROOTS: Mapping[str, str] = {
    ".bpmn": "{http://www.omg.org/spec/BPMN/20100524/MODEL}definitions",
    ".dmn": "{https://www.omg.org/spec/DMN/20191111/MODEL/}definitions",
}


def unreadable(path: str, source: bytes) -> list[Fault]:
    """Why the file cannot be read, told apart by its name's ending; empty when it can. Never raises."""
    ending = PurePosixPath(path).suffix
    try:
        if ending in _ROOTS:
            return _xml(path, source, _ROOTS[ending])
        said = source.decode("utf-8")
        _READERS.get(ending, _plain)(said)
    except UnicodeDecodeError:
        return [Fault(path, "", "The file is not UTF-8 text: save it as UTF-8.")]
    except Exception as error:  # whatever a reader says of a file is a reason to refuse it, never to fall over
        return [Fault(path, "", f"The file cannot be read: {' '.join(str(error).split())[:300]}.")]
    return []


def _xml(path: str, source: bytes, root: str) -> list[Fault]:
    try:
        found = read_xml(source)
    except Unreadable as problem:
        return [Fault(path, "", str(problem), problem.line)]
    if found.tag != root:
        kind = "BPMN diagram" if path.endswith(".bpmn") else "DMN table of version 1.3 or later"
        return [Fault(path, "", f"The file is not a {kind}.")]
    return []


def _form(said: str) -> None:
    schema = json.loads(said)
    if (
        not isinstance(schema, dict)
        or schema.get("type") != "default"
        or not isinstance(schema.get("components"), list)
    ):
        raise ValueError("it is no form: “type” must be “default”, and “components” a list")


def _plain(said: str) -> None:
    if "\x00" in said:
        raise ValueError("it holds characters that no text has")


_READERS: Mapping[str, Callable[[str], object]] = {
    ".form": _form,
    ".json": json.loads,
    ".toml": tomllib.loads,
    ".yaml": yaml12.load,
}
