"""Cases: the list, one case as a whole, and the changes that can be recorded in it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.forms import Accepted
from engine.model.case import CaseFilter
from engine.model.errors import AnswersRejected, NotAllowed
from engine.web import errors
from engine.web.access import SIGNED_IN, open_to
from engine.web.advice import decided
from engine.web.diagrams import Diagram, diagrams_of
from engine.web.forms import Asked, Raw, ask, begin, changed, judge, labels, raw_of
from engine.web.refusals import note_fruitless_search
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.signin import take_kept
from engine.web.strands import timelines
from engine.web.tasklist import page_number
from engine.web.uploads import file_names, take_files
from engine.web.visitor import me, visitor

blueprint = Blueprint("cases", __name__)
_STATUS = {"open": "open", "ended": "ended", "withdrawn": "withdrawn", "any": None}


@blueprint.get("/cases")
@open_to(SIGNED_IN)
def listing() -> str:
    """The cases I may see."""
    status = request.args.get("status", "open")
    overdue = request.args.get("overdue") == "yes"
    text = str(session.get("case_text", ""))
    filters = CaseFilter(text=text, status=_STATUS.get(status, "open"), overdue=True if overdue else None)
    cases = queries.case_list(shell().uow, person=me(), now=shell().now(), filters=filters, page=page_number())
    if text and not cases.total:
        note_fruitless_search()
    return render_template("cases.html", cases=cases, status=status, overdue=overdue, text=text, names=shell().names())


@blueprint.post("/cases")
@open_to(SIGNED_IN)
def search() -> Response:
    """Remember what to look for: a name must not stand in an address, so it is kept in the session."""
    text = request.form.get("text", "").strip()[:100]
    if request.form.get("do") == "clear" or not text:
        session.pop("case_text", None)
    else:
        session["case_text"] = text
    chosen: dict[str, Any] = {name: request.form[name] for name in ("status", "overdue") if request.form.get(name)}
    return redirect(url_for("cases.listing", **chosen), 303)


@blueprint.get("/cases/<case_id>")
@open_to(SIGNED_IN)
def case(case_id: str) -> str:
    """One case: its strands side by side, where it is, who and what belongs to it, and what happened."""
    page = load(case_id)
    commands.record_view(shell().uow, actor=visitor().acting(), case_id=case_id, what="case", now=shell().now())
    opened = tuple(session.pop("opened", ()))
    drawn = diagrams_of(page.case.policy_digest, page.tokens)
    chosen = next((d for d in drawn if d.process_id == request.args.get("diagram")), drawn[0] if drawn else None)
    return show(page, drawn, chosen, opened)


def show(page: Any, drawn: tuple[Diagram, ...], chosen: Diagram | None, opened: tuple[str, ...]) -> str:
    """The case page."""
    rows = [row for strand in page.strands for row in strand.tasks]
    return render_template(
        "case.html",
        page=page,
        timelines=timelines(page.strands),
        diagrams=drawn,
        diagram=chosen,
        next_tasks=[row for row in rows if row.task_id in opened],
        changes=[change for change in page.changes if change.may_send_as],
        decisions=[decided(row) for row in page.decisions],
        history=page.history[::-1],
        names=shell().names(),
    )


@blueprint.get("/cases/<case_id>/history")
@open_to(SIGNED_IN)
def history(case_id: str) -> str:
    """What happened in the case, newest first, a page at a time."""
    page = queries.history_page(shell().uow, person=me(), case_id=case_id, page=page_number())
    commands.record_view(shell().uow, actor=visitor().acting(), case_id=case_id, what="history", now=shell().now())
    return render_template("history.html", page=page)


@blueprint.get("/cases/<case_id>/change/<message>")
@open_to(SIGNED_IN)
def change(case_id: str, message: str) -> str:
    """A change that can be recorded now: its form."""
    page = load_message(case_id, message)
    kept = take_kept(request.path)
    raw = raw_of(kept) if kept else begin(page.form, page.variables, shell().now())
    return show_change(page, ask(page.form, raw, page.variables, now=shell().now()), raw)


@blueprint.post("/cases/<case_id>/change/<message>")
@open_to(SIGNED_IN)
def record(case_id: str, message: str) -> str | Response | tuple[str, int]:
    """Record a change in the case."""
    key = sent_key()
    return alike(
        f"deliver_message {case_id} {message}",
        commands.Delivered,
        lambda: sent(case_id, message),
        recorded,
        key=key and f"message:{case_id}:{key}",
    )


def sent(case_id: str, message: str) -> str | Response | tuple[str, int]:
    """The change's form as it came."""
    page = load_message(case_id, message)
    if not page.change.may_send_as:
        raise NotAllowed(f"Your role does not record “{page.change.label}”.")
    raw = take_files(raw_of(request.form), case_id, visitor().acting(page.change.may_send_as))
    g.labels = labels(page.form, raw) if page.form else {}
    if (other := changed(raw, request.form.get("do", ""))) is not None:
        return show_change(page, ask(page.form, other, page.variables, now=shell().now()), other)
    answers = judge(page.form, raw, page.variables, now=shell().now())
    if isinstance(answers, Asked):
        return show_change(page, answers, raw), 422 if answers.errors else 200
    try:
        done = deliver(page, answers)
    except AnswersRejected as problem:
        again = ask(page.form, raw, page.variables, now=shell().now(), errors=problem.errors)
        return show_change(page, again, raw), errors.status_of(problem)
    flash(f"{page.change.label}: recorded.", "success")
    return recorded(done)


def recorded(done: commands.Delivered) -> str | Response | tuple[str, int]:
    """To the case, where what comes next is pointed out."""
    session["opened"] = list(done.opened)
    return redirect(url_for("cases.case", case_id=done.case_id), 303)


def deliver(page: Any, answers: Accepted) -> Any:
    """The one command behind the page; the form's key makes a second sending harmless."""
    return commands.deliver_message(
        shell().uow,
        shell().machine,
        actor=visitor().acting(page.change.may_send_as),
        case_id=page.case.id,
        name=page.change.message,
        payload=answers.answers,
        message_id=sent_key(),
        now=shell().now(),
    )


def load(case_id: str) -> Any:
    """The case page's data; raises CaseNotFound for what is not this person's."""
    return queries.case_page(shell().uow, shell().machine, person=me(), case_id=case_id, now=shell().now())


def load_message(case_id: str, message: str) -> Any:
    """A change's page; raises CaseNotFound, or NobodyWaiting when the case takes no such change now."""
    return queries.message_page(
        shell().uow, shell().machine, person=me(), case_id=case_id, message=message, now=shell().now()
    )


def show_change(page: Any, asked: Asked, raw: Raw, *, notice: str = "") -> str:
    """The page of a change."""
    return render_template(
        "change.html",
        page=page,
        asked=asked,
        errors=asked.links,
        notice=notice,
        files=file_names(raw, page.form),
        key=request.form.get("key", ""),
    )


def show_again(said: errors.Telling) -> str:
    """The same page with everything typed."""
    given = request.view_args or {}
    page, raw = load_message(str(given["case_id"]), str(given["message"])), raw_of(request.form)
    asked = ask(page.form, raw, page.variables, now=shell().now())
    return show_change(page, asked, raw, notice=f"{said.next} Check it and send it again.")


errors.show_again["cases.record"] = show_again
