"""The trace in sentences, for the person who must confirm or depart from the advice."""

from __future__ import annotations

from engine.dmn.trace import InputTrace, RuleTrace, Trace
from engine.feel.builtins.conversion import pieces
from engine.feel.convert import to_feel

_MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})


def shown(value: object) -> str:
    """A value as FEEL writes it; null as `nothing`."""
    return "nothing" if value is None else "".join(pieces(to_feel(value)))


def explain(trace: Trace) -> list[str]:
    """Sentences: what was given, which rule applied and why, what nearly did, and what came out."""
    said = [sentence for needed in trace.required for sentence in explain(needed)]
    said += [_given(item) for item in trace.inputs]
    hits = [rule for rule in trace.rules if rule.index in trace.hits]
    said += [_applied(rule, trace) for rule in hits]
    if trace.default_used:
        said.append("No rule applied, so the table's default was used.")
    elif trace.rules and not hits:
        said.append("No rule applied.")
    said += [_near(rule, trace) for rule in trace.rules if rule.index in trace.near_misses]
    return [*said, _outcome(trace)]


def _given(item: InputTrace) -> str:
    where = "; ".join(_source(s.field, s.task, s.person) for s in item.sources)
    return f"{item.name} is {shown(item.value)}" + (f" ({where})." if where else ".")


def _source(field: str, task: str, person: str) -> str:
    parts = (field, task and f"from {task}", person and f"by {person}")
    return " ".join(part for part in parts if part)


def _reasons(rule: RuleTrace, trace: Trace) -> str:
    said = [
        f"{item.name} is {shown(item.value)}"
        for item, cell in zip(trace.inputs, rule.cells, strict=False)
        if cell.text != "-" and cell.result is True
    ]
    return ", ".join(said)


def _applied(rule: RuleTrace, trace: Trace) -> str:
    reasons = _reasons(rule, trace) or "it applies always"
    notes = "; ".join(note for name, note in rule.annotations if name.lower() != "guidance")
    guidance = ", ".join(rule.guidance)
    return (
        f"Rule {rule.index} applied: {reasons}"
        + (f" ({guidance})" if guidance else "")
        + "."
        + (f" {notes}" if notes else "")
    )


def _near(rule: RuleTrace, trace: Trace) -> str:
    for item, cell in zip(trace.inputs, rule.cells, strict=False):
        if cell.result is not True:
            return f"Rule {rule.index} would have applied if {item.name} were {cell.text} (it is {shown(item.value)})."
    return f"Rule {rule.index} nearly applied."


def _outcome(trace: Trace) -> str:
    guidance = f" ({', '.join(trace.guidance)})" if trace.guidance else ""
    kind = "results are" if trace.hit_policy in _MANY and not trace.aggregation else "result is"
    return f"{trace.decision_name}: the {kind} {shown(trace.output)}{guidance}."
