"""How long a task waits for its person, and when something happens that nobody's task is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.feel import Expression
from engine.simulation.chances import between, skewed, waiting
from engine.simulation.draws import feel, optional_feel, pair
from engine.simulation.hours import LONDON
from engine.simulation.scene import DataRefused, Scene, as_day

#: Gives the moment at which something is done that could be done since `scene.now`; None when never.
Delay = Callable[[Scene], datetime | None]


def read_delay(raw: object, where: str) -> Delay:
    """A delay as it is written: `on` a day, by its `due` day, or `after` so many working days; a list tries in order.

    Raises DataRefused.
    """
    if isinstance(raw, list):
        return _first([read_delay(each, where) for each in raw])
    if not isinstance(raw, dict):
        raise DataRefused(f"{where}: a delay was expected, not {raw!r}")
    condition = optional_feel(raw, "when", where)
    for kind, reader in _KINDS.items():
        if kind in raw:
            return _if(condition, reader(raw[kind], f"{where}: {kind}"))
    raise DataRefused(f"{where}: one of {', '.join(_KINDS)} was expected")


def read_happening(raw: Mapping[str, Any], where: str) -> Delay:
    """When a change happens that may happen: so many times `a_year`, or `on` a day; only `when` a condition holds."""
    condition = optional_feel(raw, "when", where)
    if "on" in raw:
        return _if(condition, _on(raw["on"], where))
    a_year = float(raw.get("a_year", 0))

    def happening(scene: Scene) -> datetime | None:
        days = waiting(scene.chance, a_year)
        if days > 36_500:
            return None
        later = scene.now + timedelta(days=days)
        return scene.hours.moment(later.astimezone(LONDON).date(), scene.chance, scene.now)

    return _if(condition, happening)


def _first(delays: list[Delay]) -> Delay:
    return lambda scene: next((at for each in delays if (at := each(scene)) is not None), None)


def _if(condition: Expression | None, delay: Delay) -> Delay:
    return lambda scene: delay(scene) if scene.holds(condition) else None


def _on(raw: object, where: str) -> Delay:
    """On a day that an expression gives, or so many days beside it: `[expression, [low, high]]`."""
    text, spread = raw if isinstance(raw, list) and len(raw) == 2 else (raw, [0, 0])
    day, (low, high) = feel(text, where), pair(spread, where)

    def delay(scene: Scene) -> datetime | None:
        found = as_day(scene.value(day))
        if found is None:
            return None
        found += timedelta(days=between(scene.chance, int(low), int(high)))
        return scene.hours.moment(scene.hours.shifted(found, 0), scene.chance, scene.now)

    return delay


def _due(raw: object, where: str) -> Delay:
    """By the day on which it is due, some working days `early`, or with a chance `late`; None where none is set."""
    if not isinstance(raw, dict):
        raise DataRefused(f"{where}: `early` and `late` were expected")
    low, high = pair(raw.get("early", [0, 5]), where)
    late = raw.get("late") or {}
    likely, spread = float(late.get("chance", 0)), pair(late.get("working", [1, 10]), where)
    not_before = pair([0, float(raw.get("not_before", 0))], where)[1]

    def delay(scene: Scene) -> datetime | None:
        due = as_day(scene.names.get("due"))
        if due is None:
            return None
        is_late = scene.chance.random() < likely
        count = between(scene.chance, int(spread[0]), int(spread[1]))
        early = between(scene.chance, int(low), int(high))
        day = scene.hours.shifted(due, count if is_late else -early) if is_late or early else due
        if not scene.hours.works(day):
            day = scene.hours.shifted(day, -1)
        earliest = scene.hours.shifted(scene.today, int(not_before))
        return scene.hours.moment(max(day, earliest), scene.chance, scene.now)

    return delay


def _after(raw: object, where: str) -> Delay:
    """So many working days after it could be done: half within the first number, nine in ten within the second."""
    median, ninety = pair(raw, where)

    def delay(scene: Scene) -> datetime | None:
        day = scene.hours.shifted(scene.today, round(skewed(scene.chance, median, ninety)))
        return scene.hours.moment(day, scene.chance, scene.now)

    return delay


_KINDS: Mapping[str, Callable[[object, str], Delay]] = {"on": _on, "due": _due, "after": _after}
