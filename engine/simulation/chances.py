"""Chance that can be had again: a stream for each purpose, named by what it is for, and a few ways to draw from it.

Only `random()` of Python's generator is used, whose numbers do not change between releases.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from statistics import NormalDist
from typing import TypeVar

from engine.model.case import ALPHABET

Item = TypeVar("Item")
Chance = random.Random
_NORMAL = NormalDist()
_NINETY = _NORMAL.inv_cdf(0.9)
_REFERENCES = len(ALPHABET) ** 8
#: Has no divisor in common with the number of references, so that every number gets a reference of its own.
_STRIDE = 387_420_489_017


def stream(seed: int, *purpose: object) -> Chance:
    """A generator that depends on the seed and the purpose alone, not on what else was drawn before."""
    text = "/".join(map(str, (seed, *purpose)))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16]))  # noqa: S311 - no secret


def case_reference(seed: int, number: int) -> str:
    """The reference of the life of that number; no two numbers of a seed share one."""
    start = int.from_bytes(hashlib.sha256(f"{seed}/reference".encode()).digest()[:8])
    left, letters = (start + number * _STRIDE) % _REFERENCES, ""
    for _ in range(8):
        left, place = divmod(left, len(ALPHABET))
        letters += ALPHABET[place]
    return f"AL-{letters}"


def pick(chance: Chance, weights: Mapping[Item, float]) -> Item:
    """One of the keys, each as likely as its share of the weights."""
    left = chance.random() * sum(weights.values())
    for item, weight in weights.items():
        left -= weight
        if left < 0:
            return item
    return next(reversed(list(weights)))


def between(chance: Chance, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(chance.random() * (high - low + 1))


def skewed(chance: Chance, median: float, ninety: float) -> float:
    """A number above nought, log-normal: half are below the median, nine tenths below `ninety`."""
    if median <= 0 or ninety <= median:
        return max(0.0, median)
    return float(median * (ninety / median) ** (_normal(chance) / _NINETY))


def waiting(chance: Chance, a_year: float) -> float:
    """Days until something happens that happens so many times a year, at any time as likely as at any other."""
    return float("inf") if a_year <= 0 else -365.25 / a_year * _log(1 - chance.random())


def _normal(chance: Chance) -> float:
    """A standard normal number."""
    return _NORMAL.inv_cdf(min(max(chance.random(), 1e-12), 1 - 1e-12))


def _log(number: float) -> float:
    """The natural logarithm."""
    from math import log

    return log(max(number, 1e-15))
