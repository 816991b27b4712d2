"""Letters and files of a case, for download."""

from __future__ import annotations

from flask import Blueprint, Response

from engine import commands, queries
from engine.web.access import SIGNED_IN, open_to
from engine.web.shell import shell
from engine.web.uploads import plain_name
from engine.web.visitor import me, visitor

blueprint = Blueprint("documents", __name__)
#: What a browser may be told a file is; anything else is only bytes to save.
SAFE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv"})
_SUFFIX = {"application/pdf": ".pdf", "text/plain": ".txt"}


@blueprint.get("/documents/<int:document_id>")
@open_to(SIGNED_IN)
def letter(document_id: int) -> Response:
    """A letter as it was made."""
    document, content = queries.document(shell().uow, person=me(), document_id=document_id)
    note(document.case_id, f"document {document.title}")
    name = f"{document.title} {document.case_id}{_SUFFIX.get(document.media_type, '')}"
    return download(content, document.media_type, name)


@blueprint.get("/attachments/<int:attachment_id>/<digest>")
@open_to(SIGNED_IN)
def attachment(attachment_id: int, digest: str) -> Response:
    """A file that somebody added."""
    reference = f"attachment:{attachment_id}:{digest}"
    kept, content = queries.attachment(shell().uow, person=me(), reference=reference)
    note(kept.case_id, f"file {kept.filename}")
    return download(content, kept.media_type, kept.filename)


def note(case_id: str, what: str) -> None:
    """Record that somebody looked."""
    commands.record_view(shell().uow, actor=visitor().acting(), case_id=case_id, what=what, now=shell().now())


def download(content: bytes, media_type: str, name: str) -> Response:
    """Bytes to save, never to run in the page's place."""
    response = Response(content, mimetype=media_type if media_type in SAFE_TYPES else "application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=plain_name(name))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
