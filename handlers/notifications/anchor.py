"""The mail that takes an anchor's digest and signature out of the building; it names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.job import Mail


def anchor_notice(
    *, key: str, to: Sequence[str], number: int, made_at: datetime, digest: str, signature: str, public_key: str
) -> Mail:
    """One mail to whoever keeps anchors; `digest`, `signature` and `public_key` are in hex."""
    lines = (
        f"Anchor {number}, made {made_at:%Y-%m-%d %H:%M} UTC.",
        f"Digest: {digest}",
        f"Signature: {signature}",
        f"Public key: {public_key}",
        "Keep this mail. A record that was changed afterwards cannot be made to fit it.",
    )
    return Mail(key=key, to=tuple(to), subject=f"Anchor {number} {digest[:16]}", text="\n\n".join(lines) + "\n")
