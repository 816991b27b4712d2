"""E-mail by SMTP. The Message-ID is made from the mail's stable key, so that a mail sent twice is seen to be one."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from handlers.job import Document, JobRefused, Mail

_HEADER_BREAKS = str.maketrans("\r\n", "  ")


@dataclass(frozen=True)
class Server:
    """An SMTP server: `security` is "none", "starttls" or "tls"; `sender` the From address."""

    host: str
    port: int = 25
    security: str = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = "alongside@localhost"
    timeout: float = 30.0


def send(server: Server, mail: Mail, documents: Mapping[str, Document], now: datetime) -> str:
    """Send one mail with its documents; gives the Message-ID.

    Raises OSError or smtplib.SMTPException when the server cannot take it (try again), JobRefused when it says that
    it never will: an address that does not exist. One refused among several is no success: the others have the mail,
    and the next try is the same mail to them.
    """
    letter = message(server.sender, mail, documents, now)
    try:
        with connected(server) as connection:
            refused_some = connection.send_message(letter, from_addr=server.sender, to_addrs=list(mail.to))
        if refused_some:
            raise smtplib.SMTPRecipientsRefused(refused_some)
    except smtplib.SMTPRecipientsRefused as refused:
        if all(500 <= code < 600 for code, _ in refused.recipients.values()):
            raise JobRefused(
                f"the mail server refused the address for good: {', '.join(refused.recipients)}"
            ) from refused
        raise
    return str(letter["Message-ID"])


def message(sender: str, mail: Mail, documents: Mapping[str, Document], now: datetime) -> EmailMessage:
    """The mail as it goes over the wire: plain text, its letters attached as PDF."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = ", ".join(address.translate(_HEADER_BREAKS) for address in mail.to)
    letter["Subject"] = mail.subject.translate(_HEADER_BREAKS)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id(mail.key, sender)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(mail.text)
    for key in mail.documents:
        document = documents[key]
        letter.add_attachment(document.pdf, maintype="application", subtype="pdf", filename=document.filename)
    return letter


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a stable key: the same key gives the same id, and the id tells nothing of the case."""
    domain = sender.rpartition("@")[2].strip("<> ") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def connected(server: Server) -> smtplib.SMTP:
    """A connection, secured and signed in as the settings say."""
    if server.security == "tls":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    if server.username:
        connection.login(server.username, server.password)
    return connection
