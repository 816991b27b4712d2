"""Take files from a modeller on the desktop into the draft, all or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.commands.save_policy_draft import Unreadable, must_be_readable, open_draft
from engine.model.errors import Fault, PolicyRejected
from engine.model.person import Actor
from engine.model.policy_draft import UPLOADED, DraftRefused, PolicyDraft, Save, must_be_a_path, overlaid
from engine.ports import UnitOfWork
from engine.ports.crash_points import crash_point


def upload_policy_draft(
    uow: UnitOfWork, *, actor: Actor, files: Mapping[str, bytes], seen: int, unreadable: Unreadable, now: datetime
) -> tuple[Save, ...]:
    """Keep the files that differ from what the draft holds; `seen` is the draft's last save when the page was made.

    Raises PolicyRejected with every file that cannot be read; DraftRefused when one of them was saved since by
    somebody; NotAllowed, DraftNotFound. Then nothing is kept.
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
    with uow.write() as tx:
        draft = open_draft(uow, tx, actor, now)
        held = overlaid(tx.policies.bundle(draft.base_digest), tx.policy_drafts.contents(draft)).files
        new = {path: content for path, content in files.items() if held.get(path) != content}
        _must_not_be_newer(draft, new, seen)
        by = actor.person.username
        saved = tuple(tx.policy_drafts.save(draft, path, new[path], by, now, UPLOADED) for path in sorted(new))
        crash_point("upload.before_commit")
    crash_point("upload.after_commit")
    return saved


def _must_not_be_newer(draft: PolicyDraft, files: Mapping[str, bytes], seen: int) -> None:
    newer = [draft.files[path] for path in sorted(files) if path in draft.files and draft.files[path].id > seen]
    if newer:
        names = ", ".join(f"{each.path} (saved by {each.by})" for each in newer)
        raise DraftRefused(
            f"Changed after you opened the page, so nothing was uploaded: {names}. Look, then upload again."
        )
