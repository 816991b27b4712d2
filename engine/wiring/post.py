"""The way out for mails: an SMTP server, or in the demo the mailbox that keeps them inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from engine.commands import keep_mail
from engine.ports import UnitOfWork
from engine.settings import Settings
from handlers.channels import email, mailbox
from handlers.job import Document, Mail


class Post(Protocol):
    """Sends one mail, at least once; the same key may come again."""

    @property
    def channel(self) -> str:
        """What the case's documents say of how they left."""

    def send(self, mail: Mail, documents: Mapping[str, Document], *, case_id: str | None, now: datetime) -> str:
        """The reference under which it left. Raises when it did not."""


class MailServerMissing(Exception):
    """No mail server is set, and this is not the demo."""


class SmtpPost:
    """Sends by the SMTP server of the settings."""

    channel = "email"

    def __init__(self, settings: Settings) -> None:
        """Connects for each mail."""
        mail = settings.mail
        self._server = email.Server(
            mail.host, mail.port, mail.security, mail.username, mail.password, mail.sender, mail.patience
        )

    def send(
        self,
        mail: Mail,
        documents: Mapping[str, Document],
        *,
        case_id: str | None,  # noqa: ARG002 - the mail says nothing of the case but what it says itself
        now: datetime,
    ) -> str:
        """See `Post.send`."""
        if not self._server.host:
            raise MailServerMissing("No mail server is set (ALONGSIDE_SMTP_HOST), so nothing can be e-mailed.")
        return email.send(self._server, mail, documents, now)


class MailboxPost:
    """Keeps mails in the demo's mailbox."""

    channel = "mailbox"

    def __init__(self, uow: UnitOfWork, sender: str) -> None:
        """Keep them in this store."""
        self._uow = uow
        self._sender = sender

    def send(self, mail: Mail, documents: Mapping[str, Document], *, case_id: str | None, now: datetime) -> str:
        """See `Post.send`."""

        def keep(kept: mailbox.Kept) -> None:
            attachments = [(name, "application/pdf", documents[key].pdf) for key, name in kept.attachments]
            keep_mail(
                self._uow,
                stable_key=kept.key,
                sender=kept.sender,
                to=kept.to,
                subject=kept.subject,
                text=kept.text,
                attachments=attachments,
                case_id=case_id,
                now=kept.at,
            )

        return mailbox.hand_over(keep, self._sender, mail, documents, now)
