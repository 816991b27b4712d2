"""What a look at the machine means: whether the product can write, keep its secrets, send, and be reached safely."""

from __future__ import annotations

import shutil
import smtplib
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from engine.settings import Mail, Settings, is_this_machine
from engine.wiring.finding import FATAL, FINE, WARNING, Finding, judged
from handlers.channels.email import Server, connected

_MEBIBYTE = 1024 * 1024
#: Free bytes below which nothing may be served, and below which somebody should look.
ROOM_FATAL, ROOM_WARNING = 100 * _MEBIBYTE, 1024 * _MEBIBYTE
#: How long the mail server may take to say hello, in seconds.
PATIENCE = 5.0


def check_folder(settings: Settings) -> Iterator[Finding]:
    """The folder that the product writes to: database, keys, locks."""
    trouble = _cannot_write(settings.var)
    yield judged(
        "var",
        holds=not trouble,
        fine=f"{settings.var} can be written to.",
        wrong=f"{settings.var} cannot be written to ({trouble}), and the product keeps its keys and locks there.",
        mend="Give the folder to the product's user, or name another: ALONGSIDE_VAR.",
        at_start=True,
    )
    if not trouble:
        yield _room(settings)
        yield _secrets(settings.var)
        yield _file(settings)


def check_ways_out(settings: Settings, *, deep: bool) -> Iterator[Finding]:
    """How mail leaves and how people come in; `deep` knocks at the mail server."""
    yield _mail(settings, deep=deep)
    yield _reached(settings)


def _cannot_write(folder: Path) -> str:
    """Why nothing can be written there, in the system's words; "" when it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"alongside")
            probe.flush()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.var).free
    said = f"{free // _MEBIBYTE:,} MiB are free where {settings.var} is"
    return judged(
        "disk",
        holds=free >= ROOM_WARNING,
        fine=f"{said}.",
        wrong=f"Only {said}.",
        mend="Make room: old backups and logs first.",
        level=FATAL if free < ROOM_FATAL else WARNING,
        at_start=True,
    )


def _secrets(folder: Path) -> Finding:
    """Keys are for their owner only."""
    loose = [path.name for path in sorted(folder.glob("*.key")) if _mode(path) & 0o077]
    open_to_all = _mode(folder) & stat.S_IWOTH and not _mode(folder) & stat.S_ISVTX
    wrong = (
        f"Others on this machine can read {', '.join(loose)}."
        if loose
        else "Everybody on this machine can write there."
    )
    return judged(
        "secrets",
        holds=not (loose or open_to_all),
        fine="Keys can be read by their owner only.",
        wrong=f"{folder}: {wrong}",
        mend=f"`chmod 600 {folder}/*.key; chmod 700 {folder}`. A key that others may have read is to be made anew.",
        at_start=True,
    )


def _file(settings: Settings) -> Finding:
    """The embedded database holds everything about everybody."""
    path = Path(settings.database.removeprefix("sqlite:///")) if settings.is_embedded else None
    is_loose = path is not None and path.is_file() and bool(_mode(path) & 0o007)
    return judged(
        "file",
        holds=not is_loose,
        fine="The database file is not open to everybody." if path else "The database is not a file here.",
        wrong=f"Everybody on this machine can read {path}.",
        mend=f"`chmod 600 {path}*`, and `chmod 700` its folder.",
        level=WARNING,
    )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _mail(settings: Settings, *, deep: bool) -> Finding:
    """Whether mail can leave."""
    if settings.uses_mailbox:
        return Finding("mail", FINE, "This is the demo: mail is kept in its mailbox.")
    trouble, mend = _mail_trouble(settings.mail, deep=deep)
    return judged(
        "mail", holds=not trouble, fine=f"Mail goes to {settings.mail.host}.", wrong=trouble, mend=mend, level=WARNING
    )


def _mail_trouble(mail: Mail, *, deep: bool) -> tuple[str, str]:
    """What is wrong with the mail settings and how to mend it; two empty texts when nothing is."""
    if not mail.host:
        said = "No mail server is named: every letter that should be e-mailed becomes an incident."
        return said, "Set ALONGSIDE_SMTP_HOST and its kin (docs/how-to/run-it.md)."
    if "@" not in mail.sender or mail.sender.endswith("@localhost"):
        return f"Mail would come from {mail.sender}, which nobody can answer.", "Set ALONGSIDE_MAIL_FROM."
    if mail.password and mail.security == "none" and not is_this_machine(mail.host):
        return "The mail password crosses the network in clear.", "Set ALONGSIDE_SMTP_SECURITY to starttls or tls."
    return _knocked(mail) if deep else ("", "")


def _knocked(mail: Mail) -> tuple[str, str]:
    """Say hello to the mail server, and sign in if there is a password; no mail is sent."""
    try:
        server = Server(mail.host, mail.port, mail.security, mail.username, mail.password, mail.sender, PATIENCE)
        with connected(server) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        said = f"The mail server {mail.host}:{mail.port} cannot be used ({type(error).__name__}: {error})."
        return said, "Letters wait and are tried again; then each is an incident. See to the server or the settings."
    return "", ""


def _reached(settings: Settings) -> Finding:
    """How people reach the product."""
    host = urlsplit(settings.base_url).hostname or ""
    in_clear = not settings.https and not is_this_machine(host)
    if in_clear or not settings.https:
        return judged(
            "https",
            holds=not in_clear,
            fine="People reach the product on this machine only.",
            wrong=f"People reach the product at {settings.base_url}: passwords cross the network in clear.",
            mend="Put a reverse proxy with TLS before it, and set ALONGSIDE_BASE_URL to its https address.",
            level=WARNING,
        )
    return judged(
        "https",
        holds=bool(settings.proxy),
        fine="People reach the product by HTTPS, through a proxy that says for whom it asks.",
        wrong="The product does not know its proxy: all people look like one address, and share its limits.",
        mend="Set ALONGSIDE_PROXY to the proxy's address, such as 127.0.0.1.",
        level=WARNING,
    )
