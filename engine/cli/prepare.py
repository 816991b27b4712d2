"""Getting ready: database, pack, and in the demo its people and cases."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from engine.cli.main import CannotDo
from engine.cli.report import with_bar
from engine.rehearsal import demo
from engine.rehearsal.cast import read_cast
from engine.rehearsal.publish import publish_pack
from engine.settings import Settings
from engine.wiring import Alongside, build, migrate


def prepare(settings: Settings, options: argparse.Namespace) -> None:
    """Migrate, publish the pack as its folder has it, and fill an empty demo; what is there already stays."""
    migrate(settings)
    alongside = build(settings, queued=False)
    try:
        number = publish_pack(alongside, settings.home, alongside.now())
        print(f"Version {number} of the guidance is in force.", flush=True)
        if settings.demo and not demo.is_loaded(alongside):
            _fill(alongside, cases=not options.no_cases)
    finally:
        alongside.close()


def welcome(settings: Settings, _options: argparse.Namespace) -> None:
    """Where the product is, and in the demo who can sign in."""
    print(f"\nAlongside is running on {settings.base_url}")
    if settings.demo:
        print(f"\nSign in as any of these invented people; everybody's password is {settings.demo_password}\n")
        for person in read_cast(settings.people_file).people:
            print(f"  {person.username:<20} {', '.join(sorted(person.roles)):<24} {', '.join(sorted(person.teams))}")
    print("\nPress Ctrl-C to stop.\n", flush=True)


def _fill(alongside: Alongside, *, cases: bool) -> None:
    """The demo's people and cases, with a bar while it takes its time."""
    from pwdlib import PasswordHash

    settings = alongside.settings
    scripts = demo.scripts(settings.home) if cases else []
    hashed = PasswordHash.recommended().hash(settings.demo_password)
    plays = demo.load(alongside, settings.people_file, scripts, password_hash=hashed, now=datetime.now(UTC))
    faults = [
        f"{played.script.path}: {fault}"
        for played in with_bar(plays, "Demo cases", len(scripts))
        for fault in played.faults
    ]
    if faults:
        raise CannotDo("The demo's cases could not be played:\n" + "\n".join(faults))
    print(f"The demo has {len(scripts)} cases.", flush=True)
