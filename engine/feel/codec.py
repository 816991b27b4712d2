"""FEEL values as JSON and back, without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.feel.convert import to_feel, to_native
from engine.feel.iso import (
    date_text,
    date_time_text,
    days_text,
    months_text,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    time_text,
)
from engine.feel.values import Date, DateTime, DaysTime, Range, Time, YearsMonths

_SAFE_INT = 2**53
_WRITE: dict[type, tuple[str, Callable[[Any], str]]] = {
    Date: ("@date", date_text),
    DateTime: ("@datetime", date_time_text),
    Time: ("@time", time_text),
    YearsMonths: ("@duration", months_text),
    DaysTime: ("@duration", days_text),
}
_READ: dict[str, Callable[[str], Any]] = {
    "@number": Decimal,
    "@date": parse_date,
    "@datetime": parse_date_time,
    "@time": parse_time,
    "@duration": parse_duration,
}
_RANGE = "@range"
_ESCAPE = "@context"


def encode(value: object) -> Any:
    """Native or FEEL value to JSON: whole numbers as they are, `{"@number": "1.50"}`, `{"@date": ...}`.

    A context whose only key starts with `@` goes inside `{"@context": ...}`. Raises TypeError for a value
    that FEEL does not have (a function, an object, a number that is not finite).
    """
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        made = {str(key): encode(item) for key, item in value.items()}
        return {_ESCAPE: made} if len(made) == 1 and next(iter(made)).startswith("@") else made
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return _special(to_feel(value), value)


def _number(value: int | float | Decimal) -> Any:
    if isinstance(value, int):
        return int(value) if abs(value) <= _SAFE_INT else {"@number": str(int(value))}
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        raise TypeError("FEEL has finite numbers only")
    whole = number.as_tuple().exponent == 0 and abs(number) <= _SAFE_INT and not (number.is_signed() and not number)
    return int(number) if whole else {"@number": str(number)}


def _special(found: Any, value: object) -> Any:
    if type(found) is Range:
        parts = [encode(found.low), encode(found.high), found.low_closed, found.high_closed, found.op]
        return {_RANGE: parts}
    if type(found) not in _WRITE:
        raise TypeError(f"FEEL has no {type(value).__name__}")
    key, write = _WRITE[type(found)]
    return {key: write(found)}


def decode(jsonable: Any) -> Any:
    """What `encode` wrote, as native values: whole numbers as int, others as Decimal.

    Raises ValueError for a malformed mark.
    """
    if jsonable is None or isinstance(jsonable, bool | str | int):
        return jsonable
    if isinstance(jsonable, float):
        return Decimal(repr(jsonable))
    if isinstance(jsonable, list):
        return [decode(item) for item in jsonable]
    if len(jsonable) == 1:
        ((key, inner),) = jsonable.items()
        if key.startswith("@"):
            return _decode_mark(key, inner)
    return {key: decode(item) for key, item in jsonable.items()}


def _decode_mark(key: str, inner: Any) -> Any:
    if key == _ESCAPE and isinstance(inner, dict):
        return {name: decode(item) for name, item in inner.items()}
    if key == _RANGE and isinstance(inner, list) and len(inner) == 5:
        low, high = to_feel(decode(inner[0])), to_feel(decode(inner[1]))
        return Range(low, high, inner[2], inner[3], inner[4])
    read = _READ.get(key)
    try:
        found = read(inner) if read and isinstance(inner, str) else None
    except ArithmeticError as error:
        raise ValueError(f"{inner!r} is not a number") from error
    if found is None:
        raise ValueError(f"{key} does not mark {inner!r}")
    return to_native(found)


class Decoded(Mapping[str, object]):
    """Values by name as `encode` gave them, each decoded when it is first asked for: most never are."""

    __slots__ = ("_found", "encoded")

    def __init__(self, encoded: Mapping[str, Any]) -> None:
        """Nothing of `encoded` may change afterwards."""
        self.encoded = encoded
        self._found: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        """Raises KeyError for a name that is not there, ValueError for a malformed mark."""
        if name not in self._found:
            self._found[name] = decode(self.encoded[name])
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self.encoded

    def __iter__(self) -> Iterator[str]:
        return iter(self.encoded)

    def __len__(self) -> int:
        return len(self.encoded)

    def __repr__(self) -> str:
        return repr(dict(self))
