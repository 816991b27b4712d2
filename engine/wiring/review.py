"""Reminds the owners of the version in force that its review date nears or has passed: one mail for each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.model.errors import VersionNotFound
from engine.model.version import Version
from handlers.job import Mail
from handlers.notifications.review import review_notice

if TYPE_CHECKING:
    from engine.wiring.build import Alongside

#: How long before the review date its owners are told.
AHEAD = timedelta(days=60)
_ASKED = "remind_of_review"
_LONDON = ZoneInfo("Europe/London")


def remind_of_review(alongside: Alongside) -> int:
    """Mail the owners if the version in force is near or past its review and they have not been told; how many mails.

    Sent at least once under one key for "near" and one for "past", and remembered under the same key.
    """
    if not alongside.settings.can_mail:
        return 0
    now = alongside.now()
    mail = _due(alongside, now.astimezone(_LONDON).date())
    if mail is None:
        return 0
    alongside.errands.tell(mail, now)
    with alongside.uow.write() as tx:
        if tx.requests.claim(mail.key, _ASKED, "system", now):
            tx.requests.answer(mail.key, b"{}")
    return 1


def _due(alongside: Alongside, today: date) -> Mail | None:
    """The mail to send today; None when nothing is near, nobody owns it, or it has been sent."""
    with alongside.uow.read() as tx:
        try:
            version = tx.policies.in_force(today)
        except VersionNotFound:
            return None
        key = _key(version, today)
        if key is None or tx.requests.recall(key) is not None:
            return None
        owner = alongside.uow.library.open(tx, version.digest).rules.owner_role
        to = [person.email for person in tx.people.all() if owner in person.roles and person.email]
    return _mail(alongside, version, key, to, today) if to else None


def _key(version: Version, today: date) -> str | None:
    """What names the reminder that is due; None while the review is far off."""
    if version.review_date is None or today < version.review_date - AHEAD:
        return None
    stage = "overdue" if version.is_review_overdue(today) else "near"
    return f"review-{version.digest[:16]}-{version.review_date}-{stage}"


def _mail(alongside: Alongside, version: Version, key: str, to: list[str], today: date) -> Mail:
    policy = alongside.packs.of(version.digest).settings.get("policy", {})
    title = str(policy.get("title", "")) if isinstance(policy, dict) else ""
    return review_notice(
        key=key,
        to=to,
        title=title,
        number=version.number,
        review_date=version.review_date or today,
        is_overdue=version.is_review_overdue(today),
        link=f"{alongside.settings.base_url}/policy",
    )
