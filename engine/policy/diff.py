"""What changed between two versions of a policy, as sentences."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.gate import Diagram
from engine.bpmn.gate.diagram import text_of
from engine.bpmn.gate.names import words
from engine.dmn import DecisionModel
from engine.forms import Field, Form
from engine.model.bundle import Bundle
from engine.policy.facts import field_facts, node_facts
from engine.policy.pack import Pack, read_pack
from engine.policy.settings import PATH

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """One change: where, and what in a sentence; `kind` is "added", "removed" or "changed"."""

    path: str
    element: str
    kind: str
    sentence: str


def diff(old: Bundle, new: Bundle) -> list[Difference]:
    """What the new version changes, file by file; empty when nothing that matters differs."""
    before, after = read_pack(old), read_pack(new)
    return [
        *_each(before.diagrams, after.diagrams, "The diagram", _diagram_facts),
        *_each(before.tables, after.tables, "The table", _table_facts),
        *_each(_forms(before), _forms(after), "The form", _form_facts),
        *_letters(old, new),
        *_guidance(before, after),
        *_settings(old, new),
        *_others(old, new, before, after),
    ]


def _each(
    old: Mapping[str, object],
    new: Mapping[str, object],
    what: str,
    facts: Callable[[object], dict[tuple[str, str], Facts]],
) -> Iterator[Difference]:
    """Files added and removed, and in those that stayed every element's facts compared."""
    for path in sorted(set(old) | set(new)):
        if path not in old or path not in new:
            kind = "added" if path not in old else "removed"
            yield Difference(path, "", kind, f"{what} “{PurePosixPath(path).stem}” was {kind}.")
        else:
            yield from _compare(path, facts(old[path]), facts(new[path]))


def _compare(
    path: str, old: Mapping[tuple[str, str], Facts], new: Mapping[tuple[str, str], Facts]
) -> Iterator[Difference]:
    """`(id, name in a sentence)` -> facts; an element is the same one when its id is."""
    before = {own: (name, facts) for (own, name), facts in old.items()}
    after = {own: (name, facts) for (own, name), facts in new.items()}
    for own, (name, facts) in after.items():
        if own not in before:
            yield Difference(path, own, "added", f"{name} was added.")
            continue
        for fact in dict.fromkeys([*before[own][1], *facts]):
            was, now = before[own][1].get(fact, ""), facts.get(fact, "")
            if was != now:
                yield Difference(path, own, "changed", f"{before[own][0]}: {fact} {_from_to(was, now)}.")
    for own, (name, _) in before.items():
        if own not in after:
            yield Difference(path, own, "removed", f"{name} was removed.")


def _from_to(was: str, now: str) -> str:
    if not was:
        return f"was added: “{_short(now)}”"
    return f"changed from “{_short(was)}” to “{_short(now)}”" if now else f"was removed: “{_short(was)}”"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else f"{flat[:157]}…"


def _diagram_facts(diagram: object) -> dict[tuple[str, str], Facts]:
    assert isinstance(diagram, Diagram)  # noqa: S101 - _each hands back what it was given
    found: dict[tuple[str, str], Facts] = {}
    for node in diagram.nodes.values():
        found[(node.id, f"The {words(node.tag)} “{node.name or node.id}”")] = node_facts(node, diagram)
    for flow in diagram.flows.values():
        ends = (diagram.nodes.get(end) for end in (flow.source, flow.target))
        source, target = (end.name or end.id if end else "?" for end in ends)
        name = f"The way from “{source}” to “{target}”"
        label = str(flow.xml.get("name") or "")
        found[(flow.id, name)] = {
            "its condition": text_of(flow.condition),
            "its label": label,
            "its beginning": flow.source,
            "its end": flow.target,
        }
    return found


def _table_facts(model: object) -> dict[tuple[str, str], Facts]:
    assert isinstance(model, DecisionModel)  # noqa: S101 - _each hands back what it was given
    found: dict[tuple[str, str], Facts] = {}
    for decision in model.decisions.values():
        table, name = decision.table, decision.name or decision.id
        facts = {"its name": decision.name}
        if table is not None:
            facts |= {"its hit policy": f"{table.hit_policy} {table.aggregation}".strip()}
            facts |= {f"its input “{c.label or c.id}”": c.expression for c in table.inputs}
            facts |= {f"its output “{c.label or c.name}”": c.name for c in table.outputs}
        found[(decision.id, f"The table “{name}”")] = facts
        for number, rule in enumerate(table.rules if table else (), 1):
            cells = {f"“{c.label or c.expression}”": t for c, t in zip(table.inputs, rule.inputs, strict=False)}  # type: ignore[union-attr]
            cells |= {f"“{c.label or c.name}”": t for c, t in zip(table.outputs, rule.outputs, strict=False)}  # type: ignore[union-attr]
            cells |= {f"its {column}": text for column, text in rule.annotations}
            when = ", ".join(text for text in rule.inputs if text.strip() not in ("", "-"))
            found[(rule.id, f"Rule {number} of “{name}”" + (f" ({_short(when)})" if when else ""))] = cells
    return found


def _forms(pack: Pack) -> dict[str, object]:
    return {f"forms/{form.id}.form": form for form in pack.forms.values()}


def _form_facts(form: object) -> dict[tuple[str, str], Facts]:
    assert isinstance(form, Form)  # noqa: S101 - _each hands back what it was given
    fields = ((each.name or each.id, each) for each in form.walk())
    return {(own, f"The question “{_label(each)}”"): field_facts(each) for own, each in fields}


def _label(each: Field) -> str:
    return _short(each.label or each.text or each.key or each.id)


def _letters(old: Bundle, new: Bundle) -> Iterator[Difference]:
    """Letters line by line: what was said, and what is said now."""
    for folder in ("handlers/letters", "handlers/notifications"):
        before, after = old.under(folder, ".md"), new.under(folder, ".md")
        for path in sorted(set(before) | set(after)):
            name = PurePosixPath(path).stem
            if path not in before or path not in after:
                kind = "added" if path not in before else "removed"
                yield Difference(path, name, kind, f"The letter “{name}” was {kind}.")
                continue
            lines = (text.decode("utf-8", "replace").splitlines() for text in (before[path], after[path]))
            yield from _lines(path, name, *lines)


def _lines(path: str, name: str, was: list[str], now: list[str]) -> Iterator[Difference]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        left, right = "\n".join(was[a:b]).strip(), "\n".join(now[c:d]).strip()
        if tag != "equal" and left != right:
            yield Difference(path, name, "changed", f"The letter “{name}”: its wording {_from_to(left, right)}.")


def _guidance(before: Pack, after: Pack) -> Iterator[Difference]:
    path = "processes/guidance.md"
    old = {(s.id, f"The sentence {s.id}"): {"its wording": s.text} for s in before.sentences.values()}
    new = {(s.id, f"The sentence {s.id}"): {"its wording": s.text} for s in after.sentences.values()}
    yield from _compare(path, old, new)


def _settings(old: Bundle, new: Bundle) -> Iterator[Difference]:
    was, now = (dict(_flat("", _toml(bundle.files.get(PATH, b"")))) for bundle in (old, new))
    for key in sorted(set(was) | set(now)):
        if was.get(key, "") != now.get(key, ""):
            yield Difference(PATH, key, "changed", f"The setting {key} {_from_to(was.get(key, ''), now.get(key, ''))}.")


def _toml(source: bytes) -> object:
    try:
        return tomllib.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    """Dotted key -> value as text; entries of lists go by their id where they have one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}".lstrip("."), inner)
    elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
        for number, each in enumerate(value, 1):
            yield from _flat(f"{prefix}.{each.get('id', each.get('number', number))}", each)
    else:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        yield prefix, ", ".join(map(str, value)) if isinstance(value, list) else shown


def _others(old: Bundle, new: Bundle, before: Pack, after: Pack) -> Iterator[Difference]:
    """Files that are compared as wholes: layout, templates, worked examples, and what does not read."""
    read = {PATH, "processes/guidance.md", *_forms(before), *_forms(after)}
    read |= {*before.diagrams, *before.tables, *after.diagrams, *after.tables}
    for path in sorted(set(old.files) | set(new.files)):
        is_letter = path.startswith("handlers/") and path.endswith(".md")
        if path in read or is_letter or old.digests.get(path) == new.digests.get(path):
            continue
        kind = "added" if path not in old.files else "removed" if path not in new.files else "changed"
        yield Difference(path, "", kind, f"The file {path} was {kind}.")
