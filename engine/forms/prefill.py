"""What the page begins with: only what the form says, never a decision by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.forms.expressions import World
from engine.forms.schema import Form


def initial(
    form: Form,
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Mapping[str, Callable[..., object]] | None = None,
) -> dict[str, object]:
    """Values by name on the page for fields whose `prefill` gives one, and read-only ones shown from the case.

    A field's form-js `defaultValue` counts for text and numbers; for a choice or a tick it does not, because nobody
    would have decided.
    """
    world = World(context, now, functions)
    found: dict[str, object] = {}
    for each in form.walk():
        if not each.name or each.type in ("group", "dynamiclist") or "#" in each.name:
            continue
        value = world.value(each.prefill, {}) if each.prefill else None
        if value is None and each.read_only:
            value = context.get(each.key)
        if value is None and each.type in ("textfield", "textarea", "number"):
            value = each.default
        if value is not None:
            found[each.name] = value
    return found
