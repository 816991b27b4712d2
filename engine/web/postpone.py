"""Planning a task for another day; its due date stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from engine import commands
from engine.forms.dates import NotADate, date_of_parts
from engine.web.access import SIGNED_IN, open_to
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.signin import take_kept
from engine.web.tasks import actor, load, must_be_mine, to_task
from engine.web.words import local_date

blueprint = Blueprint("postpone", __name__)


@blueprint.get("/tasks/<task_id>/postpone")
@open_to(SIGNED_IN)
def form(task_id: str) -> str:
    """The day, the reason, and who agreed."""
    page = load(task_id)
    must_be_mine(page)
    return show(page, {}, take_kept(request.path))


@blueprint.post("/tasks/<task_id>/postpone")
@open_to(SIGNED_IN)
def postpone(task_id: str) -> str | Response | tuple[str, int]:
    """Plan the task for that day."""
    return alike(f"postpone_task {task_id}", commands.Postponed, lambda: sent(task_id), lambda d: to_task(d.task_id))


def sent(task_id: str) -> str | Response | tuple[str, int]:
    """The page as it came."""
    page = load(task_id)
    must_be_mine(page)
    day, errors = chosen_day(), missing()
    if isinstance(day, str):
        errors = {"planned_for-day": day, **errors}
    if errors or isinstance(day, str):
        return show(page, errors, request.form), 422
    commands.postpone_task(
        shell().uow,
        actor=actor(page),
        task_id=task_id,
        planned_for=day,
        reason=request.form["reason"].strip(),
        authorised_by=request.form["authorised_by"].strip(),
        key=sent_key(),
        now=shell().now(),
    )
    flash(f"{page.task.name} is planned for {day.day} {day:%B %Y}. The due date stays.", "success")
    return to_task(task_id)


def chosen_day() -> date | str:
    """The day that was typed, or the sentence to show."""
    try:
        day = date_of_parts(*(request.form.get(f"planned_for-{part}", "") for part in ("day", "month", "year")))
    except NotADate as problem:
        return f"The day {problem.problem}"
    return day if day >= local_date(shell().now()) else "The day must be today or later"


def missing() -> dict[str, str]:
    """A sentence for each of the other two that is empty."""
    asked = {"reason": "Say why it is planned for another day", "authorised_by": "Say who agreed to it"}
    return {name: sentence for name, sentence in asked.items() if not request.form.get(name, "").strip()}


def show(page: Any, errors: dict[str, str], typed: Mapping[str, str] | None) -> str:
    """The page with what was typed."""
    return render_template("postpone.html", page=page, errors=errors, typed=typed or {})
