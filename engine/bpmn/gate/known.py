"""What a diagram may refer to outside itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Known:
    """Ids that exist in the pack, by kind; None means that the kind is not checked.

    `functions` are FEEL functions that the pack's expressions may call besides those of the standard.
    """

    processes: frozenset[str] | None = None
    decisions: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    letters: frozenset[str] | None = None
    jobs: frozenset[str] | None = None
    messages: frozenset[str] | None = None
    guidance: frozenset[str] | None = None
    functions: frozenset[str] = field(default_factory=lambda: frozenset({"deadline"}))
