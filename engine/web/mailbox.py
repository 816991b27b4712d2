"""The demo's mailbox: letters and notices that were caught instead of sent. Only in the demo."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from engine import queries
from engine.web.access import DEMO, open_to
from engine.web.documents import download
from engine.web.shell import shell
from engine.web.tasklist import page_number

blueprint = Blueprint("mailbox", __name__)


@blueprint.get("/demo/mailbox")
@open_to(DEMO)
def listing() -> str:
    """Mails, newest first."""
    return render_template("mailbox.html", mails=queries.mailbox(shell().uow, page=page_number()))


@blueprint.get("/demo/mailbox/<int:mail_id>")
@open_to(DEMO)
def mail(mail_id: int) -> str:
    """One mail as text."""
    return render_template("mail.html", mail=queries.mail(shell().uow, mail_id=mail_id))


@blueprint.get("/demo/mailbox/<int:mail_id>/<int:index>")
@open_to(DEMO)
def attached(mail_id: int, index: int) -> Response:
    """What a mail carries, counted from 0."""
    name, media_type, content = queries.mail_attachment(shell().uow, mail_id=mail_id, index=index)
    return download(content, media_type, name)
