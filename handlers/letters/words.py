"""How a value reads in a letter: British dates and times, lists as a person would write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal


def in_words(value: object) -> str | None:
    """The value as it stands in a sentence; None when it has no words (null, empty, a context, a function)."""
    for kind, speak in _WORDS:
        if isinstance(value, kind):
            return speak(value) or None
    return None


def _number(value: int | float | Decimal) -> str:
    """A number without a needless point or exponent."""
    number = Decimal(str(value))
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(value: date) -> str:
    """4 March 2026."""
    return f"{value.day} {value:%B} {value.year}"


def _time(value: time | datetime) -> str:
    """2pm, 2:30pm, midday."""
    if (value.hour, value.minute) == (12, 0):
        return "midday"
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{hour}{minutes}{'am' if value.hour < 12 else 'pm'}"


def _moment(value: datetime) -> str:
    """4 March 2026 at 2:30pm, by the clock of its own zone."""
    return f"{_date(value)} at {_time(value)}"


def _list(value: list[object] | tuple[object, ...]) -> str:
    """One, two and three; empty when an item has no words."""
    words = [in_words(item) for item in value]
    spoken = [word for word in words if word]
    if not spoken or len(spoken) < len(words):
        return ""
    return " and ".join(filter(None, [", ".join(spoken[:-1]), spoken[-1]]))


_WORDS: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (str, str.strip),
    (bool, lambda value: "yes" if value else "no"),
    ((int, float, Decimal), _number),
    (datetime, _moment),
    (date, _date),
    (time, _time),
    ((list, tuple), _list),
)
