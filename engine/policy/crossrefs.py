"""What the settings, forms, tables and letters of a pack refer to in each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from engine.bpmn.gate import Diagram, Node
from engine.bpmn.gate.names import is_element, local_of
from engine.forms import Form
from engine.model.errors import Fault
from engine.policy.pack import Pack
from engine.policy.settings import PATH

_DEADLINE = re.compile(r'\bdeadline\(\s*"([^"]+)"')
_TEXT = re.compile(r'"([^"]+)"')
_TEXTS = re.compile(r'\s*"[^"]+"(\s*,\s*"[^"]+")*\s*\Z')


def check_cross_references(pack: Pack) -> list[Fault]:
    """A fault for each reference that leads nowhere, diagrams' own apart (the gate sees to those)."""
    return [
        *_settings(pack),
        *_decisions(pack),
        *_cited(pack),
        *(fault for path, diagram in pack.diagrams.items() for fault in _tasks(path, diagram, pack)),
        *_deadlines(pack),
    ]


def _settings(pack: Pack) -> Iterator[Fault]:
    settings = pack.settings
    processes = {diagram.id for diagram in pack.diagrams.values()}
    named = [
        ("policy.top_process", "process", settings.top_process, processes),
        ("policy.start_form", "form", settings.start_form, set(pack.forms)),
        ("policy.owner_role", "role", settings.owner_role, set(settings.roles)),
        ("calendar.timescales", "table", settings.calendar.timescales, pack.decision_ids),
        *((f"strands.{s.id}", "process", p, processes) for s in settings.strands for p in s.processes),
    ]
    for where, kind, name, there in named:
        if name and name not in there:
            yield Fault(PATH, where, f"It names the {kind} “{name}”, which does not exist.")
    for what, ids in (
        ("strands", [strand.id for strand in settings.strands]),
        ("open questions", [question.id for question in settings.open_questions]),
        ("versions", [version.number for version in settings.versions]),
    ):
        for own, times in Counter(ids).items():
            if times > 1:
                yield Fault(PATH, str(own), f"{times} of the {what} have the id “{own}”.")


def _decisions(pack: Pack) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for path, model in pack.tables.items():
        for own in model.decisions:
            if own in seen:
                yield Fault(path, own, f"The decision “{own}” is also in {seen[own]}.")
            seen[own] = path


def _cited(pack: Pack) -> Iterator[Fault]:
    """Sentences cited by forms, tables, letters and settings must exist."""
    if not pack.sentences:
        return
    for form in pack.forms.values():
        yield from _unknown(f"forms/{form.id}.form", ((f.key or f.id, f.guidance) for f in form.walk()), pack)
    for path, model in pack.tables.items():
        for decision in model.decisions.values():
            yield from _unknown(path, [(decision.id, decision.guidance)], pack)
            rules = decision.table.rules if decision.table else ()
            yield from _unknown(path, ((rule.id, rule.guidance) for rule in rules), pack)
    for letter in pack.letters.values():
        yield from _unknown(letter.path, [(letter.id, letter.guidance)], pack)
    yield from _unknown(PATH, ((f"context.{own}", (own,)) for own in pack.settings.context), pack)
    yield from _unknown(PATH, ((q.id, q.sentences) for q in pack.settings.open_questions), pack)


def _unknown(path: str, cited: Iterable[tuple[str, tuple[str, ...]]], pack: Pack) -> Iterator[Fault]:
    for element, ids in cited:
        for own in ids:
            if own not in pack.sentences:
                yield Fault(path, element, f"It cites the sentence {own}, which the guidance does not have.")


def _tasks(path: str, diagram: Diagram, pack: Pack) -> Iterator[Fault]:
    """A task's properties name answers of its own form, letters named in headers exist."""
    for node in diagram.nodes.values():
        form = _form_of(node, pack)
        if form is not None:
            for name in ("doneAt", "adviceAnswer", "adviceReason"):
                key = node.properties.get(name)
                if key and key not in form.keys:
                    sentence = f"“{node.name or node.id}” has {name} “{key}”, which its form “{form.id}” does not ask."
                    yield Fault(path, node.id, sentence)
        for header in node.extensions("taskHeaders", "header"):
            if header.get("key") in ("letter", "notification") and header.get("value") not in pack.letters:
                sentence = f"“{node.name or node.id}” makes “{header.get('value')}”, which is no letter of this pack."
                yield Fault(path, node.id, sentence)


def _form_of(node: Node, pack: Pack) -> Form | None:
    named = node.extension("formDefinition")
    return None if named is None else pack.forms.get(named.get("formId") or "")


def _deadlines(pack: Pack) -> Iterator[Fault]:
    """Deadlines asked for in diagrams, and timescales named there, must have a row in the timescales table."""
    events = _events(pack)
    if not events:
        return
    for path, diagram in pack.diagrams.items():
        for node in diagram.nodes.values():
            asked = set(_DEADLINE.findall(" ".join(_own_text(node))))
            named = {part.strip() for part in node.properties.get("timescale", "").split(",") if part.strip()}
            for event in sorted((asked | named) - events):
                sentence = f"“{node.name or node.id}” asks for the timescale “{event}”, which the table has no row for."
                yield Fault(path, node.id, sentence)


def _events(pack: Pack) -> set[str]:
    """The events of the timescales table; none when a row is not for plain texts, and so might be for any."""
    own = pack.settings.calendar.timescales
    tables = [model.decisions[own].table for model in pack.tables.values() if own in model.decisions]
    cells = [rule.inputs[0] for table in tables if table for rule in table.rules if rule.inputs]
    if not all(_TEXTS.match(cell) for cell in cells):
        return set()
    return {text for cell in cells for text in _TEXT.findall(cell)}


def _own_text(node: Node) -> Iterator[str]:
    """Attributes and text of a node and what stands in it, but not of the nodes inside a subprocess."""
    parts = [node.xml, *(p for p in node.xml if node.tag != "subProcess" or local_of(p) == "extensionElements")]
    inner = (each for part in parts[1:] for each in part.iter() if is_element(each))
    for each in (node.xml, *inner):
        yield from (str(value) for value in each.attrib.values())
        yield each.text or ""
