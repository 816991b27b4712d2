"""Files given with a form: kept at once, so that a page shown again still has them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from flask import request
from werkzeug.datastructures import FileStorage

from engine import commands, queries
from engine.forms import Form
from engine.model.errors import AlongsideError
from engine.model.person import Actor
from engine.web.forms import Raw
from engine.web.sending import sent_key
from engine.web.shell import shell
from engine.web.visitor import me

MOST_BYTES = 10 * 1024 * 1024
_BOX = "_file."
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", re.ASCII)


def take_files(raw: Raw, case_id: str, actor: Actor) -> Raw:
    """The same with a reference under the question's name for each file that came."""
    found = dict(raw)
    for box, files in request.files.lists():
        references = [keep(each, case_id, actor) for each in files if each.filename]
        if box.startswith(_BOX) and references:
            name = box.removeprefix(_BOX)
            found[name] = [*found.get(name, []), *references]
    return found


def keep(file: FileStorage, case_id: str, actor: Actor) -> str:
    """Keep one file with its case; gives the reference that the answer holds, the same when it is sent twice."""
    name, content = plain_name(file.filename or "file"), file.stream.read(MOST_BYTES + 1)
    kept = commands.keep_attachment(
        shell().uow,
        actor=actor,
        case_id=case_id,
        filename=name,
        media_type=file.mimetype if _TYPE.fullmatch(file.mimetype) else "application/octet-stream",
        content=content,
        key=_key(name, content),
        now=shell().now(),
    )
    return str(kept.reference)


def _key(name: str, content: bytes) -> str | None:
    """One key for one file of one form."""
    form = sent_key()
    return form and f"file:{form}:{hashlib.sha256(name.encode() + bytes(1) + content).hexdigest()}"


def plain_name(name: str) -> str:
    """A file's own name without folders or signs that headers and file systems trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r'[\x00-\x1f"<>:|?*]', "", last).strip(". ")[:120] or "file"


def file_names(raw: Raw, form: Form | None) -> Mapping[str, str]:
    """Reference -> file name, for the files on this page."""
    if form is None:
        return {}
    asked = [each.name for each in form.walk() if each.type == "filepicker"]
    references = [ref for name, values in raw.items() for ref in values if ref and _asks(asked, name)]
    return {reference: _name(reference) for reference in references}


def _asks(asked: list[str], name: str) -> bool:
    """Whether a name on the page is that of a file question, in a list or not."""
    return name in asked or re.sub(r"\.\d+\.", ".#.", name, count=1) in asked


def _name(reference: str) -> str:
    """The name of one file; a reference that is not this person's shows nothing of it."""
    try:
        return str(queries.attachment(shell().uow, person=me(), reference=reference)[0].filename)
    except AlongsideError:
        return "File received"
