"""Which names a question may store its answer under."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)
_RESERVED = frozenset({"case_id", "now"})
#: What every page sends for itself beside the answers: a question of such a name could never be answered.
_PAGE = frozenset({"csrf_token", "key", "seen_version", "do", "act_as"})
_CONTEXT = frozenset({"value", "this", "parent", "item"})
_FEEL = frozenset(
    [
        "and",
        "between",
        "else",
        "every",
        "external",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "not",
        "null",
        "of",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    ]
)


def name_fault(name: object) -> str:
    """Why this may not be the name of a variable, as a sentence; "" when it may."""
    if not isinstance(name, str) or not name:
        return "It needs a key: the name under which the answer is stored."
    if name in _RESERVED or name in _PAGE or name.startswith("_"):
        return f"Its key “{name[:80]}” is reserved: choose another name."
    if len(name) > 80:
        return "Its key is longer than 80 characters."
    if name in _FEEL or name in _CONTEXT:
        return f"Its key “{name}” is a word of FEEL or of forms: choose another name."
    if not _NAME.match(name):
        return f"Its key “{name}” must be a letter followed by letters, digits or underscores."
    return ""
