"""Anchors and grants: what keeps the record from being forged, and what proves that it was not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.report import CannotDo, Report
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.audit.anchored import AnchorVerdict
    from engine.wiring import Alongside


def arguments(verbs: Any, verb: Any) -> None:
    """Add `anchor` and `grants`."""
    anchor = verb(verbs, "anchor", "anchors:anchor", "Pin every record now with one signature.", report=True)
    anchor.add_argument("--export-key", type=Path, metavar="FILE", help="write the public key here, and make no anchor")
    grants = verb(verbs, "grants", "anchors:grants", "Print or grant what the role that serves may do.", report=True)
    grants.add_argument("role", help="the PostgreSQL role of `serve` and `worker`, which owns nothing")
    grants.add_argument(
        "--apply", action="store_true", help="grant it, connected as the owner of the tables; else print it"
    )


def anchor(settings: Settings, options: argparse.Namespace) -> Report:
    """Make an anchor; holds when every journal still holds what the anchors before had seen."""
    from engine.wiring import anchor_now, build
    from engine.wiring.anchors import signer

    own = signer(settings)
    if options.export_key is not None:
        options.export_key.write_bytes(own.pem)
        return Report(True, {"key": own.public, "file": options.export_key}, [f"Public key {own.public}"])
    alongside = build(settings, queued=False)
    try:
        made = anchor_now(alongside)
    except ValueError as error:
        raise CannotDo(f"The newest anchor in the database is not one any more: {error}.") from error
    finally:
        alongside.close()
    if made is None:
        raise CannotDo("Another process made an anchor at the same moment. That one holds as well.")
    drawn = made.anchor
    data = {**vars(drawn), "digest": drawn.digest, "folder": settings.anchors, "broken_cases": made.broken}
    lines = [
        f"Anchor {drawn.number}: {drawn.cases} cases, {drawn.entries} entries, {drawn.added} of them new",
        f"Digest {drawn.digest}",
        f"Public key {drawn.key}",
        f"Written to {settings.anchors}: carry it off this machine",
        *(f"{case_id} no longer holds what an earlier anchor saw" for case_id in made.broken),
    ]
    return Report(not made.broken, data, lines)


def checked(alongside: Alongside, folder: Path, keys: list[Path], case_id: str | None) -> AnchorVerdict:
    """What the anchors in a folder say of the records, by these public keys."""
    from engine.audit.anchored import check_anchors
    from engine.audit.signing import KeyUnreadable, public_from
    from engine.wiring.anchor_files import read_copies

    if not folder.is_dir():
        raise CannotDo(f"There is no folder {folder}.")
    public = []
    for file in keys:
        try:
            public.append(public_from(file.read_bytes()))
        except KeyUnreadable as error:
            raise CannotDo(f"{file}: {error}") from error
    return check_anchors(alongside.uow, read_copies(folder), public, case_id=case_id)


def grants(settings: Settings, options: argparse.Namespace) -> Report:
    """The statements that let a role serve the product and no more; with `--apply` they are carried out."""
    from engine.store.grants import GrantsRefused, grant, statements

    if settings.is_embedded:
        raise CannotDo("SQLite knows no roles: there the triggers refuse to change history, and anchors prove it.")
    try:
        told = grant(settings.database, options.role) if options.apply else statements(options.role)
    except GrantsRefused as error:
        raise CannotDo(str(error)) from error
    lines = [f"{options.role} may serve the product now."] if options.apply else [f"{each};" for each in told]
    return Report(True, {"role": options.role, "applied": options.apply, "statements": told}, lines)
