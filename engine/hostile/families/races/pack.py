"""The diagrams and forms that races are run on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.hostile import packs
from engine.model.bundle import Bundle


@lru_cache(maxsize=1)
def forms() -> Mapping[str, bytes]:
    """The forms of this family."""
    return packs.models("races", ".form")


def pack(name: str) -> Bundle:
    """One of this family's diagrams as a pack."""
    return packs.bundle({name: packs.model("races", f"{name}.bpmn")}, forms=forms())
