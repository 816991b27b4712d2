"""Shows a form as GOV.UK components and keeps whatever was typed, from one page to the next."""

from __future__ import annotations

from engine.web.forms.asking import Asked, ask, begin, judge
from engine.web.forms.typed import Raw, changed, labels, raw_of, to_keep

__all__ = ["Asked", "Raw", "ask", "begin", "changed", "judge", "labels", "raw_of", "to_keep"]
