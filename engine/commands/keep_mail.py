"""Keep a mail in the demo mailbox instead of sending it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from engine.model.document import Mail
from engine.ports import UnitOfWork


def keep_mail(
    uow: UnitOfWork,
    *,
    stable_key: str,
    sender: str,
    to: Sequence[str],
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Sequence[tuple[str, str, bytes]] = (),
    case_id: str | None = None,
    now: datetime,
) -> bool:
    """Whether the mail is new; one under the same stable key is the same mail.

    `attachments` are (file name, media type, bytes).
    """
    digests = [hashlib.sha256(content).hexdigest() for _, _, content in attachments]
    listed = tuple((name, kind, digest) for (name, kind, _), digest in zip(attachments, digests, strict=True))
    mail = Mail(0, stable_key, case_id, sender, tuple(to), subject, text, html, listed, now)
    with uow.write() as tx:
        contents = {digest: content for (_, _, content), digest in zip(attachments, digests, strict=True)}
        return tx.mailbox.add(mail, contents)
