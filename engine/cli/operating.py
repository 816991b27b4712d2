"""Looking after the product: doctor, backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings


def arguments(verbs: Any, verb: Any) -> None:
    """Add the subcommands: `verb(verbs, name, "module:function", text, report=True)` makes one."""
    from engine.cli import anchors

    anchors.arguments(verbs, verb)
    doctor = verb(verbs, "doctor", "operating:doctor", "Say whether this installation is sound.", report=True)
    doctor.add_argument(
        "--clock-is-right",
        action="store_true",
        help="keep that the clock is right now, and was wrong when entries from the future were recorded",
    )
    backup = verb(verbs, "backup", "operating:backup", "Write everything into one file; work goes on.", report=True)
    backup.add_argument("file", type=Path, metavar="FILE", help="a zip that is not there yet")
    restore = verb(verbs, "restore", "operating:restore", "Put a backup into an empty database.", report=True)
    restore.add_argument("file", type=Path, metavar="FILE", help="what `alongside backup` wrote")
    restore.add_argument("--force", action="store_true", help="replace everything that the database holds")
    restore.add_argument(
        "--was-stopped",
        action="store_true",
        help="nothing ran since the backup was made, so hold no letter: for moving house",
    )
    sent = verb(verbs, "sent", "operating:sent", "Settle an incident whose letter has left already.", report=True)
    sent.add_argument("incident", type=int, metavar="ID", help="its number: `alongside incidents`")
    sent.add_argument("--as", dest="username", metavar="USER", required=True, help="who has looked")
    sent.add_argument("--reference", default="", metavar="TEXT", help="how to find it: a Message-ID, a date of posting")


def doctor(settings: Settings, options: argparse.Namespace) -> Report:
    """Everything that was found, the worst first; holds when nothing is fatal."""
    from engine.wiring.checkup import check_up, clock_is_right
    from engine.wiring.finding import FATAL, FINE, WARNING

    if options.clock_is_right:
        clock_is_right(settings)
    found = sorted(check_up(settings), key=lambda each: (FATAL, WARNING, FINE).index(each.level))
    counted = {level: sum(each.level == level for each in found) for level in (FATAL, WARNING, FINE)}
    lines = [f"{each.level + ':':<9}{each}" for each in found]
    lines.append(", ".join(f"{count} {level}" for level, count in counted.items()))
    data = {"sound": not counted[FATAL], "counts": counted, "findings": found}
    return Report(not counted[FATAL], data, lines)


def backup(settings: Settings, options: argparse.Namespace) -> Report:
    """Write a backup and read it again; holds when it is whole."""
    from engine.wiring.backup import check_file, portions_to_write, write_file
    from engine.wiring.backup_file import contents_of, digest_of

    path: Path = options.file.resolve()
    if not path.parent.is_dir():
        raise CannotDo(f"There is no folder {path.parent}.")
    for _ in with_bar(write_file(settings, path), "Writing", portions_to_write(settings)):
        pass
    contents = contents_of(path)
    checked = sum(with_bar(check_file(path), "Checking", len(contents.parts)))
    data = {
        "file": path,
        "made_at": contents.made_at,
        "sha256": digest_of(path),
        "bytes": path.stat().st_size,
        "rows": checked,
        "cases": contents.rows("cases"),
        "entries": contents.rows("journal"),
        "tables": {part.shape.name: part.rows for part in contents.parts},
    }
    lines = [
        f"{path}: {data['cases']} cases, {data['entries']} entries, {path.stat().st_size / 1e6:,.1f} MB, read again.",
        f"SHA-256 {data['sha256']}",
        "It holds everything about everybody: keep it encrypted, away from this machine. Keys are not in it.",
    ]
    return Report(True, data, lines)


def restore(settings: Settings, options: argparse.Namespace) -> Report:
    """Check a backup, then put it in; holds when it is in. What may have left before is an incident afterwards."""
    from engine.wiring.backup import check_file
    from engine.wiring.backup_file import contents_of
    from engine.wiring.restore import Restore

    path: Path = options.file.resolve()
    contents = contents_of(path)
    rows = sum(with_bar(check_file(path), "Checking", len(contents.parts)))
    settings.var.mkdir(parents=True, exist_ok=True)
    doing = Restore(settings, path, force=options.force, was_stopped=options.was_stopped)
    done = sum(with_bar(doing.run(), "Restoring", rows // 500 + len(contents.parts)))
    data = {"rows": done, "cases": contents.rows("cases"), "made_at": contents.made_at, "held": doing.held}
    lines = [f"{data['cases']} cases, {contents.rows('journal')} entries are restored, as of {contents.made_at}."]
    if doing.held.jobs or doing.held.timers:
        lines.append(
            f"{doing.held.jobs} letters or notices and {doing.held.timers} timers are held, for they may have gone "
            "before the restore: `alongside incidents` lists them; look, then `--retry ID` or `alongside sent ID`."
        )
    return Report(True, data, [*lines, "Prove it: `alongside verify --all`."])


def sent(settings: Settings, options: argparse.Namespace) -> Report:
    """Settle an incident of a job whose letter has left: it is kept as sent, and its case goes on without sending."""
    from engine.cli.people import actor
    from engine.wiring import build

    alongside = build(settings)
    try:
        who = actor(alongside, options.username)
        done = alongside.settle_as_sent(actor=who, incident_id=options.incident, reference=options.reference)
    finally:
        alongside.close()
    return Report(True, vars(done), [f"Incident {done.incident_id} is settled; its letter is kept as sent."])
