"""FEEL in diagrams: compiled, its functions known, and tried out where it depends on nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from engine.bpmn.gate.known import Known
from engine.feel import Budget, Expression, FeelBudgetExceeded, FeelSyntaxError, parse_expression
from engine.feel.expression import ALWAYS
from engine.feel.names import did_you_mean, free_names, reaches_outside

#: What a constant expression may cost when it is tried out here.
SMALL = Budget(steps=2_000, string=100_000, items=5_000, range_length=10_000, regex_seconds=0.05)
#: How many constant expressions of one file are tried out.
MOST_TRIED = 50
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)
MAX_LENGTH = 10_000


class NotFeel(Exception):
    """Text that is not an expression of this dialect; its text ends a sentence."""


def compile_text(text: str, known: Known) -> Expression:
    """Compile "=..." text; raises NotFeel."""
    stripped = text.strip()
    if not stripped.startswith("="):
        raise NotFeel(f"is not FEEL: an expression begins with “=” (“{stripped[:60]}”).")
    if len(stripped) > MAX_LENGTH:
        raise NotFeel(f"is longer than {MAX_LENGTH:,} characters.")
    try:
        expression = parse_expression(stripped[1:])
    except FeelSyntaxError as error:
        raise NotFeel(f"is not FEEL (“{stripped[:60]}”): {error.sentence}") from None
    _check_functions(expression, known)
    return expression


def _check_functions(expression: Expression, known: Known) -> None:
    if reaches_outside(expression.tree):
        raise NotFeel("defines an external function: nothing but FEEL is ever run.")
    functions = {*ALWAYS, *known.functions}
    for name, where in free_names(expression.tree):
        if where == "call" and name.name not in functions:
            close = did_you_mean(name.name, functions)
            raise NotFeel(f"calls `{name.name[:60]}`, which is not a function{close or '.'}")
        if name.name.startswith("__"):
            raise NotFeel(f"uses `{name.name[:60]}`, which is not a name of this dialect.")


def is_constant(expression: Expression) -> bool:
    """Whether its value depends on nothing outside it."""
    return not any(name.name not in ALWAYS for name, _ in free_names(expression.tree))


def constant_value(expression: Expression) -> object:
    """The value of a constant expression, on an ordinary day; raises NotFeel when it costs too much."""
    try:
        return expression.evaluate({}, now=_SOME_DAY, budget=SMALL)
    except FeelBudgetExceeded as error:
        raise NotFeel(f"costs more than any expression may: {error.sentence}") from None


def name_problem(name: str) -> str:
    """Why this may not be a variable that a diagram writes, ending a sentence; "" when it may."""
    if not _NAME.match(name):
        return f"“{name[:60]}” is not a name for a variable: a letter, then letters, digits or underscores."
    if name in ("case_id", "now"):
        return f"“{name}” is reserved and cannot be written."
    return ""
