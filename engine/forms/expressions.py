"""FEEL in forms: compiled when the form is read, evaluated without ever failing a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from engine.feel import Budget, Expression, FeelError, FeelSyntaxError, parse_expression
from engine.feel.expression import ALWAYS
from engine.feel.names import did_you_mean, free_names, reaches_outside

#: What may be called: the functions of the standard, working days, and the due dates of the pack.
FUNCTIONS = frozenset({*ALWAYS, "deadline"})

#: What one expression of a form may cost: a page has many, and somebody waits for it.
SMALL = Budget(steps=20_000, string=100_000, items=10_000, range_length=10_000, regex_seconds=0.1)


class Layered(Mapping[str, object]):
    """Names of one mapping before those of another, neither copied: a case has hundreds, an expression reads three."""

    __slots__ = ("_over", "_under")

    def __init__(self, over: Mapping[str, object], under: Mapping[str, object]) -> None:
        self._over, self._under = over, under

    def __getitem__(self, name: str) -> object:
        """Raises KeyError when neither has the name."""
        return self._over[name] if name in self._over else self._under[name]

    def __contains__(self, name: object) -> bool:
        return name in self._over or name in self._under

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._under), **dict.fromkeys(self._over)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class World(Struct, frozen=True):
    """What an expression can see: the case's variables, the time, and the pack's own functions."""

    context: Mapping[str, object]
    now: datetime
    functions: Mapping[str, Callable[..., object]] | None = None

    def value(self, expression: Expression, over: Mapping[str, object]) -> object:
        """The value of an expression over the answers and the case's variables; None when it cannot be had."""
        try:
            context = Layered(over, self.context) if over else self.context
            return expression.evaluate(context, functions=self.functions, now=self.now, budget=SMALL)
        except FeelError:
            return None


def compile_feel(text: object) -> Expression:
    """Compile "=..." text; raises ValueError with a sentence."""
    if not isinstance(text, str) or not text.strip().startswith("="):
        raise ValueError("must be FEEL beginning with “=”.")
    try:
        expression = parse_expression(text.strip()[1:])
    except FeelSyntaxError as error:
        raise ValueError(f"is not FEEL: {error.sentence}") from None
    if reaches_outside(expression.tree):
        raise ValueError("defines an external function: nothing but FEEL is ever run.")
    for name, where in free_names(expression.tree):
        if where == "call" and name.name not in FUNCTIONS:
            raise ValueError(
                f"calls `{name.name[:60]}`, which is not a function{did_you_mean(name.name, FUNCTIONS) or '.'}"
            )
    return expression
