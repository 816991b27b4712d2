"""A value in a diagram: FEEL when its text begins with "=", else the text itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel import Expression, parse_expression


@dataclass(frozen=True)
class Formula:
    """The text as written, and the compiled expression; `expression` is None when the text is a literal."""

    text: str
    expression: Expression | None = field(default=None, repr=False, compare=False)


def formula(text: str) -> Formula:
    """Read an attribute that may hold FEEL; raises FeelSyntaxError."""
    stripped = text.strip()
    if not stripped.startswith("="):
        return Formula(stripped)
    return Formula(stripped, parse_expression(stripped[1:]))


def names_of(value: Formula) -> frozenset[str]:
    """The variables that the expression reads; none for a literal."""
    return frozenset(value.expression.names) if value.expression is not None else frozenset()
