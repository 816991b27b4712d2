"""What the page begins with: only what the form says, never a decision by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.forms.expressions import World
from engine.forms.schema import MAX_ROWS, Field, Form, field_name, walk


def initial(
    form: Form,
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Mapping[str, Callable[..., object]] | None = None,
) -> dict[str, object]:
    """Values by name on the page for fields whose `prefill` gives one, and read-only ones shown from the case.

    A list's `prefill` gives its rows, each an object with values for the row's questions by key. A field's form-js
    `defaultValue` counts for text and numbers; for a choice or a tick it does not, because nobody would have decided.
    """
    world = World(context, now, functions)
    found: dict[str, object] = {}
    for each in form.walk():
        if each.type == "dynamiclist" and each.prefill:
            found |= _rows(each, world.value(each.prefill, {}))
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


def _rows(each: Field, rows: object) -> dict[str, object]:
    """The values of a list's rows by name on the page; what the list does not ask for is passed over."""
    given = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    return {
        field_name(inner, number): row[inner.key]
        for number, row in enumerate(given[:MAX_ROWS])
        for inner in walk(each.fields)
        if inner.is_asked and row.get(inner.key) is not None
    }
