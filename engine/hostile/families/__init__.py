"""The families of attacks, each in a module of its own: what is tried for each case, and the family's control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.hostile.arena import Arena
    from engine.hostile.case import HostileCase
    from engine.hostile.verdict import Control, Verdict

    Trial = Callable[[Arena, HostileCase], Verdict]


@dataclass(frozen=True)
class Family:
    """Case id -> how it is tried, and the same attack on the unprotected part, given a scratch folder.

    `otherwise` tries a case of the family whose id nobody has met yet, where all of the family are tried alike.
    """

    trials: Mapping[str, Trial]
    control: Callable[[Path], Control]
    otherwise: Trial | None = None


class NotThere(Exception):
    """The family's module is not part of this installation; the text names it."""


#: Family -> where it is, `module:NAME` below this package. Imported when it is first asked for.
FAMILIES: Mapping[str, str] = {
    "RCE": "uploads:RCE",
    "XML": "uploads:XML",
    "HANG": "uploads:HANG",
    "FORM": "uploads:FORM",
    "TIME": "timers:TIME",
    "DATA": "answers:DATA",
    "AUTH": "access:AUTH",
    "RACE": "races:RACE",
    "LIFE": "life:LIFE",
    "STATE": "states:STATE",
    "CRASH": "crashes:CRASH",
    "AUD": "tampering:AUD",
}


def load(name: str) -> Family:
    """The family of that name. Raises NotThere."""
    where = FAMILIES.get(name)
    if where is None:
        raise NotThere(f"nobody has written the family {name}")
    module, _, attribute = where.partition(":")
    try:
        found = getattr(import_module(f"{__name__}.{module}"), attribute, None)
    except ModuleNotFoundError as problem:
        raise NotThere(f"the module {problem.name} is not there") from problem
    if not isinstance(found, Family):
        raise NotThere(f"the module {module} holds no family {attribute}")
    return found
