"""Starting a case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.forms import Accepted
from engine.model.errors import AnswersRejected
from engine.web import errors
from engine.web.access import STARTS_CASES, open_to
from engine.web.forms import Asked, ask, begin, changed, judge, labels, raw_of
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.signin import take_kept
from engine.web.visitor import visitor

blueprint = Blueprint("start", __name__)


@blueprint.get("/cases/start")
@open_to(STARTS_CASES)
def form() -> str:
    """The form that starts a case."""
    page = load()
    kept = take_kept(request.path)
    raw = raw_of(kept) if kept else begin(page.form, {}, shell().now())
    return show(page, ask(page.form, raw, {}, now=shell().now()))


@blueprint.post("/cases/start")
@open_to(STARTS_CASES)
def begin_case() -> str | Response | tuple[str, int]:
    """Start the case on the policy in force."""
    return alike("start_case", commands.Started, sent, started)


def sent() -> str | Response | tuple[str, int]:
    """The start form as it came."""
    page, raw = load(), raw_of(request.form)
    g.labels = labels(page.form, raw) if page.form else {}
    if (other := changed(raw, request.form.get("do", ""))) is not None:
        return show(page, ask(page.form, other, {}, now=shell().now()))
    answers = judge(page.form, raw, {}, now=shell().now())
    if isinstance(answers, Asked):
        return show(page, answers), 422 if answers.errors else 200
    try:
        done = send(answers)
    except AnswersRejected as problem:
        return show(page, ask(page.form, raw, {}, now=shell().now(), errors=problem.errors)), errors.status_of(problem)
    flash(f"Case {done.case_id} is open.", "success")
    return started(done)


def started(done: commands.Started) -> str | Response | tuple[str, int]:
    """To the case, where what comes next is pointed out."""
    session["opened"] = list(done.opened)
    return redirect(url_for("cases.case", case_id=done.case_id), 303)


def send(answers: Accepted) -> Any:
    """The one command behind the page; the policy says which answers are the case's title, team and worker."""
    return commands.start_case(
        shell().uow,
        shell().machine,
        actor=visitor().acting(starting_roles()),
        answers=answers.answers,
        key=sent_key(),
        now=shell().now(),
    )


def starting_roles() -> tuple[str, ...]:
    """The roles that start cases."""
    return tuple(role.id for role in shell().roles().values() if role.starts_cases)


def load() -> Any:
    """The start page's data: the process and form of the policy in force."""
    return queries.start_page(shell().uow, now=shell().now())


def show(page: Any, asked: Asked, *, notice: str = "") -> str:
    """The page with these questions."""
    return render_template(
        "start.html", page=page, asked=asked, errors=asked.links, notice=notice, key=request.form.get("key", "")
    )


def show_again(said: errors.Telling) -> str:
    """The same page with everything typed."""
    page, raw = load(), raw_of(request.form)
    asked = ask(page.form, raw, {}, now=shell().now())
    return show(page, asked, notice=f"{said.next} Check it and send it again.")


errors.show_again["start.begin_case"] = show_again
