#!/usr/bin/env python3
"""Everything a fresh machine needs, in two commands: `python3 dev.py run` and `python3 dev.py test`.

Standard library only. Set-up is repeated only where its inputs changed, so a warm start is quick.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "stamps"
OLDEST = (3, 11)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.do(options))
    except Unmet as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        print(f"This step failed: {' '.join(map(str, failure.cmd))}", file=sys.stderr)
        return failure.returncode or 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="dev.py", description="Set up, run, test and check Alongside.")
    verbs = top.add_subparsers(dest="verb", required=True)

    run = verbs.add_parser("run", help="set up, then the product with demo data on http://127.0.0.1:8000")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--database", help="a SQLAlchemy URL; a SQLite file under var/ without it")
    run.add_argument("--no-demo", action="store_true", help="no demo people and cases, no movable clock")
    run.set_defaults(do=do_run)

    test = verbs.add_parser("test", help="set up, then all tests")
    test.add_argument("--shared", type=Path, help="the folder with the conformance and hostile suites")
    test.add_argument("rest", nargs=argparse.REMAINDER, help="passed on to pytest")
    test.set_defaults(do=do_test)

    check = verbs.add_parser("check", help="ruff, mypy strict and import-linter")
    check.set_defaults(do=do_check)

    execute = verbs.add_parser("exec", help="run a command in the environment")
    execute.add_argument("command", nargs=argparse.REMAINDER)
    execute.set_defaults(do=do_exec)

    lock = verbs.add_parser("lock", help="compile requirements/*.in into hashed requirements/*.txt")
    lock.set_defaults(do=do_lock)
    return top


# --- set-up ----------------------------------------------------------------------------------------------------------


class Unmet(Exception):
    """The machine lacks something; the text says what, and the command that mends it."""


def set_up(requirements: str = "runtime") -> None:
    """Make `.venv`, the front end's packages and its bundles, each only if its inputs changed."""
    need_python()
    need_node()
    make_environment()
    install_packages(requirements)
    install_frontend()
    build_frontend()


def need_python() -> None:
    """Python 3.11 or newer, with venv and pip."""
    if sys.version_info < OLDEST:
        raise Unmet(
            f"Alongside needs Python {OLDEST[0]}.{OLDEST[1]} or newer and this is {sys.version.split()[0]}: "
            "`sudo apt install python3.11 python3.11-venv`, then `python3.11 dev.py run`."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Unmet(f"Python's venv module is missing: `sudo apt install python{version}-venv`.") from None


def need_node() -> None:
    """Node and npm, for the diagrams and the components of the pages."""
    for command, package in (("node", "nodejs"), ("npm", "npm")):
        if shutil.which(command) is None:
            raise Unmet(f"{command} is missing: `sudo apt install {package}`.")


def make_environment() -> None:
    """`.venv`, with uv in it."""
    if not PYTHON.exists():
        say("Making the Python environment in .venv")
        run_quietly([sys.executable, "-m", "venv", str(VENV)])
    with once("uv", [ROOT / "requirements/uv.txt"]) as needed:
        if needed:
            say("Installing uv")
            run_quietly([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", "requirements/uv.txt"])


def install_packages(requirements: str) -> None:
    """The pinned, hashed Python packages, then the project itself in place."""
    kind = "dev" if (STAMPS / "dev").exists() else requirements
    inputs = [ROOT / f"requirements/{kind}.txt", ROOT / "pyproject.toml"]
    with once(kind, inputs) as needed:
        if needed:
            say("Installing the Python packages")
            uv = [str(BIN / "uv"), "pip", "install", "-q", "--python", str(PYTHON)]
            run_quietly([*uv, "--require-hashes", "-r", str(inputs[0])])
            run_quietly([*uv, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def install_frontend() -> None:
    """What package-lock.json pins, without running any package's scripts."""
    lock = ROOT / "package-lock.json"
    with once("npm", [lock], made=[ROOT / "node_modules"]) as needed:
        if needed:
            say("Installing the front-end packages")
            run_quietly(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])


def build_frontend() -> None:
    """The bundles that pages load, from `frontend/` by esbuild."""
    sources = [ROOT / "package-lock.json", *sorted(p for p in (ROOT / "frontend").rglob("*") if p.is_file())]
    with once("frontend", sources, made=[ROOT / "engine/web/static/build"]) as needed:
        if needed:
            say("Building the front end")
            run_quietly(["npm", "run", "--silent", "build"])


class once:  # noqa: N801 - reads as a word: `with once("npm", inputs) as needed:`
    """Whether a step is needed: its inputs changed since it last succeeded, or what it makes is gone."""

    def __init__(self, name: str, inputs: Iterable[Path], made: Iterable[Path] = ()) -> None:
        """`inputs` are files whose content decides; `made` are paths that must exist."""
        self.stamp = STAMPS / name
        self.made = list(made)
        self.print = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()

    def __enter__(self) -> bool:
        """True when the step must run."""
        fresh = self.stamp.exists() and self.stamp.read_text() == self.print
        return not (fresh and all(path.exists() for path in self.made))

    def __exit__(self, kind: object, *_: object) -> None:
        """Remember success."""
        if kind is None:
            STAMPS.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.print)


def run_quietly(command: Sequence[str]) -> None:
    """Run a set-up step; show what it printed only if it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        raise subprocess.CalledProcessError(done.returncode, command)


def environment(**more: str) -> dict[str, str]:
    """The environment of every command: the virtual environment first, nothing reported, compiled modules kept."""
    path = f"{BIN}{os.pathsep}{ROOT / 'node_modules/.bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "VIRTUAL_ENV": str(VENV), "PATH": path, "DO_NOT_TRACK": "1", **more}


def say(text: str) -> None:
    """One line of progress, on standard error: standard output belongs to what is run."""
    print(text, file=sys.stderr, flush=True)


# --- commands --------------------------------------------------------------------------------------------------------


def do_run(options: argparse.Namespace) -> int:
    """Set up, then web and worker until Ctrl-C or until one of them stops."""
    set_up()
    settings = environment(
        ALONGSIDE_PORT=str(options.port),
        ALONGSIDE_DEMO="0" if options.no_demo else "1",
        **({"ALONGSIDE_DATABASE": options.database} if options.database else {}),
    )
    alongside = [str(PYTHON), "-m", "engine.cli"]
    subprocess.run([*alongside, "prepare"], cwd=ROOT, env=settings, check=True)
    return supervise([[*alongside, "serve"], [*alongside, "worker"]], settings, options.port)


def supervise(commands: list[list[str]], settings: dict[str, str], port: int) -> int:
    """Run the processes side by side; when one ends or Ctrl-C comes, stop the others."""
    signal.signal(signal.SIGTERM, _interrupt)
    running = [subprocess.Popen(command, cwd=ROOT, env=settings, start_new_session=True) for command in commands]
    try:
        if wait_until_up(port, running):
            subprocess.run([str(PYTHON), "-m", "engine.cli", "welcome"], cwd=ROOT, env=settings, check=False)
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        return next((process.returncode for process in running if process.poll()), 0)
    except KeyboardInterrupt:
        say("\nStopping")
        return 0
    finally:
        stop(running)


def _interrupt(*_: object) -> None:
    """A polite stop is a Ctrl-C."""
    raise KeyboardInterrupt


def wait_until_up(port: int, running: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Wait for the first answer of the web process, at most a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and all(process.poll() is None for process in running):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every process group to end, then insist."""
    for ask in (signal.SIGTERM, signal.SIGKILL):
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, ask)
        until = time.monotonic() + 10
        while time.monotonic() < until and any(process.poll() is None for process in running):
            time.sleep(0.05)


def do_test(options: argparse.Namespace) -> int:
    """All tests, or those that pytest's arguments name."""
    set_up("dev")
    shared = {"ALONGSIDE_SHARED": str(options.shared.resolve())} if options.shared else {}
    rest = [word for word in options.rest if word != "--"]
    return subprocess.run([str(PYTHON), "-m", "pytest", *rest], cwd=ROOT, env=environment(**shared)).returncode


def do_check(_: argparse.Namespace) -> int:
    """What CI runs first."""
    set_up("dev")
    commands = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports"])
    results = [subprocess.run([str(BIN / c[0]), *c[1:]], cwd=ROOT, env=environment()).returncode for c in commands]
    return max(results)


def do_exec(options: argparse.Namespace) -> int:
    """One command in the environment."""
    set_up("dev")
    if not options.command:
        raise Unmet("Say which command: `python3 dev.py exec alongside --help`.")
    return subprocess.run(options.command, env=environment()).returncode


def do_lock(_: argparse.Namespace) -> int:
    """Pin everything anew: newest allowed versions with their hashes, no registry named."""
    make_environment()
    uv = [str(BIN / "uv"), "pip", "compile", "-q", "--universal", "--generate-hashes", "--python-version", "3.11"]
    quiet = ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    for name in ("dev", "runtime", "uv", "bench"):
        follow = [] if name in ("dev", "bench") else ["-c", "requirements/dev.txt"]
        run_quietly([*uv, *quiet, *follow, f"requirements/{name}.in", "-o", f"requirements/{name}.txt"])
        say(f"requirements/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
