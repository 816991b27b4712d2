"""The demo's clock: months in minutes. Only in the demo."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import queries
from engine.forms.dates import NotADate, date_of_parts
from engine.web.access import DEMO, open_to
from engine.web.sending import sent_key
from engine.web.shell import shell
from engine.web.words import LONDON, day, london

blueprint = Blueprint("clock", __name__)
STEPS = {"1": "1 day", "7": "1 week", "14": "2 weeks", "28": "4 weeks"}
MOST_DAYS = 3660


@blueprint.get("/demo/clock")
@open_to(DEMO)
def form() -> str:
    """Today, and the ways to move it."""
    return show({})


@blueprint.post("/demo/clock")
@open_to(DEMO)
def move() -> Response | tuple[str, int]:
    """Move time forward by days or to a date; whatever falls due until then happens."""
    to, key = chosen(), sent_key()
    if isinstance(to, str) and not was_sent(key):
        return show({"to-day": to}), 422
    if not isinstance(to, str):
        shell().move_clock(to, key)
    flash(f"It is {day(shell().now())} now. What fell due is being done.", "success")
    return redirect(url_for("clock.form"), 303)


def was_sent(key: str | None) -> bool:
    """Whether this very page has moved the clock already."""
    return key is not None and queries.was_sent(shell().uow, key=key, asked="move_clock")


def chosen() -> datetime | str:
    """The moment to move to, or the sentence to show."""
    now = shell().now()
    if request.form.get("days") in STEPS:
        return now + timedelta(days=int(request.form["days"]))
    try:
        to = date_of_parts(*(request.form.get(f"to-{part}", "") for part in ("day", "month", "year")))
    except NotADate as problem:
        return f"The date {problem.problem}"
    moment = datetime.combine(to, time(9), LONDON)
    if moment <= now:
        return "The date must be after today: time only moves forward"
    return moment if (moment - now).days <= MOST_DAYS else "The date must be within ten years"


def show(errors: dict[str, str]) -> str:
    """The page."""
    return render_template("clock.html", errors=errors, typed=request.form, today=london(shell().now()), steps=STEPS)
