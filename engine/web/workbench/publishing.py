"""Submitting the draft as the next version: number, day, what changed, and when it is to be looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.model.errors import AlongsideError, PolicyRejected
from engine.model.policy_draft import EDIT
from engine.web.access import open_to
from engine.web.errors import status_of
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.words import local_date
from engine.web.workbench.desk import EDITS, acting, blueprint, changes, check, in_force, the_draft

_DATES = ("effective_from", "review_date")


@blueprint.get("/publish")
@open_to(EDITS)
def publish_form() -> str:
    """Asks what a version needs; the next number and today stand there already."""
    today = local_date(shell().now())
    return _page({"number": next_number(), **_boxes("effective_from", today)}, {})


@blueprint.post("/publish")
@open_to(EDITS)
def publish() -> Response | tuple[str, int]:
    """Submit it for another person's approval."""
    number = request.form.get("number", "").strip()
    return alike(f"submit_version {number}", commands.Submitted, sent, lambda done: to_approval(done.number))


def sent() -> Response | tuple[str, int]:
    """The page as it came."""
    typed = {name: value.strip() for name, value in request.form.items() if not name.startswith(("_", "csrf"))}
    dates, errors = _dates(typed)
    if not typed.get("number"):
        errors["number"] = "Enter the number of the version"
    if not typed.get("change_note"):
        errors["change_note"] = "Enter what changes, and why"
    if errors:
        return _page(typed, errors), 422
    try:
        _submit(typed, dates)
    except PolicyRejected as refused:
        return _page(typed, {}, faults=refused.faults), 422
    except AlongsideError as problem:
        return _page(typed, {"number": str(problem)}), status_of(problem)
    flash(f"Version {typed['number']} is submitted. Somebody else must approve it before it holds.", "success")
    return to_approval(typed["number"])


def to_approval(number: str) -> Response:
    """To the page on which somebody else approves it."""
    return redirect(url_for("workbench.approval", number=number), 303)


def _submit(typed: Mapping[str, str], dates: Mapping[str, date | None]) -> None:
    commands.submit_policy_draft(
        shell().uow,
        shell().machine,
        actor=acting(EDIT),
        digest=typed.get("digest", ""),
        number=typed["number"],
        effective_from=dates["effective_from"] or local_date(shell().now()),
        change_note=typed["change_note"][:2000],
        review_date=dates["review_date"],
        key=sent_key(),
        now=shell().now(),
    )


def _dates(typed: Mapping[str, str]) -> tuple[dict[str, date | None], dict[str, str]]:
    """The dates that were typed, and a sentence for each that is none; the review date may be left out."""
    found: dict[str, date | None] = {}
    errors: dict[str, str] = {}
    for name, said in zip(_DATES, ("The day from which it holds", "The review date"), strict=True):
        parts = [typed.get(f"{name}-{part}", "") for part in ("year", "month", "day")]
        found[name] = None
        if not any(parts) and name == "review_date":
            continue
        try:
            found[name] = date(*(int(part) for part in parts))
        except ValueError:
            errors[f"{name}-day"] = f"{said} must be a real date"
    return found, errors


def _boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def next_number() -> str:
    """One more than the highest whole number."""
    versions = queries.policy_page(shell().uow, now=shell().now()).versions
    return str(max((int(each.number) for each in versions if each.number.isdecimal()), default=0) + 1)


def _page(typed: Mapping[str, str], errors: Mapping[str, str], faults: tuple[object, ...] = ()) -> str:
    page = the_draft()
    return render_template(
        "workbench/publish.html",
        page=page,
        typed=typed,
        errors=errors,
        faults=faults or check(page.bundle).faults,
        differences=changes(in_force(), page.bundle),
    )
