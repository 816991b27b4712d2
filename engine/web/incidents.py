"""What the machine could not do, until somebody has settled it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.commands.settle_incident import Settled
from engine.model.incident import IncidentRow
from engine.web.access import OPERATES, open_to
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.tasklist import page_number
from engine.web.visitor import visitor
from engine.web.words import named
from engine.wiring.retrying import retry, retry_alike

blueprint = Blueprint("incidents", __name__)
_STATUS = {"open", "resolved"}
_DOING = {"job": "While doing", "step": "In the step", "timer": "At the time set for", "state": "Opening the case"}


@blueprint.get("/incidents")
@open_to(OPERATES)
def listing() -> str:
    """Incidents, open ones unless asked otherwise."""
    asked = request.args.get("status", "open")
    status = asked if asked in _STATUS else "open"
    found = queries.incident_page(shell().uow, status=status, page=page_number())
    return render_template("incidents.html", found=found, status=status, names=shell().names(), where=where)


def where(row: IncidentRow) -> str:
    """What was being done, in words: a job by its name, anything else by its element's id."""
    incident, name = row.incident, row.job or named(row.incident.element_id)
    doing = _DOING.get(incident.kind, named(incident.kind))
    return f"{doing} “{name}”" if name else doing


@blueprint.post("/incidents/<int:incident_id>/retry")
@open_to(OPERATES)
def try_again(incident_id: int) -> Response:
    """Try again what failed, and if asked all that failed alike; the command says who may."""
    every = "alike" in request.form

    def again() -> Response:
        done = (retry_alike if every else retry)(
            shell().uow,
            shell().machine,
            actor=visitor().acting(shell().roles_that_may("operate")),
            incident_id=incident_id,
            key=sent_key(),
            now=shell().now(),
        )
        what = f"{len(done)} problems are" if isinstance(done, tuple) else f"Problem {incident_id} is"
        flash(f"{what} being tried again.", "success")
        return to_list()

    return alike(f"retry_incident {incident_id}", commands.Retried, again, lambda _: to_list())


@blueprint.post("/incidents/<int:incident_id>/sent")
@open_to(OPERATES)
def was_sent(incident_id: int) -> Response:
    """Keep a letter as sent that has left already; the command says who may."""

    def settle() -> Response:
        actor = visitor().acting(shell().roles_that_may("operate"))
        shell().alongside.settle_as_sent(actor=actor, incident_id=incident_id, key=sent_key())
        flash(f"Problem {incident_id} is settled: it is kept as sent, and was not sent again.", "success")
        return to_list()

    return alike(f"settle_incident {incident_id}", Settled, settle, lambda _: to_list())


def to_list() -> Response:
    """To the list of those that are open."""
    return redirect(url_for("incidents.listing"), 303)
