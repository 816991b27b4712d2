"""Calling functions: those of the standard, of the text, and those the host lends."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from engine.feel.budget import Run
from engine.feel.convert import to_feel, to_native
from engine.feel.errors import FeelBudgetExceeded, FeelError
from engine.feel.types import coerce, weigh
from engine.feel.values import Function


def invoke(function: Any, args: list[Any], run: Run) -> Any:
    """Call with positional values; anything that does not fit is null with a warning."""
    if type(function) is not Function:
        return run.warn("What is called here is not a function: the result is null.")
    least = function.required if function.required >= 0 else len(function.params)
    if len(args) < least or (len(args) > len(function.params) and not function.variadic):
        return run.warn(f"`{function.name}` takes {_taken(function, least)}, and is given {len(args)}: it is null.")
    if function.types and not _coerced(function, args, run):
        return None
    run.enter()
    try:
        result = function.call(run, *args)
    finally:
        run.leave()
    if function.result_type is None:
        return result
    fits, result = coerce(result, function.result_type)
    return result if fits else run.warn(f"The result of `{function.name}` is not of its type: it is null.")


def _taken(function: Function, least: int) -> str:
    """How many values a function takes."""
    most = len(function.params)
    if function.variadic:
        return f"{least} or more values"
    if least == most:
        return "1 value" if most == 1 else f"{most or 'no'} values"
    return f"{least} {'or' if most == least + 1 else 'to'} {most} values"


def _coerced(function: Function, args: list[Any], run: Run) -> bool:
    for index, kind in enumerate(function.types[: len(args)]):
        weigh(args[index], run)
        fits, args[index] = coerce(args[index], kind)
        if not fits:
            run.warn(f"`{function.params[index]}` of `{function.name}` is not of its type: the result is null.")
            return False
    return True


def invoke_named(function: Any, names: tuple[str, ...], args: list[Any], run: Run) -> Any:
    """Call with named values; a name the function does not have is null with a warning."""
    if type(function) is not Function:
        return run.warn("What is called here is not a function: the result is null.")
    given = dict(zip(names, args, strict=True))
    for name in function.singles & given.keys():
        if type(given[name]) is list:
            return run.warn(f"`{name}` of `{function.name}` is one value, not a list: the result is null.")
    for signature in function.signatures or (function.params,):
        if len(given) == len(names) and given.keys() <= set(signature):
            last = max((i for i, name in enumerate(signature) if name in given), default=-1)
            least = function.required if function.required >= 0 else len(signature)
            size = max(last + 1, min(least, len(signature)))
            return _named(function, [given.get(name) for name in signature[:size]], run)
    return run.warn(f"`{function.name}` has no such parameters as {', '.join(names)}: the result is null.")


def _named(function: Function, args: list[Any], run: Run) -> Any:
    if function.variadic and len(args) == 1 and type(args[0]) is not list:
        args = [[args[0]]]
    return invoke(function, args, run)


def host_function(name: str, call: Callable[..., object]) -> Function:
    """A function the host lends, taking and giving native values."""

    def run_it(run: Run, *args: Any) -> Any:
        try:
            return to_feel(call(*(to_native(arg) for arg in args)))
        except FeelBudgetExceeded:
            raise
        except FeelError as error:
            return run.warn(f"`{name}`: {error} The result is null.")

    try:
        params = list(inspect.signature(call).parameters.values())
    except (TypeError, ValueError):
        return Function(name, (), run_it, required=0, variadic=True)
    plain = [p for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = sum(1 for p in plain if p.default is p.empty)
    variadic = any(p.kind is p.VAR_POSITIONAL for p in params)
    names = tuple(p.name.replace("_", " ").strip() for p in plain)
    return Function(name, names, run_it, required=needed, variadic=variadic)
