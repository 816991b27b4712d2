"""The policy as it stands: versions, diagrams, tables, open questions and the guidance's own sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template

from engine import queries
from engine.web.access import SIGNED_IN, open_to
from engine.web.diagrams import drawings
from engine.web.layout import SERVICE
from engine.web.sentences import all_sentences, sentences
from engine.web.shell import Pack, read_pack, shell
from engine.web.tables import tables
from engine.web.words import local_date

blueprint = Blueprint("policy", __name__)
_NEAR = timedelta(days=60)


@blueprint.get("/policy")
@open_to(SIGNED_IN)
def overview() -> str:
    """The version in force with all that it holds."""
    page = queries.policy_page(shell().uow, now=shell().now())
    digest = page.in_force.digest if page.in_force else ""
    return render_template(
        "policy.html",
        page=page,
        digest=digest,
        drawn=sorted(drawings(digest).values(), key=lambda each: each.name) if digest else [],
        tables=tables(digest) if digest else {},
        questions=shell().pack().settings.get("open_questions", []),
        switches=shell().pack().settings.get("switches", {}),
        is_near=review_is_near(page),
        names={"system": SERVICE, **shell().names()},
    )


def review_is_near(page: Any) -> bool:
    """Whether the review of the version in force comes up within sixty days."""
    if page.in_force is None or page.in_force.review_date is None:
        return False
    return bool(local_date(shell().now()) <= page.in_force.review_date <= local_date(shell().now()) + _NEAR)


@blueprint.get("/policy/guidance")
@open_to(SIGNED_IN)
def guidance() -> str:
    """Every sentence of the guidance in force, under its own headings."""
    return render_template("guidance.html", sentences=all_sentences(shell().pack().digest))


@blueprint.get("/policy/questions")
@open_to(SIGNED_IN)
def questions() -> str:
    """What the guidance leaves open, with the default taken and the sentences it comes from."""
    pack = shell().pack()
    asked = [
        (each, sentences(pack.digest, each.get("sentences", ()))) for each in pack.settings.get("open_questions", [])
    ]
    return render_template("questions.html", questions=asked)


@blueprint.get("/policy/<digest>/diagrams/<process_id>")
@open_to(SIGNED_IN)
def diagram_page(digest: str, process_id: str) -> str:
    """One diagram, shown; the names of its steps stand beside it as a list."""
    drawn = drawings(digest).get(process_id) or abort(404)
    return render_template("diagram.html", digest=digest, drawn=drawn, owner=pack_of(digest))


@blueprint.get("/policy/<digest>/diagrams/<process_id>.bpmn")
@open_to(SIGNED_IN)
def diagram(digest: str, process_id: str) -> Response:
    """One diagram's file, for the viewer and for download; a digest's content never changes."""
    drawn = drawings(digest).get(process_id) or abort(404)
    content = queries.policy_files(shell().uow, digest=digest).files[drawn.path]
    response = Response(content, mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@blueprint.get("/policy/<digest>/tables/<decision_id>")
@open_to(SIGNED_IN)
def table_page(digest: str, decision_id: str) -> str:
    """One decision table as a table."""
    shown = tables(digest).get(decision_id) or abort(404)
    return render_template("table.html", shown=shown, guidance=sentences(digest, shown.guidance))


def pack_of(digest: str) -> Pack:
    """The settings of a version."""
    return read_pack(queries.policy_files(shell().uow, digest=digest))
