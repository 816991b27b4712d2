"""Answers that count from the day of the step: `today`, `today + 3 days`, `weekday + 10 days`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from engine.rehearsal.script import LONDON

_COUNTED = re.compile(r"(today|weekday)(?:\s*([+-])\s*(\d+)\s*(day|week)s?)?")


def on_the_day(answers: Mapping[str, object], now: dt.datetime) -> dict[str, object]:
    """The answers with every counted day as an ISO date, London time; everything else as it is."""
    today = now.astimezone(LONDON).date()
    return {key: _counted(value, today) for key, value in answers.items()}


def _counted(value: object, today: dt.date) -> object:
    """One answer, lists and rows of tables included."""
    if isinstance(value, Mapping):
        return {key: _counted(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_counted(inner, today) for inner in value]
    found = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    return _day(found, today).isoformat() if found else value


def _day(found: re.Match[str], today: dt.date) -> dt.date:
    """The day counted; `weekday` moves back to the Friday before a weekend."""
    word, sign, amount, unit = found.groups()
    days = int(amount or 0) * (7 if unit == "week" else 1)
    day = today + dt.timedelta(days=-days if sign == "-" else days)
    return day - dt.timedelta(days=max(0, day.weekday() - 4)) if word == "weekday" else day
