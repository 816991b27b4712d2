"""The page on which one file is changed: a modeller for diagrams, tables and forms, a box for texts."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Response, jsonify, make_response, render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine import queries
from engine.policy.element_templates import element_templates
from engine.web.access import open_to
from engine.web.shell import shell
from engine.web.workbench.desk import (
    EDITOR_POLICY,
    EDITS,
    LETTER,
    TEXT,
    as_download,
    blueprint,
    check,
    kind_of,
    the_draft,
)
from engine.web.workbench.home import title_of


@blueprint.get("/file/<path:path>")
@open_to(EDITS)
def editor(path: str) -> Response:
    """The editor of one file."""
    return page_for(path)


def page_for(path: str, *, typed: str | None = None, sentences: tuple[str, ...] = (), status: int = 200) -> Response:
    """The page with the file as the draft holds it, or as it was typed."""
    content, revision = queries.draft_file(shell().uow, path=path)
    kind = kind_of(path)
    text = content.decode("utf-8", "replace") if typed is None else typed
    html = render_template(
        "workbench/text.html" if kind in (LETTER, TEXT) else "workbench/editor.html",
        path=path,
        name=PurePosixPath(path).name,
        title=title_of(path, content),
        kind=kind,
        revision=revision,
        text=text,
        sentences=sentences,
        preview=preview(path, text) if kind is LETTER else None,
    )
    response = make_response(html, status)
    if kind not in (LETTER, TEXT):
        response.headers["Content-Security-Policy"] = EDITOR_POLICY
    return response


def preview(path: str, text: str) -> Markup:
    """The letter as it would be laid out, with every gap named."""
    html = shell().alongside.preview_wording(PurePosixPath(path).stem, text, bundle=the_draft().bundle)
    return Markup(html)  # noqa: S704 - built by the letters' own renderer, which escapes


@blueprint.get("/content/<path:path>")
@open_to(EDITS)
def content(path: str) -> Response:
    """The file's text with its revision, for the editor and for download."""
    found, revision = queries.draft_file(shell().uow, path=path)
    response = as_download(found, PurePosixPath(path).name)
    response.headers["X-Revision"] = str(revision)
    return response


@blueprint.get("/faults/<path:path>")
@open_to(EDITS)
def faults(path: str) -> Response:
    """What is wrong with one file, seen with all the others."""
    found = check(the_draft().bundle)
    return jsonify(
        faults=[_told(each, "fault") for each in found.faults if each.path == path],
        warnings=[_told(each, "warning") for each in found.warnings if each.path == path],
    )


def _told(fault: object, kind: str) -> dict[str, str]:
    return {"element": getattr(fault, "element", ""), "sentence": getattr(fault, "sentence", ""), "kind": kind}


@blueprint.get("/templates.json")
@open_to(EDITS)
def templates() -> Response:
    """The element templates, with the letters, forms, roles and tables that the draft has."""
    return jsonify(element_templates(the_draft().bundle))


@blueprint.get("/token")
@open_to(EDITS)
def token() -> Response:
    """The token that a page left open needs after signing in again."""
    return jsonify(token=generate_csrf())
