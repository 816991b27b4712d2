"""The owners' draft of the next version, every save of it, and the rehearsals of what it held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.policy_draft import PolicyDraft, Rehearsal, Save


class PolicyDrafts(Protocol):
    """One draft is open at a time; saves are append-only."""

    def open_one(self, *, lock: bool = False) -> PolicyDraft | None:
        """The draft being worked on, None when there is none; `lock` holds it until the commit."""

    def begin(self, base_number: str, base_digest: str, by: str, at: datetime) -> PolicyDraft:
        """A new draft of that version."""

    def save(self, draft: PolicyDraft, path: str, content: bytes | None, by: str, at: datetime, how: str) -> Save:
        """Keep a text of a file as its latest, or aside (`how`)."""

    def content(self, digest: str) -> bytes:
        """The bytes of a save. Raises DocumentNotFound."""

    def contents(self, draft: PolicyDraft) -> dict[str, bytes | None]:
        """Path -> the latest bytes of each changed file, None where it was removed."""

    def saves(self, draft_id: int, *, path: str | None = None, limit: int = 200) -> Sequence[Save]:
        """The saves of a draft, or of one file in it, newest first."""

    def find_save(self, save_id: int) -> Save:
        """One save. Raises DraftNotFound."""

    def close(self, draft: PolicyDraft, status: str, by: str, at: datetime) -> None:
        """The draft was published or discarded; its saves stay."""

    def rehearsal(self, digest: str) -> Rehearsal | None:
        """How the examples went with this content, None when nobody has asked."""

    def put_rehearsal(self, rehearsal: Rehearsal) -> None:
        """Keep how they go."""
