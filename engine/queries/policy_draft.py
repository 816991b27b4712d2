"""The draft of the next version as its owners see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.model.bundle import Bundle
from engine.model.policy_draft import DraftNotFound, PolicyDraft, Rehearsal, Save, overlaid
from engine.model.version import SUBMITTED, Version
from engine.ports import UnitOfWork


@dataclass(frozen=True)
class DraftPage:
    """A draft with its files: `base` those of its version, `bundle` with the changes."""

    draft: PolicyDraft
    base: Bundle
    bundle: Bundle


def policy_draft(uow: UnitOfWork) -> DraftPage | None:
    """The draft that is open, None when there is none."""
    with uow.read() as tx:
        draft = tx.policy_drafts.open_one()
        if draft is None:
            return None
        base = tx.policies.bundle(draft.base_digest)
        return DraftPage(draft, base, overlaid(base, tx.policy_drafts.contents(draft)))


def draft_file(uow: UnitOfWork, *, path: str) -> tuple[bytes, int]:
    """A file of the draft with its revision. Raises DraftNotFound."""
    with uow.read() as tx:
        draft = tx.policy_drafts.open_one()
        if draft is None:
            raise DraftNotFound("There is no draft: it was published or discarded.")
        save = draft.files.get(path)
        if save is None:
            content = tx.policies.bundle(draft.base_digest).files.get(path)
        else:
            content = tx.policy_drafts.content(save.digest) if save.digest else None
    if content is None:
        raise DraftNotFound("The draft has no such file.")
    return content, save.revision if save else 0


def draft_saves(uow: UnitOfWork, *, path: str | None = None, limit: int = 200) -> Sequence[Save]:
    """Every save of the open draft, newest first."""
    with uow.read() as tx:
        draft = tx.policy_drafts.open_one()
        return () if draft is None else tx.policy_drafts.saves(draft.id, path=path, limit=limit)


def draft_save(uow: UnitOfWork, *, save_id: int) -> tuple[Save, bytes]:
    """One save with its text. Raises DraftNotFound."""
    with uow.read() as tx:
        save = tx.policy_drafts.find_save(save_id)
        if save.digest is None:
            raise DraftNotFound("This save removed the file.")
        return save, tx.policy_drafts.content(save.digest)


def rehearsal(uow: UnitOfWork, *, digest: str) -> Rehearsal | None:
    """How the worked examples went with this content."""
    with uow.read() as tx:
        return tx.policy_drafts.rehearsal(digest)


def submitted_versions(uow: UnitOfWork) -> tuple[Version, ...]:
    """Versions that wait for another person's approval."""
    with uow.read() as tx:
        return tuple(each for each in tx.policies.all() if each.status == SUBMITTED)
