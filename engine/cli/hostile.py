"""Attack the product: every case of a folder of faults, on a product started for it on loopback."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine.cli.report import CannotDo, Report
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.hostile.case import HostileCase
    from engine.hostile.run import Told
    from engine.hostile.verdict import Verdict


_stopped: list[bool] = []


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommands: `verb(verbs, name, "module:function", text, report=True)` makes one."""
    text = "Attack the product, and say what it survived."
    hostile = verb(verbs, "hostile", "hostile:hostile", text, report=True)
    hostile.add_argument(
        "folder", type=Path, metavar="DIR", help="the folder that holds the cases and their index.json"
    )
    hostile.add_argument(
        "--family", action="append", default=[], metavar="NAME", help="only this family, such as RCE; may be said again"
    )
    hostile.add_argument(
        "--case", action="append", default=[], metavar="ID", help="only this case, such as RCE-01; may be said again"
    )
    hostile.add_argument(
        "--quick",
        action="store_true",
        help="fewer instances of each case, and SQLite only unless --database says otherwise",
    )
    hostile.add_argument("--keep", type=Path, metavar="FOLDER", help="leave databases and logs here")
    hostile.set_defaults(names_servers=True)
    hostile.epilog = "Here --database is sqlite, postgresql, or the URL of a server that may make databases; else both."


def hostile(settings: Settings, options: argparse.Namespace) -> Report:
    """Run the cases; holds when all survive and every control did its harm."""
    from engine.hostile.case import NoCases, chosen, read_cases
    from engine.hostile.run import Plan, run

    del settings  # an arena has settings of its own, and touches no database but those that it makes
    try:
        cases = chosen(read_cases(options.folder), families=tuple(options.family), ids=tuple(options.case))
    except NoCases as problem:
        raise CannotDo(str(problem)) from problem
    databases = _databases(options)
    before = signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        report = run(Plan(cases, databases, options.quick, options.keep), _progress(cases, len(databases)))
    finally:
        signal.signal(signal.SIGTERM, before)
    return Report(report.holds, report.as_json(), report.lines())


def _databases(options: argparse.Namespace) -> tuple[str, ...]:
    """Which to run on."""
    if not options.database:
        return ("sqlite",) if options.quick else ("sqlite", "postgresql")
    if options.database not in ("sqlite", "postgresql") and not options.database.startswith("postgresql+psycopg://"):
        raise CannotDo("--database must be sqlite, postgresql, or a postgresql+psycopg:// URL.")
    return (str(options.database),)


def _progress(cases: tuple[HostileCase, ...], databases: int) -> Told:
    """A line for each case on standard error: what came of it, how many are done, and the time left."""
    total, began, done = len(cases) * databases, time.monotonic(), [0]

    def tell(database: str, verdict: Verdict) -> None:
        if _stopped:
            raise KeyboardInterrupt
        done[0] += 1
        left = (time.monotonic() - began) / done[0] * (total - done[0])
        word = "survived" if verdict.survived else "DID NOT SURVIVE"
        about = "" if verdict.survived else f": {verdict.why}"
        head = f"{done[0]}/{total} {database} {verdict.case} {word} in {verdict.seconds:.1f} s"
        print(f"{head}; about {left:.0f} s left{about}", file=sys.stderr, flush=True)

    return tell


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    """A polite stop is a Ctrl-C: the processes that were started are stopped too, and no case is tried any more."""
    _stopped.append(True)
    raise KeyboardInterrupt
