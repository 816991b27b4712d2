"""The draft as a whole: its files, who changed them, its history; beginning and discarding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.commands.discard_policy_draft import Discarded
from engine.model.bundle import Bundle
from engine.model.policy_draft import EDIT, Save
from engine.web.access import open_to
from engine.web.diagrams import drawing
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.workbench.desk import DIAGRAM, EDITS, KINDS, Kind, acting, as_download, blueprint, kind_of


@dataclass(frozen=True)
class Listed:
    """A file of the draft: its path, what a person calls it, and its latest save where it was changed."""

    path: str
    title: str
    save: Save | None


@blueprint.get("")
@open_to(EDITS)
def overview() -> str:
    """The files of the draft; before there is one, what beginning one means."""
    page = queries.policy_draft(shell().uow)
    policy = queries.policy_page(shell().uow, now=shell().now())
    return render_template(
        "workbench/home.html",
        page=page,
        policy=policy,
        waiting=queries.submitted_versions(shell().uow),
        files=listed(page.bundle, page.draft.files) if page else {},
        removed=[save for save in page.draft.files.values() if save.digest is None] if page else [],
        names=shell().names(),
    )


def listed(bundle: Bundle, saves: Mapping[str, Save]) -> dict[Kind, list[Listed]]:
    """The files by kind, in the order of their names."""
    found: dict[Kind, list[Listed]] = {kind: [] for kind in KINDS}
    for path, content in bundle.files.items():
        found[kind_of(path)].append(Listed(path, title_of(path, content), saves.get(path)))
    return {kind: sorted(each, key=lambda one: one.title.casefold()) for kind, each in found.items() if each}


def title_of(path: str, content: bytes) -> str:
    """A diagram's own name, else the file's."""
    drawn = drawing(path, content) if kind_of(path) is DIAGRAM else None
    return drawn.name if drawn else PurePosixPath(path).name


@blueprint.post("/start")
@open_to(EDITS)
def start() -> Response:
    """Begin a draft, or go to the one there is."""
    commands.start_policy_draft(shell().uow, actor=acting(EDIT), now=shell().now())
    return redirect(url_for("workbench.overview"), 303)


@blueprint.post("/discard")
@open_to(EDITS)
def discard() -> Response:
    """Discard the draft as the page showed it."""

    def drop() -> Response:
        seen = request.form.get("seen", "0", type=str)
        at = int(seen) if seen.isdecimal() else -1
        commands.discard_policy_draft(shell().uow, actor=acting(EDIT), seen=at, key=sent_key(), now=shell().now())
        flash("The draft was discarded. Nothing in force has changed.", "success")
        return to_overview()

    return alike("discard_policy_draft", Discarded, drop, lambda _: to_overview())


def to_overview() -> Response:
    """To the draft as a whole."""
    return redirect(url_for("workbench.overview"), 303)


@blueprint.get("/history")
@open_to(EDITS)
def history() -> str:
    """Every save of the draft, newest first."""
    return render_template(
        "workbench/history.html", saves=queries.draft_saves(shell().uow, limit=500), names=shell().names()
    )


@blueprint.get("/saves/<int:save_id>")
@open_to(EDITS)
def kept(save_id: int) -> Response:
    """One text as it was kept."""
    save, content = queries.draft_save(shell().uow, save_id=save_id)
    name = PurePosixPath(save.path)
    return as_download(content, f"{name.stem}-{save.id}{name.suffix}")
