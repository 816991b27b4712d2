"""What is wrong with the draft, in words that lead to the place; and the worked examples played against it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engine import queries
from engine.model.errors import Fault
from engine.web.access import open_to
from engine.web.shell import shell
from engine.web.visitor import me
from engine.web.workbench import rehearsing
from engine.web.workbench.desk import EDITS, blueprint, changes, check, in_force, the_draft


@blueprint.get("/checks")
@open_to(EDITS)
def checks() -> str:
    """The faults and warnings of every file, and how the examples went with this very content."""
    page = the_draft()
    found = check(page.bundle)
    played = queries.rehearsal(shell().uow, digest=page.bundle.digest)
    return render_template(
        "workbench/checks.html",
        page=page,
        faults=by_file(found.faults),
        warnings=by_file(found.warnings),
        is_clean=not found.faults,
        played=played,
        is_playing=rehearsing.is_running(played, shell().now()),
        names=shell().names(),
    )


def by_file(faults: Iterable[Fault]) -> list[tuple[str, list[Fault]]]:
    """The faults of each file together."""
    ordered = sorted(faults, key=lambda fault: fault.path)
    return [(path, list(found)) for path, found in groupby(ordered, key=lambda fault: fault.path)]


@blueprint.post("/rehearse")
@open_to(EDITS)
def rehearse() -> Response:
    """Play the worked examples against the draft as it is now."""
    page, now = the_draft(), shell().now()
    found = queries.rehearsal(shell().uow, digest=page.bundle.digest)
    if check(page.bundle).faults:
        flash("Put right first what the checks find: then the examples can be played.", "note")
    elif not rehearsing.is_running(found, now):
        settings = shell().alongside.settings
        rehearsing.begin(shell().uow, settings, page.bundle, me().username, shell().alongside.now)
    return redirect(url_for("workbench.checks") + "#examples", 303)


@blueprint.get("/changes")
@open_to(EDITS)
def what_changed() -> str:
    """The draft against the version in force, as sentences."""
    page = the_draft()
    return render_template("workbench/changes.html", page=page, differences=changes(in_force(), page.bundle))
