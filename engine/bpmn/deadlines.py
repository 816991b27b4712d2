"""The FEEL function `deadline(event, anchor)`: a due date out of the pack's timescales table, with its sum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from engine.bpmn.dates import NotATime, add_days, add_months, add_span, day_of, end_of, parse_span, start_of
from engine.feel import FeelError, working_day_functions
from engine.model.outcome import DeadlineSum

#: Asks the timescales table for one event: its row, or the words why there is none.
Timescales = Callable[[str, datetime], "Mapping[str, object] | str"]

_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7}


@dataclass(frozen=True)
class _Row:
    """One row of the timescales table, read."""

    amount: int
    unit: str
    warn: int | None
    breach: str | None
    opens: str | None
    source: str


class Deadlines:
    """The `deadline` function of one step; every sum it makes is kept until it is taken."""

    def __init__(self, timescales: Timescales | None, holidays: frozenset[date], now: datetime) -> None:
        """`holidays` are the days that are not working days besides weekends."""
        self._timescales, self._holidays, self._now = timescales, holidays, now
        self.sums: list[DeadlineSum] = []
        self.problem = ""

    def deadline(self, event: object, anchor: object) -> Mapping[str, object] | None:
        """The context of docs/dialect.md, or None with `problem` set when there is no such date."""
        try:
            return self._deadline(str(event), _day(anchor))
        except NotATime as wrong:
            self.problem = f'the deadline for "{event}" cannot be worked out: {wrong}'
            return None

    def take(self, value: object, moment: datetime | None) -> DeadlineSum | None:
        """The sum behind a value: one that the evaluation made (that day's, else its last), or a kept context's."""
        sums, self.sums = self.sums, []
        exact = [made for made in sums if moment is not None and day_of(made.due) == day_of(moment)]
        return next(reversed(exact or sums), _kept(value))

    def _deadline(self, event: str, anchor: date) -> Mapping[str, object]:
        if self._timescales is None:
            raise NotATime("the pack names no timescales table")
        found = self._timescales(event, self._now)
        if isinstance(found, str):
            raise NotATime(found)
        row = _read(found)
        due = self._due(anchor, row)
        warn = None if row.warn is None else add_days(due, -row.warn)
        breach, opens = (None if text is None else _after(anchor, text) for text in (row.breach, row.opens))
        unit = row.unit.removesuffix("s") if row.amount == 1 else row.unit
        sentence = f"{row.amount} {unit} after {anchor.day} {anchor:%B %Y}"
        made: dict[str, object] = {
            "event": event,
            "anchor": anchor,
            "due": due,
            "warn": warn,
            "breach": breach,
            "opens": opens,
            "sentence": sentence,
            "source": row.source,
        }
        if (kept := _kept(made)) is not None:
            self.sums.append(kept)
        return made

    def _due(self, anchor: date, row: _Row) -> date:
        if row.unit in ("working day", "working days"):
            return self._add_working_days(anchor, row.amount)
        if row.unit in _DAYS:
            return add_days(anchor, row.amount * _DAYS[row.unit])
        if row.unit in ("month", "months"):
            return add_months(anchor, row.amount)
        raise NotATime(f'its unit "{row.unit}" is not working days, days, weeks or months')

    def _add_working_days(self, anchor: date, amount: int) -> date:
        try:
            return cast(date, working_day_functions(self._holidays)["add working days"](anchor, Decimal(amount)))
        except FeelError as wrong:
            raise NotATime(str(wrong)) from wrong


def _kept(value: object) -> DeadlineSum | None:
    """The sum that a context made by `deadline()` holds, also when it was kept in a variable since."""
    if not isinstance(value, Mapping) or not {"event", "anchor", "due", "sentence"} <= value.keys():
        return None
    days = {name: day if isinstance(day, date) else None for name, day in value.items()}
    anchor, due, warn, breach, opens = (days.get(n) for n in ("anchor", "due", "warn", "breach", "opens"))
    if anchor is None or due is None:
        return None
    return DeadlineSum(
        str(value["event"]),
        start_of(anchor),
        end_of(due),
        None if warn is None else start_of(warn),
        None if breach is None else end_of(breach),
        None if opens is None else start_of(opens),
        str(value["sentence"]),
        str(value.get("source") or ""),
    )


def _day(anchor: object) -> date:
    """The day an anchor falls on in London; raises NotATime."""
    if isinstance(anchor, datetime):
        return day_of(anchor) if anchor.utcoffset() is not None else anchor.date()
    if isinstance(anchor, date):
        return anchor
    raise NotATime("there is no date to count from" if anchor is None else f"{anchor} is not a date to count from")


def _after(anchor: date, text: str) -> date:
    """The day that an ISO 8601 duration after the anchor falls on."""
    return day_of(add_span(start_of(anchor), parse_span(text)))


def _read(row: Mapping[str, object]) -> _Row:
    """A row of the table with its types checked; raises NotATime."""
    amount, warn = _whole(row.get("amount"), "amount"), row.get("warn")
    if amount is None:
        raise NotATime("its row says no amount")
    return _Row(
        amount,
        str(row.get("unit") or ""),
        _whole(warn, "warn"),
        _text(row.get("breach")),
        _text(row.get("opens")),
        str(row.get("source") or ""),
    )


def _whole(value: object, column: str) -> int | None:
    """A whole number of the table, or None."""
    if value is None:
        return None
    try:
        number = int(str(value))
    except ValueError:
        raise NotATime(f'its {column} "{value}" is not a whole number') from None
    if not 0 <= number <= 10_000:
        raise NotATime(f"its {column} {number} is out of range")
    return number


def _text(value: object) -> str | None:
    """A text of the table; empty counts as none."""
    return str(value) if value else None
