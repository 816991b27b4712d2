"""Lists summed up in one value: least, greatest, sum, mean, median, all, any ... (DMN 1.5, table 77)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel.arithmetic import add
from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, numbers, refuse, spread
from engine.feel.compare import every, less, some
from engine.feel.numbers import CTX
from engine.feel.values import DaysTime, YearsMonths


def _extreme(name: str, pick: Callable[[Any, Any], bool | None]) -> Callable[..., Any]:
    def function(run: Run, *args: Any) -> Any:
        found = spread(args)
        if not found:
            return refuse(run, name, None) if found is None else None
        run.charge(len(found) >> 3)
        best = found[0]
        for item in found:
            better = pick(item, best)
            if better is None:
                return run.warn(f"`{name}` compares values of different kinds: the result is null.")
            best = item if better else best
        return best

    return function


def _numeric(name: str, action: Callable[[list[Decimal]], Any], least: int = 1) -> Callable[..., Any]:
    """A function of numbers alone; a list shorter than `least` is null."""

    def function(run: Run, *args: Any) -> Any:
        found = spread(args)
        if found is None or not numbers(*found):
            return refuse(run, name, *args)
        run.charge(len(found) >> 3)
        if len(found) < least:
            return run.warn(f"`{name}` needs at least {least} number(s): the result is null.")
        try:
            return action(found)
        except DecimalException:
            return run.warn(f"`{name}` goes beyond what a number can hold: the result is null.")

    return function


def _total(items: list[Decimal]) -> Decimal:
    total = items[0]
    for item in items[1:]:
        total = CTX.add(total, item)
    return CTX.plus(total)


def _product(items: list[Decimal]) -> Decimal:
    product = Decimal(1)
    for item in items:
        product = CTX.multiply(product, item)
    return product


def _mean(items: list[Decimal]) -> Decimal:
    return CTX.divide(_total(items), Decimal(len(items)))


def _median(items: list[Decimal]) -> Decimal:
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CTX.divide(CTX.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _deviation(items: list[Decimal]) -> Decimal:
    mean = _mean(items)
    squares = [CTX.power(CTX.subtract(item, mean), 2) for item in items]
    return CTX.sqrt(CTX.divide(_total(squares), Decimal(len(items) - 1)))


def _mode(items: list[Decimal]) -> list[Decimal]:
    times: dict[Decimal, int] = {}
    for item in items:
        times[item] = times.get(item, 0) + 1
    most = max(times.values(), default=0)
    return sorted(item for item, n in times.items() if n == most)


_sum_numbers = _numeric("sum", _total)


def sum_(run: Run, *args: Any) -> Any:
    """The sum of numbers, or of durations of one kind."""
    found = spread(args)
    kinds = {type(item) for item in found or ()}
    if found and len(kinds) == 1 and kinds <= {YearsMonths, DaysTime}:
        total = found[0]
        for item in found[1:]:
            total = add(total, item, run)
        return total
    return _sum_numbers(run, *args)


def _logical(name: str, judge: Callable[[Any], bool | None]) -> Callable[..., Any]:
    def function(run: Run, *args: Any) -> Any:
        found = spread(args)
        if found is None:
            return refuse(run, name, *args)
        return judge(item if type(item) is bool else None for item in found)

    return function


def not_(run: Run, negand: Any) -> Any:
    """True for false, false for true."""
    return not negand if type(negand) is bool else refuse(run, "not", negand)


FUNCTIONS: Declared = {
    "min": ("list...", _extreme("min", lambda item, best: less(item, best))),
    "max": ("list...", _extreme("max", lambda item, best: less(best, item))),
    "sum": ("list...", sum_),
    "product": ("list...", _numeric("product", _product)),
    "mean": ("list...", _numeric("mean", _mean)),
    "median": ("list...", _numeric("median", _median)),
    "stddev": ("list...", _numeric("stddev", _deviation, least=2)),
    "mode": ("list...", _numeric("mode", _mode, least=0)),
    "all": ("list...", _logical("all", every)),
    "any": ("list...", _logical("any", some)),
    "not": ("negand", not_),
}
