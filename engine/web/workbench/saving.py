"""Keeping what an editor sends: what became of it is told in words, as JSON to editors and as a page to browsers."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import commands
from engine.model.errors import AlongsideError, PolicyRejected
from engine.model.policy_draft import AUTOSAVED, EDIT, REMOVED, RESTORED, TYPED, DraftMovedOn, Save
from engine.policy.readable import unreadable
from engine.web.access import open_to
from engine.web.errors import status_of
from engine.web.shell import shell
from engine.web.words import london, moment
from engine.web.workbench.desk import EDITS, acting, blueprint, the_draft
from engine.web.workbench.editors import page_for


@blueprint.post("/save/<path:path>")
@open_to(EDITS)
def save(path: str) -> Response:
    """Keep a text that an editor sent as the body; `X-Revision` says from which it was made."""
    how = AUTOSAVED if request.headers.get("X-How") == AUTOSAVED else TYPED
    try:
        kept = keep(path, request.get_data(), _number(request.headers.get("X-Revision")), how)
    except AlongsideError as problem:
        return _refused(problem)
    return jsonify(revision=kept.revision, at=f"{london(kept.at):%H:%M:%S}")


@blueprint.post("/write/<path:path>")
@open_to(EDITS)
def write(path: str) -> AnyResponse:
    """Keep or show a text that was typed into a page."""
    typed = request.form.get("text", "").replace("\r\n", "\n")
    if request.form.get("do") == "preview":
        return page_for(path, typed=typed)
    try:
        keep(path, typed.encode(), _number(request.form.get("revision")), TYPED)
    except AlongsideError as problem:
        return page_for(path, typed=typed, sentences=sentences_of(problem), status=status_of(problem))
    flash("Saved in the draft.", "success")
    return redirect(url_for("workbench.editor", path=path), 303)


@blueprint.post("/restore/<path:path>")
@open_to(EDITS)
def restore(path: str) -> AnyResponse:
    """Put a file back as it is in the version that the draft was begun from; one that is new is removed."""
    page = the_draft()
    before = page.base.files.get(path)
    keep(path, before, _number(request.form.get("revision")), RESTORED if before is not None else REMOVED)
    flash("The file is again as it was.", "success")
    return redirect(url_for("workbench.overview"), 303)


@blueprint.post("/remove/<path:path>")
@open_to(EDITS)
def remove(path: str) -> AnyResponse:
    """Take a file out of the draft; the version in force keeps it."""
    keep(path, None, _number(request.form.get("revision")), REMOVED)
    flash("The file is taken out of the draft. You can put it back.", "success")
    return redirect(url_for("workbench.overview"), 303)


def keep(path: str, content: bytes | None, revision: int, how: str) -> Save:
    """One save as the person of this request."""
    return commands.save_policy_draft(
        shell().uow,
        actor=acting(EDIT),
        path=path,
        content=content,
        revision=revision,
        unreadable=unreadable,
        how=how,
        now=shell().now(),
    )


def sentences_of(problem: AlongsideError) -> tuple[str, ...]:
    """Why, a sentence each; of somebody else's save, who and when."""
    if isinstance(problem, PolicyRejected):
        return tuple(str(fault) for fault in problem.faults)
    if isinstance(problem, DraftMovedOn):
        who = shell().names().get(problem.theirs.by, problem.theirs.by)
        return (
            f"{who} saved this file on {moment(problem.theirs.at)}, after you opened it. Their text stands; "
            "yours is kept beside it and nothing of it is lost.",
        )
    return (str(problem),)


def _refused(problem: AlongsideError) -> Response:
    said: dict[str, Any] = {"sentences": sentences_of(problem)}
    if isinstance(problem, DraftMovedOn):
        said["theirs"] = {"revision": problem.theirs.revision, "by": problem.theirs.by}
        said["kept"] = url_for("workbench.kept", save_id=problem.kept.id)
    response = jsonify(said)
    response.status_code = status_of(problem)
    return response


def _number(text: str | None) -> int:
    """A whole number; anything else is older than every save."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1
