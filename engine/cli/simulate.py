"""`alongside simulate`: plays many invented cases through the real commands, and says what came of them."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.simulation.data import SimulationData
    from engine.simulation.measured import Sums
    from engine.simulation.running import Order, Progress, Ran

_WIDTH = 30


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommands: `verb(verbs, name, "module:function", text, report=True)` makes one."""
    simulate = verb(verbs, "simulate", "simulate:simulate", "Play many invented cases by the guidance.", report=True)
    simulate.add_argument(
        "--children", dest="lives", metavar="N", type=int, default=1000, help="how many cases; else 1000"
    )
    simulate.add_argument("--months", metavar="N", type=int, default=12, help="how many months; else 12")
    simulate.add_argument("--seed", metavar="N", type=int, default=1, help="the same seed, the same cases; else 1")
    simulate.add_argument("--workers", metavar="N", type=int, default=1, help="how many processes play; else 1")
    simulate.add_argument("--from", dest="start", type=_day, metavar="DATE", help="the first day; else as the data say")
    simulate.add_argument("--var", type=Path, metavar="FOLDER", help="put the database into this folder")
    simulate.add_argument("--data", type=Path, metavar="FILE", help="draw from this file, not from the pack's")
    simulate.add_argument(
        "--letters",
        choices=("real", "words"),
        default="real",
        help="lay letters out, or keep their words only; else real",
    )
    simulate.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw here how cases flow")
    simulate.add_argument("--resume", action="store_true", help="go on with what was begun in the database")


def _day(said: str) -> date:
    """A day as it is written in a command."""
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{said!r} is not a date such as 2026-03-04") from error


def simulate(settings: Settings, options: argparse.Namespace) -> Report:
    """Play, count and draw; holds when no case was stuck and nothing became an incident."""
    from engine.simulation.data import PATH, load_data
    from engine.simulation.running import Order, SimulationRefused, run_shared, set_up
    from engine.simulation.scene import DataRefused

    if min(options.lives, options.months, options.workers) < 1:
        raise CannotDo("--children, --months and --workers are at least 1.")
    there = _settings(settings, options)
    order = Order(options.lives, options.months, options.seed, options.letters, options.start)
    try:
        data = load_data(options.data or settings.home / PATH)
        set_up(there, order, data, resume=options.resume, password_hash=_password_hash(settings))
        ran = run_shared(there, order, data, options.workers, _Bar())
        return _report(there, order, data, ran, options)
    except (SimulationRefused, DataRefused) as refused:
        raise CannotDo(str(refused)) from refused
    except KeyboardInterrupt:
        print("\nStopped. What was played stands: the same command with --resume goes on.", file=sys.stderr)
        raise


def _password_hash(settings: Settings) -> str:
    """The demo's password for everybody in the demo; elsewhere one that nobody has."""
    from engine.cli.people import hashed
    from engine.rehearsal.people import NO_PASSWORD

    return hashed(settings.demo_password) if settings.demo else NO_PASSWORD


def _settings(settings: Settings, options: argparse.Namespace) -> Settings:
    """Where the database is: --database, else in --var, else where it always is."""
    if options.var is None:
        return settings
    var = options.var.expanduser().resolve()
    database = options.database or f"sqlite:///{var / 'alongside.db'}"
    return replace(settings, var=var, database=database)


class _Bar:
    """A bar on a terminal's standard error: how far, how fast, how much longer; nothing where nobody looks."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._first: tuple[float, float] | None = None

    def __call__(self, far: Progress) -> None:
        """Draw one line over itself."""
        if not sys.stderr.isatty():
            return
        now = time.monotonic()
        self._first = self._first or (now, far.share)
        filled = int(_WIDTH * far.share)
        bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {100 * far.share:3.0f}%"
        rate = far.steps / max(0.001, now - self._began)
        left = self._left(now, far.share)
        day = f"{far.at:%d %b %Y}" if far.at else ""
        print(f"\r\033[K{bar}  {day}  {rate:,.0f} steps/s  {left}", end="", file=sys.stderr, flush=True)
        if far.share >= 1:
            print(file=sys.stderr)

    def _left(self, now: float, share: float) -> str:
        """The time left at the rate since the first word."""
        began, first = self._first or (now, share)
        if share - first < 0.01 or share >= 1:
            return ""
        seconds = int((now - began) * (1 - share) / (share - first))
        return f"{seconds // 60}:{seconds % 60:02} left"


def _report(settings: Settings, order: Order, data: SimulationData, ran: Ran, options: argparse.Namespace) -> Report:
    """What the database now holds, what it cost, and the picture if one was asked for."""
    from engine.simulation.reading import read_all
    from engine.simulation.summary import lines_of, summary_of

    sums, size = read_all(settings, order, data, lambda cases, total: with_bar(cases, "Counting", total))
    told = summary_of(order, data, sums, ran, size)
    if options.picture is not None:
        options.picture.write_text(_picture(order, data, sums), encoding="utf-8")
        told["picture"] = str(options.picture)
    return Report(not ran.stuck and not told["incidents"], told, lines_of(told))


def _picture(order: Order, data: SimulationData, sums: Sums) -> str:
    """The picture of all cases."""
    from engine.simulation.picture import draw

    subtitle = (
        f"{order.lives:,} simulated cases, {order.months} months from "
        f"{order.start or data.start:%-d %B %Y}, seed {order.seed}: where each stands at the end"
    )
    return draw(data.title, subtitle, data.layers, sums.flow)
