"""How a built-in function is declared: its parameters as the standard writes them, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.types import name_of
from engine.feel.values import Function

Declared = dict[str, tuple[str, Callable[..., Any]]]


def scalar(call: Callable[..., Any]) -> Callable[..., Any]:
    """The function of single values, taking a list of one for its item (DMN 1.5, 10.3.2.9.4)."""

    def unwrapped(run: Run, *args: Any) -> Any:
        run.charge(sum(len(arg) >> 8 for arg in args if type(arg) is str))
        return call(run, *(arg[0] if type(arg) is list and len(arg) == 1 else arg for arg in args))

    return unwrapped


def define(name: str, declaration: str, call: Callable[..., Any]) -> Function:
    """A built-in from `string, length?` or `from | year, month, day` or `list...`; `key!` is never a list."""
    forms = [[p.strip() for p in form.split(",") if p.strip()] for form in declaration.split("|")]
    required = min(sum(not p.endswith(("?",)) for p in form) for form in forms)
    variadic = any(p.endswith("...") for form in forms for p in form)
    signatures = tuple(tuple(p.rstrip("?.!") for p in form) for form in forms)
    singles = frozenset(p.rstrip("!") for form in forms for p in form if p.endswith("!"))
    longest = max(signatures, key=len)
    return Function(name, longest, call, required=required, variadic=variadic, signatures=signatures, singles=singles)


def refuse(run: Run, name: str, *values: Any) -> Any:
    """Null, with the kinds of the values that the function does not take."""
    kinds = " and ".join(f"a {name_of(value)}" for value in values)
    return run.warn(f"`{name}` does not take {kinds}: the result is null.")


def texts(*values: Any) -> bool:
    """Whether all are texts."""
    return all(type(value) is str for value in values)


def numbers(*values: Any) -> bool:
    """Whether all are numbers."""
    return all(type(value) is Decimal for value in values)


def as_list(value: Any) -> list[Any] | None:
    """A list as it is, null as none, any other value as a list of one."""
    return value if type(value) is list else None if value is None else [value]


def spread(args: tuple[Any, ...]) -> list[Any] | None:
    """The values of a function that takes either one list or several values."""
    return as_list(args[0]) if len(args) == 1 else list(args)
