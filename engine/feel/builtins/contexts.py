"""Contexts (DMN 1.5, table 81)."""

from __future__ import annotations

from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.define import Declared, as_list, refuse, texts


def get_value(run: Run, m: Any, key: Any) -> Any:
    """The value of an entry, or of an entry of an entry when given a list of keys."""
    if type(m) is not dict or not (texts(key) or (type(key) is list and key and texts(*key))):
        return refuse(run, "get value", m, key)
    found: Any = m
    for step in as_list(key) or ():
        if type(found) is not dict or step not in found:
            return run.warn(f"There is no `{step}` in the context: the result is null.")
        found = found[step]
    return found


def get_entries(run: Run, m: Any) -> Any:
    """The entries as a list of contexts with key and value."""
    if type(m) is not dict:
        return refuse(run, "get entries", m)
    run.items(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


def context(run: Run, entries: Any) -> Any:
    """A context from a list of contexts with key and value."""
    found = as_list(entries)
    if found is None:
        return refuse(run, "context", entries)
    made: dict[str, Any] = {}
    for entry in found:
        if type(entry) is not dict or not {"key", "value"} <= entry.keys() or not texts(entry["key"]):
            return run.warn("`context` takes contexts with `key` and `value`: the result is null.")
        if entry["key"] in made:
            return run.warn(f"`context` has the key `{entry['key']}` twice: the result is null.")
        made[entry["key"]] = entry["value"]
    run.items(len(made))
    return made


def context_put(run: Run, m: Any, key: Any, value: Any) -> Any:
    """The context with one entry set, at a key or down a list of keys."""
    keys = key if type(key) is list else [key]
    if type(m) is not dict or not keys or not texts(*keys):
        return refuse(run, "context put", m, key)
    run.items(len(m) + 1)
    first, rest = keys[0], keys[1:]
    if not rest:
        return {**m, first: value}
    inner = context_put(run, m.get(first), rest, value)
    return None if inner is None else {**m, first: inner}


def context_merge(run: Run, contexts: Any) -> Any:
    """One context of all entries, the later ones winning."""
    found = as_list(contexts)
    if found is None or any(type(item) is not dict for item in found):
        return refuse(run, "context merge", contexts)
    made: dict[str, Any] = {}
    for item in found:
        made.update(item)
        run.items(len(made))
    return made


FUNCTIONS: Declared = {
    "get value": ("m, key | context, key | m, keys", get_value),
    "get entries": ("m", get_entries),
    "context": ("entries", context),
    "context put": ("context, key!, value | context, keys, value", context_put),
    "context merge": ("contexts", context_merge),
}
