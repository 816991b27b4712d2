"""Whether a file from outside may enter a draft: it must pass the gate, while what is drawn here may be half done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from engine.model.errors import Fault
from engine.policy.lint import lint_file
from engine.policy.readable import unreadable

#: Files that the machine runs, or that it asks people.
_RUN = frozenset({".bpmn", ".dmn", ".form"})


def entering(held: Mapping[str, bytes]) -> Callable[[str, bytes], list[Fault]]:
    """Judges a file (path, content) by itself, given what the draft holds: empty when it may enter.

    One that is as the draft has it changes nothing and passes. What diagrams, tables and forms refer to in each other
    is left to the checks of the whole.
    """

    def faults(path: str, content: bytes) -> list[Fault]:
        if held.get(path) == content:
            return []
        return unreadable(path, content) or _gate(path, content)

    return faults


def _gate(path: str, content: bytes) -> list[Fault]:
    if PurePosixPath(path).suffix not in _RUN:
        return []
    return [replace(fault, path=path) for fault in lint_file(path, content)]
