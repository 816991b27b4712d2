"""The border between Python's values and FEEL's: in by `to_feel`, out by `to_native`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, DecimalException
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.numbers import CTX
from engine.feel.values import (
    NANOS,
    Date,
    DateTime,
    DaysTime,
    Function,
    Range,
    Time,
    YearsMonths,
    Zone,
)
from engine.feel.zones import zone_info

_MICRO = 1000


def _as_is(value: Any) -> Any:
    return value


def _number(value: Any) -> Any:
    try:
        number = CTX.plus(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    except DecimalException:
        return None
    return number if number.is_finite() else None


def _zone_of(tz: tzinfo | None, moment: datetime | None) -> Zone:
    if tz is None:
        return None
    if isinstance(tz, ZoneInfo) and tz.key:
        return tz.key
    offset = tz.utcoffset(moment)
    return None if offset is None else round(offset.total_seconds())


def _date(value: Any) -> Date:
    return Date(value.year, value.month, value.day)


def _time(value: Any, moment: datetime | None = None) -> Time:
    nanos = (value.hour * 3600 + value.minute * 60 + value.second) * NANOS + value.microsecond * _MICRO
    return Time(nanos, _zone_of(value.tzinfo, moment))


def _date_time(value: Any) -> DateTime:
    return DateTime(_date(value), _time(value, value))


def _duration(value: Any) -> DaysTime:
    return DaysTime((value.days * 86_400 + value.seconds) * NANOS + value.microseconds * _MICRO)


def _list(value: Any) -> list[Any]:
    return [to_feel(item) for item in value]


def _context(value: Any) -> dict[str, Any]:
    return {str(key): to_feel(item) for key, item in value.items()}


_IN: dict[type, Callable[[Any], Any]] = {
    bool: _as_is,
    str: _as_is,
    type(None): _as_is,
    Date: _as_is,
    Time: _as_is,
    DateTime: _as_is,
    YearsMonths: _as_is,
    DaysTime: _as_is,
    Range: _as_is,
    Function: _as_is,
    Decimal: _number,
    int: _number,
    float: _number,
    date: _date,
    datetime: _date_time,
    time: _time,
    timedelta: _duration,
    list: _list,
    tuple: _list,
    dict: _context,
}
_BASES: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    ((int, float, Decimal), _number),
    (datetime, _date_time),
    (date, _date),
    (time, _time),
    (timedelta, _duration),
    (Mapping, _context),
    ((list, tuple), _list),
)


def to_feel(value: object) -> Any:
    """A Python value as FEEL's own; what FEEL has no value for (an object, NaN) becomes null."""
    convert = _IN.get(type(value))
    if convert is not None:
        return convert(value)
    for base, convert in _BASES:
        if isinstance(value, base):
            return convert(value)
    return None


def _tzinfo(zone: Zone) -> tzinfo | None:
    if zone is None:
        return None
    return zone_info(zone) if isinstance(zone, str) else timezone(timedelta(seconds=zone))


def _native_date(value: Date) -> object:
    return date(value.year, value.month, value.day) if 1 <= value.year <= 9999 else value


def _native_time(value: Time) -> object:
    micros, rest = divmod(value.nanos, _MICRO)
    if rest:
        return value
    seconds, micros = divmod(micros, 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micros, _tzinfo(value.zone))


def _native_date_time(value: DateTime) -> object:
    day, clock = _native_date(value.date), _native_time(value.time)
    return datetime.combine(day, clock) if isinstance(day, date) and isinstance(clock, time) else value


def _native_list(value: list[Any]) -> object:
    return [to_native(item) for item in value]


def _native_context(value: dict[str, Any]) -> object:
    return {key: to_native(item) for key, item in value.items()}


_OUT: dict[type, Callable[[Any], object]] = {
    Date: _native_date,
    Time: _native_time,
    DateTime: _native_date_time,
    list: _native_list,
    dict: _native_context,
}


def to_native(value: Any) -> object:
    """A FEEL value as Python's own where Python can hold it, else unchanged."""
    convert = _OUT.get(type(value))
    return value if convert is None else convert(value)
