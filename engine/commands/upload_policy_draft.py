"""Take files from a modeller on the desktop into the draft, all or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.commands.once import once
from engine.commands.save_policy_draft import Unreadable, must_be_readable, open_draft
from engine.model.errors import Fault, PolicyRejected
from engine.model.person import Actor
from engine.model.policy_draft import UPLOADED, DraftRefused, PolicyDraft, Save, must_be_a_path, overlaid
from engine.ports import Transaction, UnitOfWork
from engine.ports.crash_points import crash_point


@dataclass(frozen=True)
class _Asked:
    """One upload."""

    actor: Actor
    files: Mapping[str, bytes]
    seen: int
    now: datetime


def upload_policy_draft(
    uow: UnitOfWork,
    *,
    actor: Actor,
    files: Mapping[str, bytes],
    seen: int,
    unreadable: Unreadable,
    key: str | None = None,
    now: datetime,
) -> tuple[Save, ...]:
    """Keep the files that differ from what the draft holds; `seen` is the draft's last save when the page was made.

    Raises PolicyRejected with every file that cannot be read; DraftRefused when one of them was saved since by
    somebody; NotAllowed, DraftNotFound, KeyUsed. Then nothing is kept.
    """
    faults: list[Fault] = []
    for path, content in files.items():
        must_be_a_path(path)
        try:
            must_be_readable(path, content, unreadable)
        except PolicyRejected as refused:
            faults += refused.faults
    if faults:
        raise PolicyRejected(faults)
    asked = _Asked(actor, files, seen, now)
    with uow.write() as tx:
        what = "upload_policy_draft"
        saved = once(tx, key, what, actor, now, tuple[Save, ...], lambda: _upload(uow, tx, asked))
        crash_point("upload.before_commit")
    crash_point("upload.after_commit")
    return saved


def _upload(uow: UnitOfWork, tx: Transaction, asked: _Asked) -> tuple[Save, ...]:
    draft = open_draft(uow, tx, asked.actor, asked.now)
    held = overlaid(tx.policies.bundle(draft.base_digest), tx.policy_drafts.contents(draft)).files
    new = {path: content for path, content in asked.files.items() if held.get(path) != content}
    _must_not_be_newer(draft, new, asked.seen)
    by = asked.actor.person.username
    return tuple(tx.policy_drafts.save(draft, path, new[path], by, asked.now, UPLOADED) for path in sorted(new))


def _must_not_be_newer(draft: PolicyDraft, files: Mapping[str, bytes], seen: int) -> None:
    newer = [draft.files[path] for path in sorted(files) if path in draft.files and draft.files[path].id > seen]
    if newer:
        names = ", ".join(f"{each.path} (saved by {each.by})" for each in newer)
        raise DraftRefused(
            f"Changed after you opened the page, so nothing was uploaded: {names}. Look, then upload again."
        )
