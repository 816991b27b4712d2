"""The letter of a task, as it would leave now."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from engine.web.shell import shell


def preview(page: Any) -> Markup | None:
    """The letter as HTML of our own making, its values escaped; None for a task without one."""
    if not page.letter:
        return None
    html = shell().alongside.preview_letter(page.letter, case=page.case, variables=page.variables)
    return Markup(html) if html else None  # noqa: S704 - built by the letters' own renderer, which escapes
