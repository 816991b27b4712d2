"""The guidance pack: publish it, check it, compare two, see which sentence is carried by what."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.cli.report import CannotDo, Report
from engine.model.bundle import Bundle
from engine.settings import Settings


def publish(settings: Settings, options: argparse.Namespace) -> Report:
    """Publish the pack in a folder: one person's change, approved by another."""
    from engine.cli.people import actor
    from engine.commands import publish_policy
    from engine.policy import read_folder
    from engine.wiring import build

    bundle = read_folder(options.folder or settings.home)
    alongside = build(settings, queued=False)
    now = alongside.now()
    done = publish_policy(
        alongside.uow,
        alongside.machine,
        bundle=bundle,
        number=options.number or _last_number(bundle),
        effective_from=_day(options.effective_from) or now.astimezone(ZoneInfo("Europe/London")).date(),
        updated_by=actor(alongside, options.by),
        approved_by=actor(alongside, options.approved_by),
        change_note=options.note,
        now=now,
    )
    said = f"Version {done.number} is published; cases that start from {done.effective_from} on take it."
    return Report(True, vars(done), [said, f"Digest {done.digest}"])


def check(settings: Settings, options: argparse.Namespace) -> Report:
    """Everything that is wrong with a pack, as it would be said on publishing, and what is probably a mistake."""
    from engine.policy import lint_pack, pack_warnings, read_folder

    bundle = read_folder(options.folder or settings.home)
    faults, warnings = lint_pack(bundle), pack_warnings(bundle)
    data = {
        "digest": bundle.digest,
        "files": len(bundle.files),
        "accepted": not faults,
        "faults": [vars(fault) for fault in faults],
        "warnings": [vars(warning) for warning in warnings],
    }
    lines = [*(f"Fault: {fault}" for fault in faults), *(f"Warning: {warning}" for warning in warnings)]
    lines.append(f"{len(bundle.files)} files, {len(faults)} faults, {len(warnings)} warnings, digest {bundle.digest}")
    return Report(not faults, data, lines)


def diff(settings: Settings, options: argparse.Namespace) -> Report:
    """What one pack changes about another, in sentences; holds whether anything differs or not."""
    from engine.policy import diff as differences

    old, new = (_pack(settings, said) for said in (options.old, options.new))
    found = differences(old, new)
    data = {"old": old.digest, "new": new.digest, "differences": [vars(each) for each in found]}
    return Report(True, data, [each.sentence for each in found] or ["Nothing that matters differs."])


def coverage(settings: Settings, options: argparse.Namespace) -> Report:
    """Which sentence is carried by what, and what carries none; holds when nothing is uncovered, uncited or unknown."""
    from engine.policy import coverage as covered
    from engine.policy import read_folder

    data: dict[str, Any] = covered(read_folder(options.folder or settings.home))
    holds = not (data["uncovered"] or data["uncited"] or data["unknown"])
    lines = [
        *(f"Nothing carries {sentence}." for sentence in data["uncovered"]),
        *(f"Cites no sentence: {each['where']} ({each['label']})" for each in data["uncited"]),
        *(f"Cited and unknown: {sentence}" for sentence in data["unknown"]),
        ", ".join(f"{count} {what}" for what, count in data["totals"].items()),
    ]
    return Report(holds, data, lines)


def _pack(settings: Settings, said: str) -> Bundle:
    """A pack in a folder, or a published version by its number or the beginning of its digest."""
    from engine.policy import read_folder

    if Path(said).is_dir():
        return read_folder(Path(said))
    from engine.wiring import build

    alongside = build(settings, queued=False)
    with alongside.uow.read() as tx:
        for version in tx.policies.all():
            if said == version.number or (len(said) >= 6 and version.digest.startswith(said)):
                return tx.policies.bundle(version.digest)
    raise CannotDo(f"There is neither a folder nor a version {said!r}.")


def _last_number(bundle: Bundle) -> str:
    """The number of the last version that `policy.toml` lists."""
    import tomllib

    versions = tomllib.loads(bundle.files.get("processes/policy.toml", b"").decode()).get("versions", [])
    if not versions:
        raise CannotDo("The pack's policy.toml lists no versions: say --number.")
    return str(versions[-1]["number"])


def _day(text: str | None) -> date | None:
    """A date as `2026-03-04`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CannotDo(f"{text!r} is not a date such as 2026-03-04.") from error
