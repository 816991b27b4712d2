"""The one text of a JSON value and of a moment, byte for byte: what is hashed, and what replay must meet again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

_AS_IT_CAME = msgspec.json.Encoder()
_BY_NAME = msgspec.json.Encoder(order="sorted")
#: A number with a fraction or an exponent, or what looks like one in a text: after a name, first or later in a list.
#: Three that begin with a letter of their own are found five times as fast as one of all three.
_FRACTIONS = tuple(re.compile(before + rb"-?[0-9]+[.eE]") for before in (b'":', rb"\[", b","))


def exact(value: object, *, by_name: bool = False) -> bytes:
    """JSON without spaces in UTF-8, names as they came or in order: what the standard library writes.

    The fast writer gives the same bytes for everything but fractions, which our values never hold as floats; where
    there might be one, the standard library writes. Raises ValueError, TypeError for what is not JSON.
    """
    fast = (_BY_NAME if by_name else _AS_IT_CAME).encode(value)
    if not isinstance(value, float) and not any(fraction.search(fast) for fraction in _FRACTIONS):
        return fast
    return json.dumps(value, sort_keys=by_name, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def stamp(moment: datetime) -> str:
    """A zone-aware moment as fixed-width UTC text with microseconds, which sorts as time does."""
    return _stamp(moment, moment.fold)


@lru_cache(maxsize=256)
def _stamp(moment: datetime, fold: int) -> str:  # noqa: ARG001 - two moments that only the fold tells apart are equal
    """One command writes the same moment ten times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
