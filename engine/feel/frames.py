"""Where names live while an expression runs: frames of variables, each inside another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.budget import Run

Closure = Callable[["Frame"], Any]
MISSING: Any = object()


class Frame:
    """Some variables, the frame around them, and the run they belong to."""

    __slots__ = ("parent", "run", "vars")

    def __init__(self, variables: dict[str, Any], parent: Frame | None, run: Run) -> None:
        self.vars = variables
        self.parent = parent
        self.run = run


def find(frame: Frame | None, name: str) -> Any:
    """The value of the nearest variable of that name, or MISSING."""
    while frame is not None:
        value = frame.vars.get(name, MISSING)
        if value is not MISSING:
            return value
        frame = frame.parent
    return MISSING
