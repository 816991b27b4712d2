"""Calendar arithmetic without Python's year limits, and what a zone is worth at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.values import DAY, NANOS, YEAR_LIMIT, Date, DateTime, Time, Zone

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days in that month."""
    return 29 if month == 2 and is_leap(year) else MONTH_DAYS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, or None when there is no such day."""
    if not (-YEAR_LIMIT <= year <= YEAR_LIMIT and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return Date(year, month, day)


def day_number(value: Date) -> int:
    """Days since 1 January 1970 (negative before)."""
    year = value.year - (value.month <= 2)
    era, of_era = divmod(year, 400)
    month = (value.month + 9) % 12
    of_year = (153 * month + 2) // 5 + value.day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: int) -> Date | None:
    """The date that many days after 1 January 1970, or None beyond the years FEEL has."""
    era, of_era_days = divmod(days + 719_468, 146_097)
    of_era = (of_era_days - of_era_days // 1460 + of_era_days // 36_524 - of_era_days // 146_096) // 365
    of_year = of_era_days - (365 * of_era + of_era // 4 - of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = of_era + era * 400 + (month <= 2)
    return make_date(year, month, of_year - (153 * shifted + 2) // 5 + 1)


def weekday(value: Date) -> int:
    """1 for Monday to 7 for Sunday."""
    return (day_number(value) + 3) % 7 + 1


def day_of_year(value: Date) -> int:
    """1 for the first of January."""
    return day_number(value) - day_number(Date(value.year, 1, 1)) + 1


def week_of_year(value: Date) -> int:
    """The ISO 8601 week number."""
    thursday = date_of(day_number(value) - weekday(value) + 4)
    return 1 if thursday is None else (day_of_year(thursday) - 1) // 7 + 1


@lru_cache(maxsize=512)
def zone_info(name: str) -> ZoneInfo | None:
    """The time zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def offset_of(zone: Zone, day: Date | None = None, nanos: int = 0) -> int | None:
    """Seconds from UTC in that zone at that local moment; a bare time takes 1 January 2000."""
    if zone is None or isinstance(zone, int):
        return zone
    info = zone_info(zone)
    if info is None:
        return None
    day = day or Date(2000, 1, 1)
    year = day.year if 1 < day.year < 9999 else 2000 + day.year % 400
    local = datetime(year, day.month, day.day, tzinfo=info) + timedelta(seconds=nanos // NANOS)
    found = local.utcoffset()
    return None if found is None else round(found.total_seconds())


def instant(value: DateTime) -> tuple[bool, int]:
    """Whether the moment has a zone, and its nanoseconds on the UTC (or local) line."""
    local = day_number(value.date) * DAY + value.time.nanos
    offset = offset_of(value.time.zone, value.date, value.time.nanos)
    return (False, local) if offset is None else (True, local - offset * NANOS)


def time_line(value: Time) -> tuple[bool, int]:
    """Whether the time has a zone, and its nanoseconds counted in UTC (or as they stand)."""
    offset = offset_of(value.zone)
    return (False, value.nanos) if offset is None else (True, value.nanos - offset * NANOS)
