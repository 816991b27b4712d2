"""Setting up: a database with the pack in force, and in the demo its people and cases."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from engine.cli.report import with_bar
from engine.settings import Settings


def prepare(settings: Settings, options: argparse.Namespace) -> None:
    """Migrate, publish the pack unless it is in force, and fill an empty demo. Doing it again changes nothing."""
    from engine.model.errors import ApprovalRefused
    from engine.rehearsal.publish import publish_pack
    from engine.wiring import Alongside, build, migrate

    migrate(settings)
    alongside: Alongside = build(settings, queued=False)
    try:
        publish_pack(alongside, settings.home, alongside.now())
    except ApprovalRefused as refused:
        print(f"The pack in this folder is not in force: {refused}", file=sys.stderr)
        print("Cases go on under the version that is. `alongside publish --number ...` publishes it.", file=sys.stderr)
    if settings.demo:
        _fill(settings, alongside, with_cases=not options.no_cases)
    alongside.close()


def _fill(settings: Settings, alongside: object, *, with_cases: bool) -> None:
    """The demo's people and cases, if it has none."""
    from engine.cli.people import hashed
    from engine.rehearsal import demo
    from engine.wiring import Alongside

    assert isinstance(alongside, Alongside)  # noqa: S101 - imported late, so that other commands start fast
    if demo.is_loaded(alongside):
        return
    cases = demo.scripts(settings.home) if with_cases else []
    loading = demo.load(alongside, settings.people_file, cases, hashed(settings.demo_password), datetime.now(UTC))
    for played in with_bar(loading, "Loading the demo's cases", len(cases)):
        for fault in played.faults:
            print(f"The demo case “{played.script.title}” stopped: {fault}", file=sys.stderr)


def welcome(settings: Settings, _options: argparse.Namespace) -> None:
    """Where the product is, and in the demo who can sign in."""
    from engine.queries import people
    from engine.wiring import build

    print(f"\nAlongside is at {settings.base_url}")
    if settings.demo:
        print(f"Sign in to the demo with the password {settings.demo_password} as one of")
        alongside = build(settings, queued=False)
        for person in people(alongside.uow):
            print(f"  {person.username:<20} {', '.join(sorted(person.roles))}")
        alongside.close()
    print("Ctrl-C stops it.", flush=True)
