"""The properties that the product reads: known names, on elements where they mean something, with values that fit."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import Z
from engine.bpmn.gate.names import local_of, words

_ANY = ("*",)
_USER = ("userTask",)
_WAITS = ("intermediateCatchEvent", "boundaryEvent", "startEvent", "receiveTask")
#: Property -> the elements on which it is read (docs/dialect.md).
PLACES: dict[str, tuple[str, ...]] = {
    "guidance": _ANY,
    "note": _ANY,
    "advice": _USER,
    "adviceAnswer": _USER,
    "adviceReason": _USER,
    "doneAt": _USER,
    "letter": ("userTask", "serviceTask", "sendTask"),
    "timescale": ("userTask", "serviceTask", "intermediateCatchEvent", "boundaryEvent", "startEvent"),
    "recordable": _WAITS,
    "recordableForm": _WAITS,
    "recordableRoles": _WAITS,
    "outcome": ("endEvent",),
}
_SENTENCE = re.compile(r"[A-Z]{1,3}-\d{1,4}[a-z]?\Z", re.ASCII)


def check_properties(root: etree._Element, check: Checker) -> None:
    """Every zeebe property in the file."""
    for outer in root.iter(f"{Z}properties"):
        extension = outer.getparent()
        owner = None if extension is None else extension.getparent()
        if owner is None:
            continue
        given = {each.get("name") or "": each.get("value") or "" for each in outer.findall(f"{Z}property")}
        if len(given) < len(outer.findall(f"{Z}property")):
            check.report.about(owner, "has one property twice.")
        for name, value in given.items():
            _property(owner, name, value, check)
        _advice(owner, given, check)


def _property(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    if name.startswith("camundaModeler:"):
        return  # the desktop modeller's own notes
    places = PLACES.get(name)
    if places is None:
        check.report.about(owner, f"has the property “{name[:80]}”, which is not known; known are {', '.join(PLACES)}.")
    elif places != _ANY and local_of(owner) not in places:
        check.report.about(owner, f"has the property “{name}”, which means nothing on a {words(local_of(owner))}.")
    else:
        _VALUES.get(name, _text)(owner, name, value, check)


def _text(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    if not value.strip():
        check.report.about(owner, f"has the property “{name}” without a value.")


def _guidance(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    _ = name
    for one in (part.strip() for part in value.split(",")):
        if not _SENTENCE.match(one):
            check.report.about(owner, f"cites “{one[:40]}”, which is not the id of a sentence, such as F-16.")
        elif check.known.guidance is not None and one not in check.known.guidance:
            check.report.about(owner, f"cites the sentence {one}, which the guidance does not have.")


def _variable(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    if not re.fullmatch(r"[A-Za-z]\w*", value, re.ASCII):
        check.report.about(owner, f"has “{value[:60]}” as {name}: it must be the key of an answer.")


def _feel(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    check.feel(owner, f"the property {name}", value if value.strip().startswith("=") else f"={value}")


def _letter(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    check.reference(owner, name, value, check.known.letters)


def _form(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    _ = name
    check.reference(owner, "form", value, check.known.forms)


def _roles(owner: etree._Element, name: str, value: str, check: Checker) -> None:
    _ = name
    for role in value.split(","):
        check.reference(owner, "role", role.strip(), check.known.roles)


_VALUES: dict[str, Callable[[etree._Element, str, str, Checker], None]] = {
    "guidance": _guidance,
    "advice": _feel,
    "adviceAnswer": _variable,
    "adviceReason": _variable,
    "doneAt": _variable,
    "letter": _letter,
    "recordableForm": _form,
    "recordableRoles": _roles,
}


def _advice(owner: etree._Element, given: dict[str, str], check: Checker) -> None:
    """Advice, the answer it is about and the reason for departing from it go together."""
    said = [name for name in ("advice", "adviceAnswer", "adviceReason") if name in given]
    if said and len(said) < 3:
        check.report.about(owner, "needs advice, adviceAnswer and adviceReason together, or none of them.")
    if "recordable" not in given and {"recordableForm", "recordableRoles"} & set(given):
        check.report.about(owner, "has recordableForm or recordableRoles without recordable.")
