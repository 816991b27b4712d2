"""Cases: prove their records, write them out, see and retry what the machine could not do."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings


def verify(settings: Settings, options: argparse.Namespace) -> Report:
    """Prove one case's record or all of them; holds when every chain holds and every replay agrees."""
    from engine.audit import verify as prove
    from engine.audit import verify_all
    from engine.wiring import build

    alongside = build(settings, queued=False)
    if options.all:
        with alongside.uow.read() as tx:
            total = len(tx.cases.ids())
        verdicts = list(with_bar(verify_all(alongside.uow, alongside.machine), "Cases", total))
    else:
        verdicts = [prove(alongside.uow, alongside.machine, case_id=options.case)]
    broken = [verdict for verdict in verdicts if not verdict.holds]
    data: dict[str, Any] = {"cases": len(verdicts), "broken": len(broken), "verdicts": verdicts}
    lines = [f"{v.case_id}: {v.difference.sentence if v.difference else 'does not hold'}" for v in broken]
    entries = sum(verdict.entries for verdict in verdicts)
    lines.append(f"{len(verdicts)} cases, {entries} entries: {len(broken)} do not hold")
    return Report(not broken, data, lines)


def export(settings: Settings, options: argparse.Namespace) -> None:
    """A case's record as JSON, CSV or XES, to a file or to standard output."""
    from engine.audit import export as written
    from engine.wiring import build

    content = written(build(settings, queued=False).uow, case_id=options.case, form=options.form)
    if options.out is None:
        sys.stdout.buffer.write(content)
    else:
        options.out.write_bytes(content)


def incidents(settings: Settings, options: argparse.Namespace) -> Report:
    """What the machine could not do; holds when nothing is open. With `--retry`, try one again."""
    from engine.queries import incidents as troubles
    from engine.wiring import build

    alongside = build(settings, queued=options.retry is not None)
    retried: dict[str, Any] = {}
    if options.retry is not None:
        retried = {"retried": _retry(alongside, options)}
    found = troubles(alongside.uow, status=None if options.every else "open")
    alongside.close()
    is_open = [each for each in found if each.status == "open"]
    lines = [f"{e.id} {e.status} {e.case_id} {e.element_id} ({e.kind}, {e.times} times): {e.reason}" for e in found]
    lines.append(f"{len(is_open)} open")
    return Report(not is_open, {**retried, "open": len(is_open), "incidents": found}, lines)


def _retry(alongside: Any, options: argparse.Namespace) -> str:
    """Try one again in somebody's name; what was set going."""
    from engine.cli.people import actor
    from engine.commands import retry_incident

    if not options.username:
        raise CannotDo("Say in whose name: --as USER.")
    who = actor(alongside, options.username)
    return retry_incident(alongside.uow, actor=who, incident_id=options.retry, now=alongside.now()).what
