"""A version of the guidance: who wrote it, who approved it, from when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

SUBMITTED, PUBLISHED = "submitted", "published"


@dataclass(frozen=True)
class Version:
    """One version; `digest` names its content and is what the approval is bound to (DESIGN decision 12)."""

    number: str
    digest: str
    status: str
    effective_from: date
    updated_by: str
    updated_at: datetime
    change_note: str = ""
    review_date: date | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None

    def is_review_overdue(self, today: date) -> bool:
        """Whether the day on which it was to be looked at again has passed."""
        return self.review_date is not None and self.review_date < today


def in_force(versions: tuple[Version, ...], on: date) -> Version | None:
    """The version that a case starting that day takes: published, latest to take effect, then latest approved."""
    held = [v for v in versions if v.status == PUBLISHED and v.effective_from <= on and v.approved_at is not None]
    return max(held, key=lambda v: (v.effective_from, v.approved_at), default=None)
