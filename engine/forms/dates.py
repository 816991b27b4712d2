"""Dates and times as people type them: day, month and year in boxes, month names, ISO, 2.30pm."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?\Z", re.IGNORECASE | re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z", re.ASCII)
_WRITTEN = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+(\d{1,2}|[A-Za-z]{3,9})[\s/.,-]+(\d{4})\Z", re.IGNORECASE | re.ASCII
)


class NotADate(ValueError):
    """What was typed is not a real date or time; `problem` completes "{The question} ..."."""

    def __init__(self, problem: str) -> None:
        """Keep how the sentence goes on."""
        super().__init__(problem)
        self.problem = problem


def date_of_parts(day: str, month: str, year: str) -> date:
    """A date from three boxes; raises NotADate naming what is missing or wrong."""
    given = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    missing = [f"a {part}" for part, text in given.items() if not text]
    if missing:
        raise NotADate(f"must include {' and '.join(missing)}")
    if not re.fullmatch(r"\d{4}", given["year"], re.ASCII):
        raise NotADate("must include a year of four digits")
    return _real(given["year"], _month(given["month"]), given["day"])


def date_of_text(text: str) -> date:
    """A date from `2026-03-04`, `4/3/2026` or `4 March 2026`; raises NotADate."""
    text = text.strip()
    if iso := _ISO_DATE.match(text):
        return _real(iso[1], iso[2], iso[3])
    if written := _WRITTEN.match(text):
        return _real(written[3], _month(written[2]), written[1])
    raise NotADate("must be a real date")


def time_of_text(text: str) -> time:
    """A time of day from `14:30`, `2.30pm`, `noon` or `midday`; raises NotADate."""
    text = text.strip().lower()
    if text in ("noon", "midday", "midnight"):
        return time(0) if text == "midnight" else time(12)
    found = _TIME.match(text)
    if not found or (found[2] is None and found[4] is None):
        raise NotADate("must be a real time, such as 9:30am or 14:30")
    hour, half = int(found[1]), (found[4] or "")[:1]
    if half and not 1 <= hour <= 12:
        raise NotADate("must be a real time, such as 9:30am or 14:30")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        raise NotADate("must be a real time, such as 9:30am or 14:30") from None


def moment_of_text(text: str, zone: tzinfo) -> datetime:
    """A zone-aware moment from ISO 8601; without an offset it is local to the zone; raises NotADate."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotADate("must be a real date and time") from None
    return local(moment.date(), moment.time(), zone) if moment.tzinfo is None else moment


def local(day: date, clock: time, zone: tzinfo) -> datetime:
    """A date and a clock time in a zone; the hour that spring skips is refused, of autumn's two the first is taken."""
    moment = datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise NotADate("must be a time that exists: the clocks went forward then")
    return moment


def _month(text: str) -> str:
    """A month's number, from its number or its name."""
    if text.isdecimal():
        return text
    found = [str(i) for i, name in enumerate(MONTHS, 1) if len(text) >= 3 and name.startswith(text.lower())]
    if not found and text.lower() == "sept":
        return "9"
    if len(found) != 1:
        raise NotADate("must include a real month")
    return found[0]


def _real(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        raise NotADate("must be a real date") from None
