"""What the environment says, read once: the only module that looks at it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

_CHECKOUT = Path(__file__).resolve().parents[1]
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}
_SECURITY = {"none", "starttls", "tls"}
_SHORTEST_TOKEN = 24
MOST_PORT = 65_535
_SQLITE_FILE = re.compile(r"sqlite:///(?!:memory:|file:)[^?]+(\?.*)?")
_IN_MEMORY = re.compile(r"sqlite(\+\w+)?://(/?(\?.*)?|/(:memory:|file:).*)")
_POSTGRESQL = re.compile(r"postgresql\+psycopg://([^:/]*(:[^@]*)?@)?(\[[^/?]+\]|[^:/?]+)?(:\d{1,5})?(/[^?]*)?(\?.*)?")


class SettingsRefused(Exception):
    """A setting that cannot be used; the text names it and says what it may be."""


@dataclass(frozen=True)
class Mail:
    """Where mail goes; with no `host` the demo keeps it in its mailbox, and any other set-up cannot send.

    `patience` in seconds is how long the server may take to answer.
    """

    host: str = ""
    port: int = 25
    security: str = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = "alongside@localhost"
    patience: float = 30.0


@dataclass(frozen=True)
class Settings:
    """Everything that a process is told from outside.

    `database` is a SQLAlchemy URL; `home` holds the pack (`processes/`, `forms/`, `handlers/letters/`), `var` what the
    product writes; `sweep_seconds` is how often the worker looks for timers that are due, `poll_seconds` for jobs;
    `queue_days` is for how long the queue remembers a job's finished tries (the journal remembers for ever);
    `crash_at` makes a test's process die at a named point (docs/crash-points.md); `testing` lets a test's database
    be one that forgets (`engine.wiring.checkup`); `proxy` is the address of the one machine that may say for whom it
    asks; `metrics_port` is where a worker tells how it is, 0 for nowhere; `anchors_mail` are the addresses that
    anchors are sent to (`engine.wiring.anchors`).
    """

    home: Path
    var: Path
    database: str = field(repr=False)
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    base_url: str = "http://127.0.0.1:8000"
    mail: Mail = field(default_factory=Mail)
    sweep_seconds: float = 5.0
    poll_seconds: float = 1.0
    job_threads: int = 4
    backoff_seconds: float = 10.0
    queue_days: int = 30
    demo_password: str = field(default="", repr=False)
    log_level: str = "WARNING"
    crash_at: str = ""
    testing: bool = False
    log_format: str = "plain"
    metrics_port: int = 0
    metrics_token: str = field(default="", repr=False)
    proxy: str = ""
    anchors_folder: Path | None = None
    anchors_mail: tuple[str, ...] = ()

    @property
    def anchors(self) -> Path:
        """Where anchors are written as files."""
        return self.anchors_folder or self.var / "anchors"

    @property
    def https(self) -> bool:
        """Whether people reach the product by HTTPS, so that cookies may insist on it."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_embedded(self) -> bool:
        """Whether everything is in one SQLite file."""
        return self.database.startswith("sqlite")

    @property
    def uses_mailbox(self) -> bool:
        """Whether mail is caught by the demo mailbox instead of sent."""
        return self.demo and not self.mail.host

    @property
    def can_mail(self) -> bool:
        """Whether mail goes anywhere: to a server, or into the demo's mailbox."""
        return bool(self.mail.host) or self.uses_mailbox

    @property
    def people_file(self) -> Path:
        """The demo's people."""
        return self.home / "processes" / "demo" / "people.yaml"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsRefused naming the first variable that is wrong."""
    given = _Given(os.environ if environment is None else environment)
    home = given.path("ALONGSIDE_HOME", _CHECKOUT if (_CHECKOUT / "processes").is_dir() else Path.cwd())
    var = given.path("ALONGSIDE_VAR", home / "var")
    demo = given.flag("ALONGSIDE_DEMO", False)
    port = given.port("ALONGSIDE_PORT", 8000)
    host = given.text("ALONGSIDE_HOST", "127.0.0.1")
    log_format = given.one_of("ALONGSIDE_LOG_FORMAT", "plain", {"plain", "json"})
    quiet = "INFO" if log_format == "json" else "WARNING"
    return Settings(
        home=home,
        var=var,
        database=_database("ALONGSIDE_DATABASE", given.text("ALONGSIDE_DATABASE", f"sqlite:///{var / 'alongside.db'}")),
        demo=demo,
        host=host,
        port=port,
        threads=given.whole("ALONGSIDE_THREADS", 8),
        base_url=given.text("ALONGSIDE_BASE_URL", f"http://{host}:{port}").rstrip("/"),
        mail=_mail(given, demo),
        sweep_seconds=given.seconds("ALONGSIDE_SWEEP_SECONDS", 1.0 if demo else 5.0),
        poll_seconds=given.seconds("ALONGSIDE_POLL_SECONDS", 0.25 if demo else 1.0),
        job_threads=given.whole("ALONGSIDE_JOB_THREADS", 4),
        backoff_seconds=given.seconds("ALONGSIDE_BACKOFF_SECONDS", 10.0),
        queue_days=given.whole("ALONGSIDE_QUEUE_DAYS", 30),
        demo_password=given.text("ALONGSIDE_DEMO_PASSWORD", "alongside-demo") if demo else "",
        log_level=given.one_of("ALONGSIDE_LOG_LEVEL", quiet, {"DEBUG", "INFO", "WARNING", "ERROR"}),
        crash_at=_crash_at(given),
        testing=given.flag("ALONGSIDE_TESTING", False),
        log_format=log_format,
        metrics_port=given.port("ALONGSIDE_METRICS_PORT", 1) if given.text("ALONGSIDE_METRICS_PORT", "") else 0,
        metrics_token=_metrics_token(given),
        proxy=given.text("ALONGSIDE_PROXY", ""),
        anchors_folder=given.path("ALONGSIDE_ANCHORS", var) if given.text("ALONGSIDE_ANCHORS", "") else None,
        anchors_mail=tuple(given.text("ALONGSIDE_ANCHORS_MAIL", "").replace(",", " ").split()),
    )


def with_changes(settings: Settings, *, database: str | None = None, port: int | None = None) -> Settings:
    """The settings as the command line overrides them. Raises SettingsRefused."""
    changed = settings if database is None else replace(settings, database=_database("--database", database.strip()))
    if port is None:
        return changed
    told = changed.base_url != f"http://{changed.host}:{changed.port}"
    return replace(changed, port=port, base_url=changed.base_url if told else f"http://{changed.host}:{port}")


def environment_of(settings: Settings) -> dict[str, str]:
    """This process's environment for another one, with what the command line changed; others cannot read it."""
    return {**os.environ, "ALONGSIDE_DATABASE": settings.database, "ALONGSIDE_BASE_URL": settings.base_url}


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is a loopback one."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def secret(settings: Settings, name: str, size: int = 32) -> bytes:
    """A secret kept in `var/`, made on first use and readable by its owner only."""
    path = settings.var / f"{name}.key"
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(size))
    return path.read_bytes()


def report_to_nobody() -> None:
    """Forget whatever would make a library of ours report to somebody: the job queue's cloud and tracing variables."""
    for name in [name for name in os.environ if name.startswith(("DBOS_", "OTEL_"))]:
        del os.environ[name]


def _database(name: str, url: str) -> str:
    """A URL that the store can use; it may hold a password, and is not repeated. Raises SettingsRefused."""
    if _IN_MEMORY.fullmatch(url):
        raise SettingsRefused(
            f"{name} must not be a database in memory: each connection would have one of its own, and nothing would be "
            "kept. Name a file, sqlite:///PATH."
        )
    if not (_SQLITE_FILE.fullmatch(url) or _POSTGRESQL.fullmatch(url)):
        raise SettingsRefused(f"{name} must be sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME.")
    return url


def _crash_at(given: _Given) -> str:
    """Where a test makes this process die. Raises SettingsRefused outside a test."""
    point = given.text("ALONGSIDE_CRASH_AT", "")
    if point and not given.flag("ALONGSIDE_TESTING", False):
        raise SettingsRefused("ALONGSIDE_CRASH_AT is for tests: it is accepted only with ALONGSIDE_TESTING=1.")
    return point


def _metrics_token(given: _Given) -> str:
    """What whoever reads the metrics from afar must know; too short a one could be guessed."""
    token = given.text("ALONGSIDE_METRICS_TOKEN", "")
    if token and len(token) < _SHORTEST_TOKEN:
        raise SettingsRefused(f"ALONGSIDE_METRICS_TOKEN must have at least {_SHORTEST_TOKEN} characters.")
    return token


def _mail(given: _Given, demo: bool) -> Mail:
    """The mail server, if one is named."""
    host = given.text("ALONGSIDE_SMTP_HOST", "")
    security = given.one_of("ALONGSIDE_SMTP_SECURITY", "none", _SECURITY)
    return Mail(
        host=host,
        port=given.port("ALONGSIDE_SMTP_PORT", {"none": 25, "starttls": 587, "tls": 465}[security]),
        security=security,
        username=given.text("ALONGSIDE_SMTP_USERNAME", ""),
        password=given.text("ALONGSIDE_SMTP_PASSWORD", ""),
        sender=given.text("ALONGSIDE_MAIL_FROM", "alongside@example.org" if demo else "alongside@localhost"),
        patience=given.seconds("ALONGSIDE_SMTP_PATIENCE_SECONDS", 30.0),
    )


@dataclass(frozen=True)
class _Given:
    """The environment, read by kind of value."""

    values: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        """Words; an empty variable is one that is not set."""
        return self.values.get(name, "").strip() or default

    def path(self, name: str, default: Path) -> Path:
        """A folder, made absolute."""
        return Path(self.text(name, str(default))).expanduser().resolve()

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no."""
        said = self.values.get(name, "").strip().lower()
        if said not in _YES | _NO:
            raise SettingsRefused(f"{name} must be 1 or 0, not {said!r}.")
        return default if said == "" else said in _YES

    def whole(self, name: str, default: int) -> int:
        """A whole number above nought."""
        said = self.text(name, str(default))
        if not said.isascii() or not said.isdigit() or int(said) < 1:
            raise SettingsRefused(f"{name} must be a whole number above 0, not {said!r}.")
        return int(said)

    def port(self, name: str, default: int) -> int:
        """A port's number."""
        number = self.whole(name, default)
        if number > MOST_PORT:
            raise SettingsRefused(f"{name} must be a port, 1 to {MOST_PORT}, not {number}.")
        return number

    def seconds(self, name: str, default: float) -> float:
        """A number of seconds above nought."""
        said = self.text(name, str(default))
        try:
            number = float(said)
        except ValueError:
            number = 0.0
        if not 0.001 <= number <= 86_400:
            raise SettingsRefused(f"{name} must be a number of seconds above 0, not {said!r}.")
        return number

    def one_of(self, name: str, default: str, allowed: set[str]) -> str:
        """One of a few words."""
        said = self.text(name, default)
        if said not in allowed:
            raise SettingsRefused(f"{name} must be one of {', '.join(sorted(allowed))}, not {said!r}.")
        return said
