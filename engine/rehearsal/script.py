"""A written example: who does what when, and what must hold after; YAML -> frozen data.

The format is documented for its authors in `docs/how-to/write-a-scenario.md`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from engine import yaml12

LONDON = ZoneInfo("Europe/London")
_SPAN = re.compile(r"(-?\d+)\s*(minute|hour|day|week|month)s?")


class ScriptError(Exception):
    """An example that cannot be read; the text names the file, the step and what is wrong."""


@dataclass(frozen=True)
class Expectation:
    """What must hold after a step; None where the example says nothing."""

    open: tuple[Mapping[str, object], ...] = ()
    only_open: tuple[Mapping[str, object], ...] | None = None
    not_open: tuple[str, ...] = ()
    decided: tuple[Mapping[str, object], ...] = ()
    letters: tuple[str, ...] | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    ended: bool | None = None


@dataclass(frozen=True)
class Refusal:
    """The step must be refused, naming this field (or None) in a sentence that has these words."""

    field: str | None
    says: str


@dataclass(frozen=True)
class Step:
    """One thing done, or time passing when it has neither task nor message."""

    number: int
    moment: str | None
    role: str | None
    person: str | None
    task: str | None
    message: str | None
    answers: Mapping[str, object]
    then: Expectation | None
    refused: Refusal | None


@dataclass(frozen=True)
class Script:
    """One example: `starts` is a London time or a span before now; `carries` are ids of guidance sentences."""

    path: str
    title: str
    carries: tuple[str, ...]
    starts: str
    by: str
    answers: Mapping[str, object]
    steps: tuple[Step, ...]


_TOP = {"title", "carries", "starts", "by", "with", "steps"}
_STEP = {"at", "after", "as", "person", "task", "message", "answers", "payload", "then", "refused"}
_THEN = {"open", "only_open", "not_open", "decided", "letters", "values", "ended"}


def read(path: Path) -> Script:
    """One YAML file as a script; raises ScriptError."""
    try:
        document = yaml12.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise ScriptError(f"{path.name}: it cannot be read: {problem}") from problem
    top = _mapping(document, path.name, _TOP)
    for word in ("title", "starts", "by"):
        if word not in top:
            raise ScriptError(f"{path.name}: `{word}` is missing")
    steps = tuple(_step(path.name, number, raw) for number, raw in enumerate(_list(top.get("steps")), start=1))
    return Script(
        path=path.name,
        title=str(top["title"]),
        carries=tuple(map(str, _list(top.get("carries")))),
        starts=str(top["starts"]),
        by=str(top["by"]),
        answers=_mapping(top.get("with") or {}, path.name),
        steps=steps,
    )


def moment_of(text: str, after: dt.datetime) -> dt.datetime:
    """A London time ("2026-01-05T09:30", "2026-01-05") or a span after a moment ("3 days"), zone-aware."""
    span = _SPAN.fullmatch(text.strip())
    if span:
        return _later(after, int(span[1]), span[2])
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ScriptError(f"“{text}” is neither a time such as 2026-01-05T09:30 nor a span such as 3 days") from None
    if len(text) <= 10:
        found = found.replace(hour=9)
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


def _later(after: dt.datetime, amount: int, unit: str) -> dt.datetime:
    """The same London wall-clock time some days, weeks or months on; hours and minutes are exact."""
    if unit in ("minute", "hour"):
        return after + dt.timedelta(**{f"{unit}s": amount})
    local = after.astimezone(LONDON)
    if unit == "month":
        years, month = divmod(local.month - 1 + amount, 12)
        year, month = local.year + years, month + 1
        last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
        return local.replace(year=year, month=month, day=min(local.day, last))
    naive = local.replace(tzinfo=None) + dt.timedelta(days=amount * (7 if unit == "week" else 1))
    return naive.replace(tzinfo=LONDON)


def _step(name: str, number: int, raw: object) -> Step:
    """One step of the list."""
    here = f"{name}, step {number}"
    step = _mapping(raw, here, _STEP)
    if "at" in step and "after" in step:
        raise ScriptError(f"{here}: say `at` or `after`, not both")
    if "task" in step and "message" in step:
        raise ScriptError(f"{here}: a step does a task or sends a message, not both")
    if ("task" in step or "message" in step) and not ("as" in step or "person" in step):
        raise ScriptError(f"{here}: say who does it, with `as` (a role) or `person` (a user name)")
    given = step.get("answers") or step.get("payload") or {}
    moment = step.get("at", step.get("after"))
    return Step(
        number=number,
        moment=None if moment is None else str(moment),
        role=_optional(step.get("as")),
        person=_optional(step.get("person")),
        task=_optional(step.get("task")),
        message=_optional(step.get("message")),
        answers=_mapping(given, here),
        then=_expectation(here, step["then"]) if step.get("then") else None,
        refused=_refusal(here, step["refused"]) if step.get("refused") else None,
    )


def _expectation(here: str, raw: object) -> Expectation:
    """What a step's `then` says."""
    then = _mapping(raw, f"{here}, then", _THEN)
    return Expectation(
        open=_rows(here, then.get("open")),
        only_open=_rows(here, then["only_open"]) if "only_open" in then else None,
        not_open=tuple(str(_mapping_or_task(item)["task"]) for item in _list(then.get("not_open"))),
        decided=tuple(_mapping(item, here) for item in _list(then.get("decided"))),
        letters=tuple(map(str, _list(then["letters"]))) if "letters" in then else None,
        values=_mapping(then.get("values") or {}, here),
        ended=bool(then["ended"]) if "ended" in then else None,
    )


def _rows(here: str, raw: object) -> tuple[Mapping[str, object], ...]:
    """Open tasks: a map with `task`, `role`, `due`, or the element id alone."""
    return tuple(_mapping(_mapping_or_task(item), here, {"task", "role", "due"}) for item in _list(raw))


def _refusal(here: str, raw: object) -> Refusal:
    """What a step's `refused` says."""
    refused = _mapping(raw, f"{here}, refused", {"field", "says"})
    return Refusal(_optional(refused.get("field")), str(refused.get("says", "")))


def _mapping(raw: object, here: str, allowed: set[str] | None = None) -> dict[str, object]:
    """A map with text keys, none of them unknown."""
    if not isinstance(raw, dict):
        raise ScriptError(f"{here}: a map of words to values was expected")
    unknown = sorted(str(key) for key in raw if allowed is not None and key not in allowed)
    if unknown:
        raise ScriptError(f"{here}: `{unknown[0]}` is not known here; known are {', '.join(sorted(allowed or ()))}")
    return {str(key): value for key, value in raw.items()}


def _mapping_or_task(item: object) -> dict[str, object]:
    """An open task given by its element id alone, or with more."""
    return {"task": item} if isinstance(item, str) else _mapping(item, "open task")


def _list(raw: object) -> list[object]:
    """A list; nothing is the empty one."""
    return list(raw) if isinstance(raw, list) else [] if raw is None else [raw]


def _optional(raw: object) -> str | None:
    """Text or nothing."""
    return None if raw is None else str(raw)
