"""A sentence for each kind of journal entry, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.model.journal import Entry

LONDON = ZoneInfo("Europe/London")
Body = Mapping[str, Any]
#: (who, body, username -> name) -> sentence
Telling = Callable[[str, Body, Mapping[str, str]], str]


def sentence_of(entry: Entry, names: Mapping[str, str]) -> str:
    """What happened, with who did it; a kind that this release does not know is named as it is.

    An entry that was damaged is still a line: the page of a case must open for whoever looks into it.
    """
    who = names.get(entry.actor, entry.actor)
    named = f"{who}: {entry.kind.replace('_', ' ')}."
    told = _TELLING.get(entry.kind)
    try:
        return named if told is None else told(who, entry.body, names)
    except (KeyError, ValueError, TypeError, AttributeError):
        return f"{named} The entry cannot be read: have the record of this case verified."


def day(text: object) -> str:
    """An ISO date or moment as a day in London, such as "4 March 2026"; "" for nothing."""
    if not isinstance(text, str) or not text:
        return ""
    moment = datetime.fromisoformat(text)
    on: date = moment.astimezone(LONDON).date() if moment.tzinfo else moment.date()
    return f"{on.day} {on:%B %Y}"


def _completed(who: str, body: Body, _names: Mapping[str, str]) -> str:
    departed = body.get("departed_from_advice")
    more = ", departing from the advice" if departed else ""
    return f"{who} completed “{body['name']}”{more}."


def _timer(_who: str, body: Body, _names: Mapping[str, str]) -> str:
    late = int(body.get("late_seconds", 0)) // 3600
    after = f", recorded {_hours(late)} late" if late else ""
    return f"The date of “{body['name'] or body['element']}” came: {day(body['due'])}{after}."


def _hours(hours: int) -> str:
    """ "3 hours", "2 days"."""
    number, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _postponed(who: str, body: Body, _names: Mapping[str, str]) -> str:
    due = f" It is still due by {day(body['due'])}." if body.get("due") else ""
    planned = f"{who} planned “{body['name']}” for {day(body['planned_for'])}"
    return f"{planned}, authorised by {body['authorised_by']}: {_stop(body['reason'])}{due}"


def _reassigned(who: str, body: Body, names: Mapping[str, str]) -> str:
    to = body.get("to")
    given = f"to {names.get(to, to)}" if to else "back to its roles"
    return f"{who} gave “{body['name']}” {given}: {_stop(body['reason'])}"


def _case_reassigned(who: str, body: Body, names: Mapping[str, str]) -> str:
    worker = names.get(body["worker"], body["worker"]) or "nobody"
    return f"{who} gave the case to {worker}, team {body['team']}: {_stop(body['reason'])}"


def _incident(_who: str, body: Body, _names: Mapping[str, str]) -> str:
    at = f" at “{str(body['element']).replace('_', ' ').capitalize()}”" if body.get("element") else ""
    return f"Something could not be done{at}: {_stop(body['reason'])} Nothing was changed."


def _sent(_who: str, body: Body, _names: Mapping[str, str]) -> str:
    to = f" to {body['recipient']}" if body.get("recipient") else ""
    return f"The letter “{body['name']}” was sent{to} by {body['channel']}."


def _made(_who: str, body: Body, _names: Mapping[str, str]) -> str:
    to = f" for {body['recipient']}" if body.get("recipient") else ""
    return f"The letter “{body['name']}” was made{to}."


def _stop(text: str) -> str:
    """The text as a sentence's end."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _simply(template: str) -> Telling:
    """A sentence that needs only who and the body."""
    return lambda who, body, _names: template.format(who=who, **body)


_TELLING: dict[str, Telling] = {
    "case_started": _simply("{who} started the case."),
    "task_completed": _completed,
    "task_claimed": _simply("{who} took “{name}”."),
    "task_released": _simply("{who} gave “{name}” back."),
    "task_postponed": _postponed,
    "task_reassigned": _reassigned,
    "task_overdue": lambda _who, body, _names: f"“{body['name']}” became overdue: it was due by {day(body['due'])}.",
    "case_reassigned": _case_reassigned,
    "case_withdrawn": lambda who, body, _names: f"{who} withdrew the case: {_stop(body['reason'])}",
    "timer_fired": _timer,
    "message_delivered": _simply("{who} recorded “{name}”."),
    "job_finished": _simply("“{name}” was done."),
    "job_errored": _simply("“{name}” could not be done, and the process took its other way."),
    "letter_made": _made,
    "letter_sent": _sent,
    "attachment_added": _simply("{who} added the file “{name}”."),
    "incident_raised": _incident,
    "incident_retried": _simply("{who} settled problem {incident}."),
    "state_rebuilt": _simply("{who} had the case made anew from its record: what was stored could not be read."),
}
