"""The auditor's pages; opening one is itself recorded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from engine import commands
from engine.audit import export as written
from engine.audit import verify
from engine.audit.as_at import as_at
from engine.audit.why import task_of, why_advice, why_task
from engine.model.case import case_of, local_id
from engine.web.access import AUDITS, open_to
from engine.web.documents import download
from engine.web.replay.charts import chart_of
from engine.web.replay.frames import frames_of
from engine.web.replay.reasons import reasons
from engine.web.replay.record import WHOLE, Record, load, strands_of
from engine.web.replay.told import in_strand, tell, tell_advice
from engine.web.shell import shell
from engine.web.visitor import me, visitor
from engine.web.words import LONDON, day

blueprint = Blueprint("replay", __name__)
TYPES = {"json": "application/json", "csv": "text/csv", "xes": "application/xml"}


@blueprint.get("/cases/<case_id>/replay")
@open_to(AUDITS)
def player(case_id: str) -> str:
    """The case step by step on its diagrams, and the same as a chronology in words."""
    note(case_id, "replay")
    record = load(case_id)
    used = {process for moment in record.moments for process, _ in _places(moment)}
    named = strands_of(_digest(record))
    taken = {process for strand in named for process in strand.processes}
    whole = [WHOLE] if any(in_strand(WHOLE, process, taken) for process in used) else []
    told = {
        moment.entry.seq: [tell_advice(record, made, moment) for made in moment.made_advice]
        for moment in record.moments
    }
    return render_template(
        "replay/replay.html",
        record=record,
        case=record.page.case,
        moments=record.moments,
        strands=[*named, *whole],
        advice=told,
        start=_number(request.args.get("step"), 1),
        names=shell().names(),
    )


@blueprint.get("/cases/<case_id>/replay/frames")
@open_to(AUDITS)
def frames(case_id: str) -> Response:
    """What the player steps through."""
    record = load(case_id)
    note_once(record)
    return jsonify(frames_of(record))


@blueprint.get("/cases/<case_id>/replay/<int:seq>")
@open_to(AUDITS)
def step(case_id: str, seq: int) -> str:
    """One step in words, for the player."""
    record = load(case_id)
    moment = record.at(seq) or abort(404)
    note_once(record)
    return render_template("replay/step.html", record=record, case=record.page.case, told=tell(record, moment))


@blueprint.get("/cases/<case_id>/as-at")
@open_to(AUDITS)
def standing(case_id: str) -> str | tuple[str, int]:
    """The case as its record had it at the end of a day, or after one entry."""
    record = load(case_id)
    chosen, wrong = _chosen(record)
    found = as_at(record.moments, chosen) if chosen else None
    moment = record.at(_number(request.args.get("step"), 0)) or (found.moment if found else None)
    note(case_id, f"as at {day(chosen)}" if chosen else "as at")
    page = render_template(
        "replay/as_at.html",
        record=record,
        case=record.page.case,
        told=tell(record, moment, chosen) if moment else None,
        later=[record.line(entry.seq) for entry in found.later] if found else [],
        chosen=chosen,
        typed=request.args.get("on", ""),
        errors={"on": wrong} if wrong else {},
    )
    return (page, 422) if wrong else page


@blueprint.get("/cases/<case_id>/why/<task_id>")
@open_to(AUDITS)
def why(case_id: str, task_id: str) -> str:
    """Why a task was there."""
    if local_id(task_id) and case_of(task_id) != case_id:
        abort(404)  # a task of one case under the address of another
    record = load(case_id)
    local = local_id(task_id) or task_id
    task = task_of(record.moments, local) or abort(404)
    note(case_id, f"why {task.name}")
    chain = reasons(record, why_task(record.moments, chart_of, local))
    asked = f"Why is “{task.name}” here?"
    return render_template("replay/why.html", record=record, case=record.page.case, asked=asked, chain=chain)


@blueprint.get("/cases/<case_id>/why/<int:seq>/<variable>")
@open_to(AUDITS)
def why_advised(case_id: str, seq: int, variable: str) -> str:
    """Why a table advised what it did."""
    record = load(case_id)
    chain = reasons(record, why_advice(record.moments, chart_of, seq, variable)) or abort(404)
    note(case_id, f"why {chain[0].cause.what}")
    asked = f"Why did “{chain[0].cause.what}” advise this?"
    return render_template("replay/why.html", record=record, case=record.page.case, asked=asked, chain=chain)


@blueprint.get("/cases/<case_id>/proof")
@open_to(AUDITS)
def proof(case_id: str) -> str:
    """Whether the record can be trusted: its chain checked, every step run again."""
    note(case_id, "check of the record")
    record = load(case_id)
    verdict = verify(shell().uow, shell().machine, case_id=case_id)
    return render_template("replay/proof.html", case=record.page.case, verdict=verdict)


@blueprint.get("/cases/<case_id>/export/<form>")
@open_to(AUDITS)
def export(case_id: str, form: str) -> Response:
    """The journal for other tools."""
    if form not in TYPES:
        abort(404)
    note(case_id, f"export {form}")
    content = written(shell().uow, case_id=case_id, form=form)
    response = download(content, TYPES[form], f"{case_id}.{form}")
    response.headers["Content-Type"] = f"{TYPES[form]}; charset=utf-8"
    return response


def note(case_id: str, what: str) -> None:
    """Record that somebody looked; raises CaseNotFound when they may not."""
    commands.record_view(shell().uow, actor=visitor().acting(), case_id=case_id, what=what, now=shell().now())


def note_once(record: Record) -> None:
    """Record a look at the replay, unless this person's look at it within a day is recorded: its page is in parts."""
    since = shell().now() - timedelta(days=1)
    mine = (view for view in record.views if view.username == me().username and view.at > since)
    if not any(view.what == "replay" for view in mine):
        note(record.page.case.id, "replay")


def _places(moment: Any) -> list[tuple[str, str]]:
    return [(token.process_id, token.element_id) for token in moment.tokens]


def _digest(record: Record) -> str:
    return record.page.case.policy_digest


def _chosen(record: Record) -> tuple[datetime | None, str]:
    """The end of the day asked for, in London; and what is wrong with what was typed."""
    typed = request.args.get("on", "").strip()
    if not typed and record.at(_number(request.args.get("step"), 0)):
        return None, ""
    try:
        wanted = date.fromisoformat(typed) if typed else shell().now().astimezone(LONDON).date()
        return datetime.combine(wanted + timedelta(days=1), time(), LONDON) - timedelta(microseconds=1), ""
    except (ValueError, OverflowError):
        return None, "Enter a date as year, month and day, such as 2026-03-27"


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
