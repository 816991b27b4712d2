"""What several elements of a model carry: a type reference, guidance ids."""

from __future__ import annotations

from engine.dmn.xml import Node, attr, children, text_of
from engine.feel.types import BUILTIN_TYPES


def type_ref(node: Node | None) -> str:
    """The type an element is declared to have, without a namespace prefix."""
    raw = attr(node, "typeRef") or text_of(node, "typeRef")
    prefix, _, name = raw.rpartition(":")
    return name if prefix and (prefix == "feel" or name in BUILTIN_TYPES or "." not in raw) else raw


def guidance_ids(text: str) -> list[str]:
    """The ids in `F-16, F-17`."""
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def guidance_of(node: Node) -> tuple[str, ...]:
    """The guidance ids in the element's extension properties named `guidance`, separated by commas."""
    found: list[str] = []
    for extension in children(node, "extensionElements"):
        for box in children(extension, "properties"):
            for item in children(box, "property"):
                if attr(item, "name") == "guidance":
                    found += guidance_ids(attr(item, "value"))
    return tuple(dict.fromkeys(found))
