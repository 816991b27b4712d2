"""The element templates of a pack, offering the letters, forms, roles, tables and timescales that it has now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.bundle import Bundle
from engine.policy.pack import Pack, read_pack

FOLDER = "processes/templates"
LETTERS = "handlers/letters/"
_TEXT = re.compile(r'"([^"]+)"')


def element_templates(bundle: Bundle) -> list[dict[str, Any]]:
    """Every template, its choices brought up to date; files that are no lists of templates are left out."""
    offers = _offers(read_pack(bundle))
    return [_filled(each, offers) for source in bundle.under(FOLDER, ".json").values() for each in _read(source)]


def desktop_files(bundle: Bundle) -> Mapping[str, bytes]:
    """The same where the desktop modeller looks for them: `.camunda/element-templates/<id>.json`."""
    return {
        f".camunda/element-templates/{template['id']}.json": json.dumps(
            [template], indent=2, ensure_ascii=False
        ).encode()
        for template in element_templates(bundle)
        if re.fullmatch(r"[\w.\-]+", str(template.get("id", "")))
    }


def _read(source: bytes) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(source)
    except ValueError:
        return
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, dict) and isinstance(each.get("properties"), list):
            yield each


def _offers(pack: Pack) -> Mapping[str, Mapping[str, str]]:
    """Name of a choice -> value -> what a person reads."""
    tables = [own for model in pack.tables.values() for own in model.decisions.values() if own.table is not None]
    timescales = next((each for each in tables if each.id == pack.settings.calendar.timescales), None)
    rows = timescales.table.rules if timescales and timescales.table else ()
    events = [event for rule in rows for event in _TEXT.findall(rule.inputs[0] if rule.inputs else "")]
    return {
        "letter": {own: each.title or own for own, each in pack.letters.items() if each.path.startswith(LETTERS)},
        "form": {own: own for own in pack.forms},
        "role": {own: role.title for own, role in pack.settings.roles.items()},
        "decision": {each.id: each.name or each.id for each in tables if each is not timescales},
        "timescale": {event: event for event in events},
    }


def _filled(template: dict[str, Any], offers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What no longer exists taken out, what is new added; roles are only taken out, for not every role has tasks."""
    properties = [_offered(each, offers) if each.get("type") == "Dropdown" else each for each in template["properties"]]
    return {**template, "properties": properties}


def _offered(choice: dict[str, Any], offers: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    known = offers.get(str(choice.get("id")))
    if not known:
        return choice
    stay = [each for each in choice.get("choices", []) if each.get("value") in known]
    there = {each["value"] for each in stay}
    new = (
        []
        if choice["id"] in ("role", "letter")
        else [{"name": n, "value": v} for v, n in known.items() if v not in there]
    )
    return {**choice, "choices": [*stay, *new]}
