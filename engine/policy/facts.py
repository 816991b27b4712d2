"""What is worth comparing about an element of a diagram or a question of a form, in words."""

from __future__ import annotations

from engine.bpmn.gate import Diagram, Node
from engine.bpmn.gate.diagram import B, Z, text_of
from engine.bpmn.gate.names import local_of, words
from engine.feel import Expression
from engine.forms import Field

_SAID = {
    ("formDefinition", "formId"): "its form",
    ("assignmentDefinition", "candidateGroups"): "its roles",
    ("assignmentDefinition", "assignee"): "its person",
    ("taskSchedule", "dueDate"): "its due date",
    ("taskSchedule", "followUpDate"): "its follow-up date",
    ("taskDefinition", "type"): "its job",
    ("taskDefinition", "retries"): "its retries",
    ("calledDecision", "decisionId"): "its table",
    ("calledDecision", "resultVariable"): "the variable of its result",
    ("calledElement", "processId"): "the process it calls",
    ("calledElement", "propagateAllParentVariables"): "whether it sees the case's variables",
    ("calledElement", "propagateAllChildVariables"): "whether its variables come back",
}


def node_facts(node: Node, diagram: Diagram) -> dict[str, str]:
    """Each fact of a flow node by its name in a sentence."""
    facts = {"its label": node.name, "its kind": words(node.tag), "its scope": node.scope, "its host": node.host}
    facts["its explanation"] = text_of(node.xml.find(f"{B}documentation"))
    facts["its default way"] = str(node.xml.get("default") or "")
    facts["its message"] = diagram.message_of(node)
    for (extension, attribute), name in _SAID.items():
        found = node.extension(extension)
        facts[name] = "" if found is None else found.get(attribute) or ""
    for name, value in node.properties.items():
        facts[f"its {name}"] = value
    for direction in ("input", "output"):
        for line in node.extensions("ioMapping", direction):
            facts[f"its {direction} {line.get('target')}"] = line.get("source") or ""
    for header in node.extensions("taskHeaders", "header"):
        facts[f"its {header.get('key')}"] = header.get("value") or ""
    facts |= _event(node) | _loop(node)
    return {name: value for name, value in facts.items() if value}


def _event(node: Node) -> dict[str, str]:
    found = {"its trigger": node.trigger if node.trigger != "none" else ""}
    if node.tag in ("boundaryEvent", "startEvent"):
        found["whether it interrupts"] = "interrupting" if node.interrupts else "not interrupting"
    for definition in node.definitions:
        for part in definition:
            if local_of(part) in ("timeDate", "timeDuration", "timeCycle"):
                found["its time"] = text_of(part)
        for ref in ("errorRef", "escalationRef"):
            if definition.get(ref):
                found["its code"] = definition.get(ref) or ""
    return found


def _loop(node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for marker in node.xml.findall(f"{B}multiInstanceLoopCharacteristics"):
        found["how it is repeated"] = "one after the other" if marker.get("isSequential") == "true" else "all at once"
        detail = marker.find(f"{B}extensionElements/{Z}loopCharacteristics")
        for name in ("inputCollection", "inputElement", "outputCollection", "outputElement"):
            found[f"its {words(name)}"] = "" if detail is None else detail.get(name) or ""
        found["when it is enough"] = text_of(marker.find(f"{B}completionCondition"))
    return found


def field_facts(each: Field) -> dict[str, str]:
    """Each fact of a question by its name in a sentence."""
    rules = each.rules
    facts = {
        "its label": each.label,
        "its kind": each.type,
        "its help": each.description,
        "its text": each.text,
        "whether it must be answered": "yes" if rules.required else "",
        "when it is hidden": _text(each.hide),
        "its least value": _text(rules.low),
        "its greatest value": _text(rules.high),
        "its least length": _text(rules.min_length),
        "its greatest length": _text(rules.max_length),
        "its pattern": rules.pattern,
        "where its choices come from": _text(each.options_from),
        "what it begins with": _text(each.prefill),
        "the sentences it cites": ", ".join(each.guidance),
    }
    facts |= {f"its choice {option.token}": option.label for option in each.options}
    for number, check in enumerate(rules.checks, 1):
        facts[f"its check {number}"] = f"{check.condition.text} ({check.message})"
    return {name: value for name, value in facts.items() if value}


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"={value.text}" if isinstance(value, Expression) else str(value)
