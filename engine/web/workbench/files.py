"""To and from a modeller on the desktop: the pack as a zip, and files or a whole folder back into the draft."""

from __future__ import annotations

from flask import Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engine import commands
from engine.model.errors import AlongsideError
from engine.model.policy_draft import EDIT, DraftRefused, Save
from engine.policy.entering import entering
from engine.web.access import open_to
from engine.web.errors import status_of
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.words import counted
from engine.web.workbench.desk import EDITS, acting, as_download, blueprint, the_draft
from engine.web.workbench.home import to_overview
from engine.web.workbench.packing import packed, unpacked
from engine.web.workbench.saving import sentences_of

_MOST_BYTES = 11 * 1024 * 1024


@blueprint.get("/download.zip")
@open_to(EDITS)
def download() -> Response:
    """The draft as a folder for the desktop modeller."""
    return as_download(packed(the_draft().bundle), "guidance.zip", "application/zip")


@blueprint.get("/upload")
@open_to(EDITS)
def upload_form() -> str:
    """Asks for files, a zip or a folder."""
    return _page(())


@blueprint.post("/upload")
@open_to(EDITS)
def upload() -> AnyResponse | tuple[str, int]:
    """Take them into the draft, all or none."""
    return alike("upload_policy_draft", tuple[Save, ...], taken, lambda _: to_overview())


def taken() -> AnyResponse | tuple[str, int]:
    """The files as they came."""
    try:
        kept, ignored = _take()
    except AlongsideError as problem:
        return _page(sentences_of(problem)), status_of(problem)
    left = f" Left alone: {', '.join(ignored[:10])}." if ignored else ""
    flash(f"{counted(kept, 'file')} changed in the draft.{left}", "success")
    return to_overview()


def _take() -> tuple[int, tuple[str, ...]]:
    """How many files differ from what the draft held, and what was left alone."""
    page = the_draft()
    sent = [
        (each.filename, each.stream.read(_MOST_BYTES)) for each in request.files.getlist("files") if each.filename
    ] + [(each.filename, each.stream.read(_MOST_BYTES)) for each in request.files.getlist("folder") if each.filename]
    if not sent:
        raise DraftRefused("Choose a file, a zip or a folder first.")
    files, ignored = unpacked(sent, page.bundle.files)
    seen = request.form.get("seen", "")
    kept = commands.upload_policy_draft(
        shell().uow,
        actor=acting(EDIT),
        files=files,
        seen=int(seen) if seen.isdecimal() else -1,
        unreadable=entering(page.bundle.files),
        key=sent_key(),
        now=shell().now(),
    )
    return len(kept), ignored


def _page(sentences: tuple[str, ...]) -> str:
    return render_template("workbench/upload.html", page=the_draft(), sentences=sentences)
