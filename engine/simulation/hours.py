"""When people work: days that are neither weekends nor holidays, from nine to five in London."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.simulation.chances import Chance, between

LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """The calendar of an office; `holidays` are days on which nobody works."""

    holidays: Collection[date]
    begins: int = 9
    ends: int = 17

    def works(self, day: date) -> bool:
        """Whether somebody is there that day."""
        return day.weekday() < 5 and day not in self.holidays

    def shifted(self, day: date, working_days: int) -> date:
        """So many working days later, earlier when negative; for nought the day itself or the next that works."""
        step = -_DAY if working_days < 0 else _DAY
        for _ in range(abs(working_days)):
            day += step
            while not self.works(day):
                day += step
        while not self.works(day):
            day += _DAY
        return day

    def moment(self, day: date, chance: Chance, after: datetime) -> datetime:
        """A minute of that day's hours, or of the next working day's, that comes after another moment; UTC."""
        day = max(day, after.astimezone(LONDON).date())
        if self.works(day):
            at = self._minute(day, between(chance, 0, (self.ends - self.begins) * 60 - 1))
            if at <= after:
                at = after.replace(second=0, microsecond=0) + timedelta(minutes=between(chance, 5, 60))
            if at < self._minute(day, (self.ends - self.begins) * 60):
                return at
        return self._minute(self.shifted(day + _DAY, 0), between(chance, 0, 90))

    def _minute(self, day: date, minutes: int) -> datetime:
        """So many minutes after the office opens."""
        opens = datetime.combine(day, time(self.begins), LONDON)
        return (opens + timedelta(minutes=minutes)).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The beginning of a day in London, UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError("no month is shorter than 28 days")
