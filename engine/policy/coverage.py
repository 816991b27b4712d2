"""Which sentence of the guidance is carried by what, and what carries no sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from engine.bpmn.gate import Node
from engine.model.bundle import Bundle
from engine.policy.pack import Pack, read_pack

#: What has to cite a sentence.
MUST_CITE = ("user task", "rule", "timer", "letter")
_KINDS = {"userTask": "user task", "businessRuleTask": "decision task", "serviceTask": "job", "sendTask": "job"}


@dataclass(frozen=True)
class Carrier:
    """Something that carries sentences: `where` is `path#id`."""

    kind: str
    where: str
    label: str
    guidance: tuple[str, ...]


def coverage(bundle: Bundle) -> dict[str, object]:
    """Plain data: each sentence with what carries it or why nothing does, each carrier with its sentences.

    `uncovered` lists sentences that nothing carries and no reason excuses; `uncited` lists user tasks, rules of
    tables, timers and letters that cite nothing; `unknown` lists ids that are cited and do not exist.
    """
    pack = read_pack(bundle)
    carriers = list(_carriers(pack))
    by_sentence: dict[str, list[Carrier]] = {own: [] for own in pack.sentences}
    for carrier in carriers:
        for own in carrier.guidance:
            by_sentence.setdefault(own, []).append(carrier)
    context = pack.settings.context
    uncovered = [own for own in pack.sentences if not by_sentence[own] and own not in context]
    uncited = [asdict(each) for each in carriers if each.kind in MUST_CITE and not each.guidance]
    return {
        "digest": bundle.digest,
        "sentences": {own: _sentence(own, by_sentence[own], pack) for own in pack.sentences},
        "elements": [asdict(each) for each in carriers],
        "uncovered": uncovered,
        "uncited": uncited,
        "unknown": sorted(set(by_sentence) - set(pack.sentences)),
        "totals": {
            "sentences": len(pack.sentences),
            "context": sum(own in context for own in pack.sentences),
            "elements": len(carriers),
            "uncovered": len(uncovered),
            "uncited": len(uncited),
        },
    }


def _sentence(own: str, carried: list[Carrier], pack: Pack) -> dict[str, object]:
    sentence = pack.sentences[own]
    return {
        "text": sentence.text,
        "section": sentence.section,
        "carried_by": [{"kind": each.kind, "where": each.where, "label": each.label} for each in carried],
        "context": pack.settings.context.get(own),
    }


def _carriers(pack: Pack) -> Iterator[Carrier]:
    for path, diagram in pack.diagrams.items():
        process = Node(diagram.id, "process", diagram.process, "")
        yield Carrier("process", f"{path}#{diagram.id}", process.name, _ids(process))
        for node in diagram.nodes.values():
            yield Carrier(_kind(node), f"{path}#{node.id}", node.name, _ids(node))
    for path, model in pack.tables.items():
        for decision in model.decisions.values():
            yield Carrier("decision", f"{path}#{decision.id}", decision.name, decision.guidance)
            for number, rule in enumerate(decision.table.rules if decision.table else (), 1):
                label = f"{decision.name}, rule {number}"
                yield Carrier("rule", f"{path}#{rule.id}", label, rule.guidance)
    for form in pack.forms.values():
        for each in form.walk():
            if each.guidance or each.is_asked:
                name = each.name or each.id
                yield Carrier("field", f"forms/{form.id}.form#{name}", each.label or name, each.guidance)
    for letter in pack.letters.values():
        yield Carrier("letter", letter.path, letter.title, letter.guidance)


def _kind(node: Node) -> str:
    if node.trigger == "timer":
        return "timer"
    return _KINDS.get(
        node.tag, "gateway" if node.tag.endswith("Gateway") else "event" if node.definitions else "element"
    )


def _ids(node: Node) -> tuple[str, ...]:
    return tuple(part.strip() for part in node.properties.get("guidance", "").split(",") if part.strip())
