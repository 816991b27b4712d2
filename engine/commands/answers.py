"""Answers judged by the form that asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from engine.forms import Rejected, accept_json
from engine.model.errors import AnswersRejected
from engine.model.task import Task
from engine.ports import Guidance

LONDON = ZoneInfo("Europe/London")


def accepted(
    guidance: Guidance, form_id: str, answers: Mapping[str, object], variables: Mapping[str, object], now: datetime
) -> dict[str, object]:
    """The answers as values, hidden ones left out; without a form nothing may be answered. Raises AnswersRejected."""
    form = guidance.form(form_id)
    if form is None:
        if answers:
            raise AnswersRejected(dict.fromkeys(answers, "Nothing is asked here."))
        return {}
    judged = accept_json(form, answers, variables, now=now, functions=guidance.definitions.functions)
    if isinstance(judged, Rejected):
        raise AnswersRejected(judged.errors)
    return judged.answers


def done_moment(task: Task, answers: Mapping[str, object]) -> datetime | None:
    """When it was really done, from the answer that the task's `doneAt` names; a day means its start in London."""
    value = answers.get(task.properties.get("doneAt", ""))
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=LONDON)
    return datetime.combine(value, time(), LONDON) if isinstance(value, date) else None
