"""The written forms of dates, times and durations: reading and writing them (DMN 1.5, 10.3.2.3)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.values import DAY, NANOS, Date, DateTime, DaysTime, Time, YearsMonths, Zone
from engine.feel.zones import date_of, day_number, make_date, zone_info

_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]+)?"
)
_DAYS = re.compile(
    r"(-?)P(?:([0-9]{1,18})D)?(?:T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,30}))?S)?)?"
)
_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?")


def parse_date(text: str) -> Date | None:
    """`YYYY-MM-DD`, with a sign and up to nine digits of year; None when it is not a date."""
    found = _DATE.fullmatch(text)
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _zone(text: str | None) -> tuple[bool, Zone]:
    if not text:
        return True, None
    if text in "Zz":
        return True, 0
    if text[0] == "@":
        return (True, text[1:]) if zone_info(text[1:]) else (False, None)
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)
    fits = hours <= 18 and minutes < 60 and (not seconds or seconds[0] < 60) and offset <= 18 * 3600
    return fits, -offset if text[0] == "-" else offset


def parse_time(text: str) -> Time | None:
    """`HH:MM:SS[.fraction]` with `Z`, an offset or `@Zone/Name`; None when it is not a time."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    fits, zone = _zone(found[5])
    if not fits or hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((found[4] or "0")[:9].ljust(9, "0"))
    return Time((hour * 3600 + minute * 60 + second) * NANOS + fraction, zone)


def parse_date_time(text: str) -> DateTime | None:
    """A date, `T`, a time; a date alone is its midnight."""
    day_text, mark, time_text = text.partition("T")
    day = parse_date(day_text)
    if time_text.startswith("24:00:00") and day:  # the end of a day is the beginning of the next
        day, time_text = date_of(day_number(day) + 1), "00" + time_text[2:]
    time = parse_time(time_text) if mark else Time(0)
    return DateTime(day, time) if day and time else None


def parse_duration(text: str) -> YearsMonths | DaysTime | None:
    """`P1Y2M` or `P1DT2H3M4.5S`, with a sign; None for anything else, and for a mixture."""
    if text.endswith(("P", "T")):
        return None
    months = _MONTHS.fullmatch(text)
    if months:
        total = int(months[2] or 0) * 12 + int(months[3] or 0)
        return YearsMonths(-total if months[1] else total)
    days = _DAYS.fullmatch(text)
    if not days:
        return None
    seconds = int(days[2] or 0) * 86_400 + int(days[3] or 0) * 3600 + int(days[4] or 0) * 60 + int(days[5] or 0)
    nanos = seconds * NANOS + int((days[6] or "0")[:9].ljust(9, "0"))
    return DaysTime(-nanos if days[1] else nanos)


def parse_temporal(text: str) -> Date | Time | DateTime | YearsMonths | DaysTime | None:
    """What an `@"..."` literal stands for."""
    found = parse_date(text) or parse_time(text) or parse_duration(text)
    return found or (parse_date_time(text) if "T" in text else None)


def date_text(value: Date) -> str:
    """`2026-04-29`, `-0044-03-15`, `12026-01-01`."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def zone_text(zone: Zone) -> str:
    """`Z`, `+01:00`, `@Europe/London` or nothing."""
    if zone is None or isinstance(zone, str):
        return "" if zone is None else f"@{zone}"
    if zone == 0:
        return "Z"
    minutes, seconds = divmod(abs(zone), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if zone < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def time_text(value: Time) -> str:
    """`10:30:00`, with fraction and zone where there are any."""
    seconds, nanos = divmod(value.nanos, NANOS)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return clock + _fraction(nanos) + zone_text(value.zone)


def date_time_text(value: DateTime) -> str:
    """`2026-04-29T10:30:00Z`."""
    return f"{date_text(value.date)}T{time_text(value.time)}"


def months_text(value: YearsMonths) -> str:
    """`P1Y2M`, `-P3M`, `P0M`."""
    years, months = divmod(abs(value.months), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if value.months < 0 else "") + "P" + (body or "0M")


def days_text(value: DaysTime) -> str:
    """`P1DT2H`, `-PT0.5S`, `PT0S`."""
    days, rest = divmod(abs(value.nanos), DAY)
    seconds, nanos = divmod(rest, NANOS)
    clock = (f"{seconds // 3600}H" if seconds >= 3600 else "") + (
        f"{seconds // 60 % 60}M" if seconds // 60 % 60 else ""
    )
    if seconds % 60 or nanos:
        clock += f"{seconds % 60}{_fraction(nanos)}S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if value.nanos < 0 else "") + "P" + (body or "T0S")


def seconds_of(nanos: int) -> Decimal:
    """Nanoseconds as decimal seconds, without trailing zeros of a fraction."""
    whole, rest = divmod(nanos, NANOS)
    return Decimal(f"{whole}{_fraction(rest)}")
