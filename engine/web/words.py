"""Values in plain words, as pages show them; dates and times are London's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

_inline = MarkdownIt("zero", {"html": False}).enable(["emphasis", "escape"])
LONDON = ZoneInfo("Europe/London")


def london(moment: datetime) -> datetime:
    """A zone-aware moment on London's clock."""
    return moment.astimezone(LONDON)


def local_date(moment: date | datetime) -> date:
    """The London day of a moment; a plain date as it is."""
    return london(moment).date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime | None) -> str:
    """4 March 2026."""
    if moment is None:
        return ""
    plain = local_date(moment)
    return f"{plain.day} {plain:%B %Y}"


def short_day(moment: date | datetime | None) -> str:
    """4 Mar 2026."""
    if moment is None:
        return ""
    plain = local_date(moment)
    return f"{plain.day} {plain:%b %Y}"


def clock(moment: datetime | time) -> str:
    """2:30pm, 9am, midday, midnight."""
    at = london(moment).time() if isinstance(moment, datetime) else moment
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment(at: datetime | None) -> str:
    """4 March 2026 at 2:30pm."""
    return f"{day(at)} at {clock(at)}" if at else ""


def when(at: datetime | None) -> str:
    """The day, with the time unless it is midnight: then only the day was said."""
    return day(at) if at and london(at).time() == time(0) else moment(at)


def due_words(due: datetime | None, now: datetime) -> str:
    """How far off a due date is, in calendar days: "due in 3 days", "due today", "3 days overdue"."""
    if due is None:
        return "no due date"
    days = (local_date(due) - local_date(now)).days
    if due < now:
        return "overdue" if days == 0 else f"{counted(-days, 'day')} overdue"
    return {0: "due today", 1: "due tomorrow"}.get(days, f"due in {days} days")


def counted(number: int, thing: str, things: str | None = None) -> str:
    """1 day, 3 days."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def joined(items: Iterable[object], last: str = "and") -> str:
    """a, b and c."""
    words = [str(item) for item in items]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def in_words(value: Any) -> str:
    """Any answer as a person would say it; nothing at all as "Not answered"."""
    if value is None or value == "" or value == [] or value == {}:
        return "Not answered"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return moment(value) if value.tzinfo else f"{day(value.date())} at {clock(value.time())}"
    if isinstance(value, date):
        return day(value)
    return _plain(value)


def _plain(value: Any) -> str:
    """Times, numbers, lists and contexts in words."""
    if isinstance(value, time):
        return clock(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return "; ".join(f"{named(key)}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return joined(in_words(item) for item in value)
    return str(value)


def day_example(now: datetime) -> str:
    """27 3 2026: a day of this month, as a hint beside three boxes."""
    plain = local_date(now)
    return f"27 {plain.month} {plain.year}"


def named(key: str) -> str:
    """A variable's or id's name as words: `child_name` and `child-name` become "Child name"."""
    words = key.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def person(username: str, names: Mapping[str, str]) -> str:
    """Whose user name it is: of one that is unknown here its words, `ann.lee` as "Ann Lee"; a typed name as typed."""
    if username in names or username != username.lower() or " " in username:
        return names.get(username, username)
    return username.replace(".", " ").replace("_", " ").title()


def size(count: int) -> str:
    """A file's size: 12 KB, 1.4 MB."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} KB"


def iso(at: date | datetime | None) -> str:
    """For the `datetime` attribute of a time element."""
    return at.isoformat() if at else ""


def emphasised(text: str) -> Markup:
    """A sentence with its **emphasis**; anything else in it is plain text."""
    return Markup(_inline.renderInline(text))  # noqa: S704 - markdown-it with HTML and links off


def groupby_kept(items: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same value together, in the order given."""
    return [(value, list(group)) for value, group in groupby(items, key=lambda item: getattr(item, attribute))]


FILTERS = {
    "clock": clock,
    "day": day,
    "day_example": day_example,
    "due_words": due_words,
    "emphasised": emphasised,
    "groupby_kept": groupby_kept,
    "in_words": in_words,
    "iso": iso,
    "joined": joined,
    "local_date": local_date,
    "moment": moment,
    "named": named,
    "person": person,
    "short_day": short_day,
    "size": size,
    "when": when,
}


def install(app: Flask) -> None:
    """Offer the words to templates as filters."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["counted"] = counted
