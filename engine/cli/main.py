"""From arguments to an exit code: 0 what was asked is done or holds, 1 it does not hold, 2 it could not be asked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from engine.cli.arguments import parser
from engine.cli.report import CannotDo, Report, show
from engine.model.errors import AlongsideError
from engine.settings import SettingsRefused, from_environment, with_changes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = parser().parse_args(arguments)
    try:
        report = _run(options)
    except KeyboardInterrupt:
        return 130
    except (AlongsideError, SettingsRefused, CannotDo, OSError) as problem:
        return _refuse(problem, as_json=getattr(options, "json", False))
    if report is not None:
        return _told(report, as_json=getattr(options, "json", False))
    return 0


def _run(options: argparse.Namespace) -> Report | None:
    """Import the command's module, and call it with the settings and the options."""
    module, _, function = options.do.partition(":")
    settings = with_changes(
        from_environment(), database=getattr(options, "database", None), port=getattr(options, "port", None)
    )
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


def _refuse(problem: Exception, *, as_json: bool) -> int:
    """Say in a sentence why nothing came of it."""
    if as_json:
        show(Report(False, {"error": str(problem)}), as_json=True)
    else:
        print(problem, file=sys.stderr)
    return 2
