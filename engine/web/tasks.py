"""One task: its form, what came before it, and what a person can do with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.forms import Accepted
from engine.model.errors import AnswersRejected, CaseMovedOn, NotAllowed, StepFailed, TaskClaimed
from engine.web import errors
from engine.web.access import SIGNED_IN, open_to
from engine.web.advice import advised
from engine.web.forms import Asked, Raw, ask, begin, changed, judge, labels, raw_of, to_keep
from engine.web.letters import preview
from engine.web.sending import alike, sent_key
from engine.web.sentences import sentences
from engine.web.shell import shell
from engine.web.signin import take_kept
from engine.web.uploads import file_names, take_files
from engine.web.visitor import me, visitor
from engine.web.words import joined

blueprint = Blueprint("tasks", __name__)
#: Stands for answers to a closed task: the form's key decides whether this is the second sending of the same page.
SENT_BEFORE = Accepted({})


@blueprint.get("/tasks/<task_id>")
@open_to(SIGNED_IN)
def form(task_id: str) -> str:
    """The task, with what was typed last time."""
    page = load(task_id)
    kept = take_kept(request.path)
    raw = raw_of(kept) if kept else page.draft or begin(page.form, page.variables, shell().now())
    commands.record_view(
        shell().uow, actor=actor(page), case_id=page.case.id, what=f"task {page.task.name}", now=shell().now()
    )
    notice = "You were signed out while you were writing. Check your answers and send them." if kept else ""
    return show(page, ask(page.form, dict(raw), page.variables, now=shell().now()), dict(raw), notice=notice)


@blueprint.post("/tasks/<task_id>")
@open_to(SIGNED_IN)
def complete(task_id: str) -> str | Response | tuple[str, int]:
    """Whatever button was pressed: send, save for later, a row or a file more or less."""
    return alike(f"complete_task {task_id}", commands.Completed, lambda: sent(task_id), done_once)


def sent(task_id: str) -> str | Response | tuple[str, int]:
    """What the button does."""
    page = load(task_id)
    must_be_mine(page)
    raw = take_files(raw_of(request.form), page.case.id, actor(page))
    g.labels = labels(page.form, raw) if page.form else {}
    do = request.form.get("do", "complete")
    if do == "save":
        return save(page, raw)
    if (other := changed(raw, do)) is not None:
        return show(page, ask(page.form, other, page.variables, now=shell().now()), other)
    return finish(page, raw)


def finish(page: Any, raw: Raw) -> str | Response | tuple[str, int]:
    """Complete the task, or show the page again with everything that was typed."""
    answers = judge(page.form, raw, page.variables, now=shell().now()) if page.task.is_open else SENT_BEFORE
    if isinstance(answers, Asked):
        return show(page, answers, raw), 422 if answers.errors else 200
    try:
        done = send(page, answers)
    except AnswersRejected as problem:
        again = ask(page.form, raw, page.variables, now=shell().now(), errors=problem.errors)
        return show(page, again, raw), errors.status_of(problem)
    except CaseMovedOn as problem:
        fresh = load(page.task.id)
        again = ask(fresh.form, raw, fresh.variables, now=shell().now())
        return show(
            fresh, again, raw, notice=f"{problem} Nothing was sent. Check your answers, then send them again."
        ), errors.status_of(problem)
    except (StepFailed, TaskClaimed):
        commands.save_draft(shell().uow, person=me(), task_id=page.task.id, raw=to_keep(raw), now=shell().now())
        raise
    flash(f"{page.task.name}: done.{' The case has ended.' if done.ended else ''}", "success")
    return done_once(done)


def done_once(done: commands.Completed) -> str | Response | tuple[str, int]:
    """To the case, where what comes next is pointed out."""
    session["opened"] = list(done.opened)
    return redirect(url_for("cases.case", case_id=done.case_id), 303)


def send(page: Any, answers: Accepted) -> Any:
    """The one command behind the page."""
    seen = request.form.get("seen_version", "")
    return commands.complete_task(
        shell().uow,
        shell().machine,
        actor=actor(page),
        task_id=page.task.id,
        answers=answers.answers,
        seen_version=int(seen) if seen.isascii() and seen.isdigit() else None,
        key=sent_key(),
        now=shell().now(),
    )


def save(page: Any, raw: Raw) -> Response:
    """Keep what was typed until the person comes back."""
    commands.save_draft(shell().uow, person=me(), task_id=page.task.id, raw=to_keep(raw), now=shell().now())
    flash(f"{page.task.name}: your answers are saved. Nothing has been sent yet.", "info")
    return to_my_tasks()


@blueprint.post("/tasks/<task_id>/claim")
@open_to(SIGNED_IN)
def claim(task_id: str) -> Response:
    """Take a task, so that others see it is being done."""

    def take() -> Response:
        page = load(task_id)
        commands.claim_task(shell().uow, actor=actor(page), task_id=task_id, key=sent_key(), now=shell().now())
        flash(f"{page.task.name} is yours now.", "success")
        return to_task(task_id)

    return alike(f"claim_task {task_id}", commands.Claimed, take, lambda done: to_task(done.task_id))


@blueprint.post("/tasks/<task_id>/release")
@open_to(SIGNED_IN)
def release(task_id: str) -> Response:
    """Give a task back to everybody whose role can do it."""

    def give_back() -> Response:
        page = load(task_id)
        commands.release_task(shell().uow, actor=actor(page), task_id=task_id, key=sent_key(), now=shell().now())
        flash(f"{page.task.name} is free for others again.", "success")
        return to_my_tasks()

    return alike(f"release_task {task_id}", commands.Claimed, give_back, lambda _: to_my_tasks())


def to_task(task_id: str) -> Response:
    """To the task's page."""
    return redirect(url_for("tasks.form", task_id=task_id), 303)


def to_my_tasks() -> Response:
    """To the list."""
    return redirect(url_for("tasklist.mine"), 303)


def load(task_id: str) -> Any:
    """The task page's data; raises TaskNotFound for what is not this person's."""
    return queries.task_page(shell().uow, shell().machine, person=me(), task_id=task_id, now=shell().now())


def must_be_mine(page: Any) -> None:
    """Raises NotAllowed when the task is for roles that this person does not have."""
    task = page.task
    is_free = task.is_open and task.holder in (None, me().username)
    if is_free and not page.may_complete_as:
        raise NotAllowed(f"“{task.name}” is for {joined(map(shell().role_title, task.roles), 'or')}.")


def actor(page: Any) -> Any:
    """The person in the role they chose for this task, else in the first that may do it."""
    chosen = request.form.get("act_as", "")
    roles = page.may_complete_as or page.task.roles
    return visitor().acting((chosen,) if chosen in roles else roles)


def show(page: Any, asked: Asked, raw: Raw, *, notice: str = "", key: str = "") -> str:
    """The page with these questions."""
    task = page.task
    return render_template(
        "task.html",
        page=page,
        task=task,
        asked=asked,
        errors=asked.links,
        notice=notice,
        key=key or request.form.get("key", ""),
        advice=advised(page),
        letter=preview(page),
        guidance=sentences(page.definitions_digest, page.guidance),
        files=file_names(raw, page.form),
        names=shell().names(),
    )


def show_again(said: errors.Telling) -> str:
    """The same page with everything typed, when it could not even be read as sent from here."""
    task_id = str((request.view_args or {})["task_id"])
    page, raw = load(task_id), raw_of(request.form)
    asked = ask(page.form, raw, page.variables, now=shell().now())
    return show(page, asked, raw, notice=f"{said.next} Check it and send it again.")


errors.show_again["tasks.complete"] = show_again
