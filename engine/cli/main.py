"""From arguments to an exit code: 0 what was asked is done or holds, 1 it does not hold, 2 it could not be asked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from engine.cli.arguments import parser
from engine.cli.report import CannotDo, Report, show
from engine.model.errors import AlongsideError, StoreBusy
from engine.settings import SettingsRefused, from_environment, with_changes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = parser().parse_args(arguments)
    try:
        report = _run(options)
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        said = _sentence(problem)
        if said is None:
            raise
        return _refuse(said, as_json=getattr(options, "json", False))
    if report is not None:
        return _told(report, as_json=getattr(options, "json", False))
    return 0


def _run(options: argparse.Namespace) -> Report | None:
    """Import the command's module, and call it with the settings and the options."""
    module, _, function = options.do.partition(":")
    database = None if options.names_servers else options.database
    settings = with_changes(from_environment(), database=database, port=getattr(options, "port", None))
    report: Report | None = getattr(import_module(f"engine.cli.{module}"), function)(settings, options)
    return report


def _told(report: Report, *, as_json: bool) -> int:
    """Print the report; a reader that has gone away, such as `head`, is no fault."""
    try:
        show(report, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if report.holds else 1


def _sentence(problem: Exception) -> str | None:
    """Why nothing came of it, in words; None when it is a fault of ours, whose trace somebody needs."""
    if isinstance(problem, OSError) and problem.filename and problem.strerror:
        return f"{problem.filename}: {problem.strerror}."
    if isinstance(problem, (AlongsideError, SettingsRefused, CannotDo, OSError)) and not isinstance(problem, StoreBusy):
        return str(problem)
    from engine.store.outage import said_of

    return said_of(problem)


def _refuse(said: str, *, as_json: bool) -> int:
    """Say in a sentence why nothing came of it."""
    if as_json:
        show(Report(False, {"error": said}), as_json=True)
    else:
        print(said, file=sys.stderr)
    return 2
