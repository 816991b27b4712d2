"""The draft of the next version: a row for it, a row for every save, texts by their digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from engine.model.policy_draft import ASIDE, OPEN, DraftNotFound, PolicyDraft, Rehearsal, Save
from engine.store.archive import content_of, keep
from engine.store.schema import artefacts
from engine.store.schema_policy_drafts import policy_draft_saves, policy_drafts, policy_rehearsals
from engine.store.upsert import put_row

_DRAFT = tuple(name for name in PolicyDraft.__dataclass_fields__ if name != "files")


class SqlPolicyDrafts:
    """The draft of one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on the transaction's connection."""
        self._connection = connection

    def open_one(self, *, lock: bool = False) -> PolicyDraft | None:
        """Two statements."""
        asked = select(policy_drafts).where(policy_drafts.c.slot == OPEN)
        row = self._connection.execute(asked.with_for_update() if lock else asked).mappings().first()
        return None if row is None else self._with_files(row)

    def _with_files(self, row: RowMapping) -> PolicyDraft:
        draft = PolicyDraft(**{name: row[name] for name in _DRAFT})
        t = policy_draft_saves
        latest = select(func.max(t.c.id)).where(t.c.draft_id == draft.id, t.c.how != ASIDE).group_by(t.c.path)
        found = self._connection.execute(select(t).where(t.c.id.in_(latest)).order_by(t.c.path)).mappings()
        return replace(draft, files=MappingProxyType({each["path"]: Save(**each) for each in found}))

    def begin(self, base_number: str, base_digest: str, by: str, at: datetime) -> PolicyDraft:
        """Takes the only slot."""
        row = {"base_number": base_number, "base_digest": base_digest, "status": OPEN, "begun_by": by, "begun_at": at}
        statement = policy_drafts.insert().values(**row, slot=OPEN).returning(policy_drafts.c.id)
        return PolicyDraft(id=int(self._connection.execute(statement).scalar_one()), **row)  # type: ignore[arg-type]

    def save(self, draft: PolicyDraft, path: str, content: bytes | None, by: str, at: datetime, how: str) -> Save:
        """One row; a text that was kept before is not kept twice."""
        digest = None if content is None else keep(self._connection, content)
        revision = draft.revision(path) + (0 if how == ASIDE else 1)
        row: dict[str, Any] = {"draft_id": draft.id, "path": path, "revision": revision}
        row |= {"digest": digest, "by": by, "at": at, "how": how}
        statement = policy_draft_saves.insert().values(**row).returning(policy_draft_saves.c.id)
        return Save(id=int(self._connection.execute(statement).scalar_one()), **row)

    def content(self, digest: str) -> bytes:
        """By digest."""
        return content_of(self._connection, digest)

    def contents(self, draft: PolicyDraft) -> dict[str, bytes | None]:
        """One statement for all."""
        digests = {each.digest for each in draft.files.values() if each.digest}
        asked = select(artefacts.c.digest, artefacts.c.content).where(artefacts.c.digest.in_(digests))
        found = {row.digest: bytes(row.content) for row in self._connection.execute(asked)}
        return {path: found[each.digest] if each.digest else None for path, each in draft.files.items()}

    def saves(self, draft_id: int, *, path: str | None = None, limit: int = 200) -> Sequence[Save]:
        """Newest first."""
        t = policy_draft_saves
        asked = select(t).where(t.c.draft_id == draft_id).order_by(t.c.id.desc()).limit(limit)
        found = self._connection.execute(asked if path is None else asked.where(t.c.path == path)).mappings()
        return [Save(**row) for row in found]

    def find_save(self, save_id: int) -> Save:
        """By number."""
        asked = select(policy_draft_saves).where(policy_draft_saves.c.id == save_id)
        row = self._connection.execute(asked).mappings().first()
        if row is None:
            raise DraftNotFound("There is no such save.")
        return Save(**row)

    def close(self, draft: PolicyDraft, status: str, by: str, at: datetime) -> None:
        """Gives the slot back."""
        closed = {"status": status, "slot": None, "closed_by": by, "closed_at": at}
        self._connection.execute(update(policy_drafts).where(policy_drafts.c.id == draft.id).values(**closed))

    def rehearsal(self, digest: str) -> Rehearsal | None:
        """By the content's digest."""
        asked = select(policy_rehearsals).where(policy_rehearsals.c.digest == digest)
        row = self._connection.execute(asked).mappings().first()
        return None if row is None else Rehearsal(**row)

    def put_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Replaces what was known."""
        put_row(self._connection, policy_rehearsals, vars(rehearsal), key=("digest",))
