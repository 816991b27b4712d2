"""Play many cases."""

from __future__ import annotations

from typing import Any


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommands: `verb(verbs, name, "module:function", text, report=True)` makes one."""
