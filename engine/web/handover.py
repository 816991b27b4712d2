"""Giving work to somebody else, and closing a case that should not have been opened: each with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.model.errors import AnswersRejected
from engine.web import errors
from engine.web.access import REASSIGNS, WITHDRAWS, open_to
from engine.web.cases import load as load_case
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.tasks import load as load_task
from engine.web.tasks import to_task
from engine.web.visitor import visitor
from engine.web.words import named

blueprint = Blueprint("handover", __name__)
Choices = list[tuple[str, str]]


@blueprint.get("/tasks/<task_id>/reassign")
@open_to(REASSIGNS)
def task_form(task_id: str) -> str:
    """Who should do the task, and why."""
    return show_task(load_task(task_id), {})


@blueprint.post("/tasks/<task_id>/reassign")
@open_to(REASSIGNS)
def reassign_task(task_id: str) -> str | Response | tuple[str, int]:
    """Give the task to a person, or back to everybody whose role can do it."""
    return alike(f"reassign_task {task_id}", commands.Reassigned, lambda: task_sent(task_id), lambda d: to_task(d.id))


def task_sent(task_id: str) -> str | Response | tuple[str, int]:
    """The page about a task as it came."""
    page = load_task(task_id)
    try:
        commands.reassign_task(
            shell().uow,
            actor=visitor().acting(shell().roles_that_may("reassign")),
            task_id=task_id,
            to=request.form.get("to") or None,
            reason=request.form.get("reason", "").strip(),
            key=sent_key(),
            now=shell().now(),
        )
    except AnswersRejected as problem:
        return show_task(page, problem.errors), errors.status_of(problem)
    flash(f"{page.task.name}: given on.", "success")
    return to_task(task_id)


@blueprint.get("/cases/<case_id>/reassign")
@open_to(REASSIGNS)
def case_form(case_id: str) -> str:
    """Whose case it should be, and why."""
    return show_case(load_case(case_id), {})


@blueprint.post("/cases/<case_id>/reassign")
@open_to(REASSIGNS)
def reassign_case(case_id: str) -> str | Response | tuple[str, int]:
    """Give the case to another worker or team; its open tasks go with it."""
    return alike(f"reassign_case {case_id}", commands.Reassigned, lambda: case_sent(case_id), lambda _: to_cases())


def case_sent(case_id: str) -> str | Response | tuple[str, int]:
    """The page about a case as it came."""
    page = load_case(case_id)
    try:
        commands.reassign_case(
            shell().uow,
            actor=visitor().acting(shell().roles_that_may("reassign")),
            case_id=case_id,
            worker=request.form.get("worker") or None,
            team=request.form.get("team") or None,
            reason=request.form.get("reason", "").strip(),
            key=sent_key(),
            now=shell().now(),
        )
    except AnswersRejected as problem:
        return show_case(page, problem.errors), errors.status_of(problem)
    flash("The case was given on.", "success")
    return to_cases()


def to_cases() -> Response:
    """To the list: the case may be out of sight now."""
    return redirect(url_for("cases.listing"), 303)


@blueprint.get("/cases/<case_id>/withdraw")
@open_to(WITHDRAWS)
def withdraw_form(case_id: str) -> str:
    """Why the case is withdrawn."""
    return show_withdrawal(load_case(case_id), {})


@blueprint.post("/cases/<case_id>/withdraw")
@open_to(WITHDRAWS)
def withdraw(case_id: str) -> str | Response | tuple[str, int]:
    """Close the case; nothing of it is removed."""
    return alike(f"withdraw_case {case_id}", commands.Withdrawn, lambda: withdrawal_sent(case_id), withdrawn)


def withdrawal_sent(case_id: str) -> str | Response | tuple[str, int]:
    """The page of a withdrawal as it came."""
    page = load_case(case_id)
    try:
        done = commands.withdraw_case(
            shell().uow,
            actor=visitor().acting(shell().roles_that_may("withdraw")),
            case_id=case_id,
            reason=request.form.get("reason", "").strip(),
            key=sent_key(),
            now=shell().now(),
        )
    except AnswersRejected as problem:
        return show_withdrawal(page, problem.errors), errors.status_of(problem)
    flash("The case is withdrawn. Its record is kept.", "success")
    return withdrawn(done)


def withdrawn(done: commands.Withdrawn) -> Response:
    """To the case, which stays to be read."""
    return redirect(url_for("cases.case", case_id=done.case_id), 303)


def show_task(page: Any, wrong: dict[str, str]) -> str:
    """The page on which a task is given on."""
    able = [each for each in queries.people(shell().uow) if not page.task.roles or each.roles & set(page.task.roles)]
    to: Choices = [("", "Everybody whose role can do it"), *((each.username, each.name) for each in able)]
    back = url_for("tasks.form", task_id=page.task.id)
    return show(page.case, f"Give on: {page.task.name}", "Give it on", back, wrong, selects=[("to", "To", to)])


def show_case(page: Any, wrong: dict[str, str]) -> str:
    """The page on which a case is given on."""
    people = queries.people(shell().uow)
    teams = sorted({team for each in people for team in each.teams})
    workers: Choices = [("", "As it is now"), *((each.username, each.name) for each in people if each.teams)]
    selects = [("worker", "Worker", workers), ("team", "Team", [("", "As it is now"), *((t, named(t)) for t in teams)])]
    back = url_for("cases.case", case_id=page.case.id)
    return show(page.case, "Give this case to somebody else", "Give it on", back, wrong, selects=selects)


def show_withdrawal(page: Any, wrong: dict[str, str]) -> str:
    """The page on which a case is withdrawn."""
    back = url_for("cases.case", case_id=page.case.id)
    warning = "Only for a case that was opened in error. All its tasks close; its record stays. This cannot be undone."
    return show(page.case, "Withdraw this case", "Withdraw the case", back, wrong, warning=warning)


def show(case: Any, title: str, button: str, back: str, wrong: dict[str, str], **more: Any) -> str:
    """A page with a reason."""
    return render_template(
        "handover.html", case=case, heading=title, button=button, back=back, errors=wrong, typed=request.form, **more
    )
