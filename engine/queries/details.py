"""The details under a line of history: what was answered, what changed, what was advised, what opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.feel import decode
from engine.forms import Field, Form
from engine.model.journal import Entry
from engine.ports import Guidance
from engine.queries.sentences import LONDON, day


def details_of(entry: Entry, guidance: Guidance) -> tuple[str, ...]:
    """Lines in plain words, in the order in which things followed from each other; none of a damaged entry."""
    body: Mapping[str, Any] = entry.body
    try:
        form = guidance.form(body.get("form", ""))
        told = (_answers(body, form), _departure(body, form), _decisions(body), _overtaken(body), _closed(body))
        return tuple(line for part in (*told, _opened(body), _ended(body)) for line in part)
    except (KeyError, ValueError, TypeError, AttributeError):
        return ()


def shown(value: object) -> str:
    """A value as people write it."""
    if value is None or value == "":
        return "not answered"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        at = value.astimezone(LONDON) if value.tzinfo else value
        return f"{at.day} {at:%B %Y at %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _many(value) if isinstance(value, list | Mapping) else str(value)


def _many(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_words(str(name))}: {shown(each)}" for name, each in value.items())
    return ", ".join(f"({shown(each)})" if isinstance(each, Mapping) else shown(each) for each in value) or "none"


def _answers(body: Mapping[str, Any], form: Form | None) -> Iterator[str]:
    """Each answer with its question; what it replaces, when it does. What a job tells the process nobody answered."""
    event = body.get("event", {})
    given = event.get("answers") or event.get("payload") or event.get("variables") or {}
    fields = {each.key: each for each in form.walk() if each.key} if form else {}
    before = {change["name"]: change["old"] for change in body.get("outcome", {}).get("changes", ())}
    for name, kept in given.items():
        field = fields.get(name)
        was = before.get(name)
        if kept is None and was is None:
            continue
        change = f" (before: {_answer(was, field)})" if was not in (None, kept) else ""
        yield f"{_question(name, field)} {_answer(kept, field)}{change}"


def _question(name: str, field: Field | None) -> str:
    """The label, ready for the answer after it."""
    label = field.label if field is not None and field.label else _words(name)
    return label if label.endswith("?") else f"{label}:"


def _answer(kept: Any, field: Field | None) -> str:
    """A choice by its label."""
    value = decode(kept)
    options = {option.token: option.label for option in field.options} if field is not None else {}
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return ", ".join(options.get(str(each), str(each)) for each in value)
    token = str(value).lower() if isinstance(value, bool) else str(value)
    return options.get(token) or shown(value)


def _departure(body: Mapping[str, Any], form: Form | None) -> Iterator[str]:
    """Both as the choices of the question read."""
    departed = body.get("departed_from_advice")
    if departed:
        field = _answered_so(departed["answered"], body, form)
        advised, answered = (_answer(departed[name], field) for name in ("advised", "answered"))
        yield f"The advice was: {advised}. The decision was: {answered}. Reason: {departed['reason']}"


def _answered_so(kept: Any, body: Mapping[str, Any], form: Form | None) -> Field | None:
    """The question with choices that got this answer."""
    given = body.get("event", {}).get("answers", {})
    chosen = (each for each in form.walk() if each.options) if form else ()
    return next((each for each in chosen if given.get(each.key) == kept), None)


def _decisions(body: Mapping[str, Any]) -> Iterator[str]:
    for made in body.get("outcome", {}).get("decisions", ()):
        trace = made["trace"]
        name = trace.get("decision_name") or made["decision_id"]
        hits = ", ".join(str(number) for number in trace.get("hits", ()))
        rule = f" (rule {hits})" if hits else ""
        yield f"The table “{name}” advised {shown(decode(made.get('result')))}{rule}"


def _overtaken(body: Mapping[str, Any]) -> Iterator[str]:
    for timer in body.get("overtaken", ()):
        days = int(timer["late_seconds"]) // 86_400
        late = f", {days} day{'' if days == 1 else 's'} before" if days else ""
        name = timer["name"] or _words(timer["element"])
        yield f"The date of “{name}” had been missed: it was {day(timer['due'])}{late}. This came in its place"


def _closed(body: Mapping[str, Any]) -> Iterator[str]:
    for task in body.get("outcome", {}).get("closed", ()):
        if not task["completed"]:
            yield f"“{_words(task['element_id'])}” is no longer needed"


def _opened(body: Mapping[str, Any]) -> Iterator[str]:
    for task in body.get("outcome", {}).get("opened", ()):
        deadline = task.get("deadline") or {}
        why = f": {deadline['sentence']}" if deadline.get("sentence") else ""
        due = f", due by {day(task['due'])}{why}" if task.get("due") else ""
        yield f"Next: “{task['name']}”{due}"


def _ended(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("outcome", {}).get("ended"):
        yield "The case ended"


def _words(name: str) -> str:
    """An id as words."""
    return name.replace("_", " ").replace("-", " ").strip().capitalize()
