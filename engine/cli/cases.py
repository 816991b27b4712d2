"""Cases: prove their records, write them out, see and retry what the machine could not do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from engine.cli.anchors import checked
from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.audit import Verdict
    from engine.audit.anchored import AnchorVerdict


def verify(settings: Settings, options: argparse.Namespace) -> Report:
    """Prove one case's record or all of them; holds when every chain holds and every replay agrees.

    With `--anchors` every record must also be what the anchors in that folder saw.
    """
    from engine.audit import verify as prove
    from engine.audit import verify_all
    from engine.wiring import build

    if bool(options.anchors) != bool(options.key):
        raise CannotDo("Give --anchors FOLDER and --key FILE together: a key from elsewhere proves the folder.")
    with closing(build(settings, queued=False)) as alongside:
        if options.all:
            with alongside.uow.read() as tx:
                total = len(tx.cases.ids())
            verdicts = list(with_bar(verify_all(alongside.uow, alongside.machine), "Cases", total))
        else:
            verdicts = [prove(alongside.uow, alongside.machine, case_id=options.case)]
        anchors = checked(alongside, options.anchors, options.key, options.case) if options.anchors else None
    return _proved(verdicts, anchors)


def _proved(verdicts: Sequence[Verdict], anchors: AnchorVerdict | None) -> Report:
    """Both proofs in one; `first_bad` is the lowest bad entry of each case that does not hold."""
    broken = [verdict for verdict in verdicts if not verdict.holds]
    faults = anchors.faults if anchors else ()
    bad = [(v.case_id, v.difference.seq) for v in broken if v.difference]
    bad += [(fault.case_id, fault.seq) for fault in faults if fault.case_id]
    first: dict[str, int] = {}
    for case_id, seq in bad:
        first[case_id] = min(seq, first.get(case_id, seq))
    data: dict[str, Any] = {"cases": len(verdicts), "broken": len(broken), "first_bad": first, "verdicts": verdicts}
    lines = [f"{v.case_id}: {v.difference.sentence if v.difference else 'does not hold'}" for v in broken]
    lines += [fault.sentence for fault in faults]
    entries = sum(verdict.entries for verdict in verdicts)
    lines.append(f"{len(verdicts)} cases, {entries} entries: {len(broken)} do not hold")
    if anchors is not None:
        data["anchors"] = anchors
        told = f"up to anchor {anchors.newest}" if anchors.newest else "nothing"
        lines.append(f"{anchors.anchors} anchors cover {anchors.entries} entries, {told}: {len(faults)} faults")
    return Report(not broken and not faults, data, lines)


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
    """What the machine could not do; holds when nothing is open. With `--retry`, try one again, or all alike."""
    from engine.queries import incidents as troubles
    from engine.wiring import build

    if options.alike and options.retry is None:
        raise CannotDo("Say which one the others are to be like: --retry ID.")
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


def _retry(alongside: Any, options: argparse.Namespace) -> str | list[str]:
    """Try one again in somebody's name, or all that are alike; what was set going."""
    from engine.cli.people import actor
    from engine.wiring.retrying import retry, retry_alike

    if not options.username:
        raise CannotDo("Say in whose name: --as USER.")
    who = actor(alongside, options.username)
    asked = {"actor": who, "incident_id": options.retry, "now": alongside.now()}
    if options.alike:
        return [done.what for done in retry_alike(alongside.uow, alongside.machine, **asked)]
    return retry(alongside.uow, alongside.machine, **asked).what
