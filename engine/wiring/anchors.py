"""Anchors made in time and sent out of the machine: each night into a folder, and by mail to whoever keeps them."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine.audit.anchor import Made, make_anchor
from engine.audit.signing import Signer
from engine.model.anchor import Anchor, anchor_from
from engine.settings import Settings, secret
from engine.wiring.anchor_files import write_copy, write_key
from handlers.notifications.anchor import anchor_notice

if TYPE_CHECKING:
    from engine.wiring.build import Alongside

LOG = logging.getLogger(__name__)
#: The night's anchor is due from this hour on, in London.
NIGHT = time(2)
#: No two anchors by themselves are nearer than this.
APART = timedelta(hours=1)
_ASKED = "send_anchor"
_LONDON = ZoneInfo("Europe/London")


def signer(settings: Settings) -> Signer:
    """The installation's own key: `var/anchor.key`, made on first use, readable by its owner only."""
    return Signer(secret(settings, "anchor", 32))


def anchor_when_due(alongside: Alongside) -> int:
    """Make the night's anchor if it is due; how many were made."""
    with alongside.uow.read() as tx:
        last = tx.anchors.last()
    now = alongside.now()
    if last is not None and not is_due(anchor_from(last.text).made_at, now):
        return 0
    return 1 if anchor_now(alongside) else 0


def is_due(last: datetime, now: datetime) -> bool:
    """Whether a night has begun since the last anchor, and it is not too near."""
    here = now.astimezone(_LONDON)
    night = datetime.combine(here.date(), NIGHT, _LONDON)
    if here < night:
        night = datetime.combine(here.date() - timedelta(days=1), NIGHT, _LONDON)
    return last < night and now - last >= APART


def anchor_now(alongside: Alongside) -> Made | None:
    """Make an anchor, write every anchor that the folder lacks, and mail the new one; None when another made it."""
    own = signer(alongside.settings)
    now = alongside.now()
    made = make_anchor(alongside.uow, own, now=now)
    hand_out(alongside)
    if made is None:
        return None
    if made.broken:
        LOG.error("anchor %s: the journals of %s cases are not those of before", made.anchor.number, len(made.broken))
    _mail(alongside, made.anchor, own, now)
    return made


def hand_out(alongside: Alongside) -> list[Path]:
    """Write the anchors that the folder lacks, and the public key; the paths of the new files, oldest first."""
    folder = alongside.settings.anchors
    write_key(folder, signer(alongside.settings).pem)
    with alongside.uow.read() as tx:
        written = [write_copy(folder, kept, tx.anchors.packed) for kept in tx.anchors.kept()]
    return [path for path in written if path is not None]


def _mail(alongside: Alongside, anchor: Anchor, own: Signer, now: datetime) -> None:
    """Send digest and signature to the addresses of the settings, if there are any and mail goes anywhere."""
    to = alongside.settings.anchors_mail
    if not to or not alongside.settings.can_mail:
        return
    mail = anchor_notice(
        key=f"anchor-{anchor.number}-{anchor.digest[:16]}",
        to=to,
        number=anchor.number,
        made_at=anchor.made_at,
        digest=anchor.digest,
        signature=own.sign(anchor.text),
        public_key=anchor.key,
    )
    alongside.errands.tell(mail, now)
