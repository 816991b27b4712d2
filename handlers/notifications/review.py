"""The mail to the policy's owners when its review date nears or has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.job import Mail


def review_notice(
    *, key: str, to: Sequence[str], title: str, number: str, review_date: date, is_overdue: bool, link: str
) -> Mail:
    """One mail to all owners; it names the policy and the date, and nobody."""
    day = f"{review_date:%-d %B %Y}"
    what = f"was to be reviewed by {day}" if is_overdue else f"is to be reviewed by {day}"
    return Mail(
        key=key,
        to=tuple(to),
        subject=f"Version {number} of the policy is {'overdue for review' if is_overdue else 'due for review soon'}",
        text=f"Version {number} of “{title}” {what}.\n\n{link}\n",
    )
