"""From DMN XML to the model: boxed expressions and decision tables."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn.attributes import guidance_ids, guidance_of, type_ref
from engine.dmn.model import (
    Conditional,
    Context,
    DecisionTable,
    Entry,
    FilterLogic,
    FunctionDefinition,
    InputClause,
    Invocation,
    Items,
    Iteration,
    Logic,
    OutputClause,
    Relation,
    Rule,
    Text,
    Variable,
)
from engine.dmn.xml import Node, attr, child, children, local, text_of

_HIT_POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "C": "COLLECT",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}


def logic_of(node: Node | None) -> Logic | None:
    """The first boxed expression among the element's children, or None."""
    for item in children(node):
        read = _READERS.get(local(item))
        if read:
            return read(item)
    return None


def _variable(node: Node | None) -> Variable | None:
    return Variable(" ".join(attr(node, "name").split()), type_ref(node)) if node is not None else None


def _text(node: Node) -> Logic:
    language = attr(node, "expressionLanguage")
    return Text(text_of(node, "text"), language, id=attr(node, "id"), type_ref=type_ref(node))


def _context(node: Node) -> Logic:
    entries = tuple(Entry(_variable(child(e, "variable")), logic_of(e)) for e in children(node, "contextEntry"))
    return Context(entries, id=attr(node, "id"), type_ref=type_ref(node))


def _invocation(node: Node) -> Logic:
    bindings = tuple(Entry(_variable(child(b, "parameter")), logic_of(b)) for b in children(node, "binding"))
    return Invocation(logic_of(node), bindings, id=attr(node, "id"), type_ref=type_ref(node))


def _items(node: Node) -> Logic:
    found = tuple(read(item) for item in children(node) if (read := _READERS.get(local(item))))
    return Items(found, id=attr(node, "id"), type_ref=type_ref(node))


def _relation(node: Node) -> Logic:
    columns = tuple(Variable(" ".join(attr(c, "name").split()), type_ref(c)) for c in children(node, "column"))
    rows = tuple(
        tuple(read(item) for item in children(row) if (read := _READERS.get(local(item))))
        for row in children(node, "row")
    )
    return Relation(columns, rows, id=attr(node, "id"), type_ref=type_ref(node))


def function_definition(node: Node) -> FunctionDefinition:
    """A function definition, or the encapsulated logic of a business knowledge model."""
    parameters = tuple(v for p in children(node, "formalParameter") if (v := _variable(p)))
    kind = attr(node, "kind", "FEEL")
    return FunctionDefinition(parameters, logic_of(node), kind, id=attr(node, "id"), type_ref=type_ref(node))


def _conditional(node: Node) -> Logic:
    parts = (logic_of(child(node, name)) for name in ("if", "then", "else"))
    return Conditional(*parts, id=attr(node, "id"), type_ref=type_ref(node))


def _filter(node: Node) -> Logic:
    parts = (logic_of(child(node, name)) for name in ("in", "match"))
    return FilterLogic(*parts, id=attr(node, "id"), type_ref=type_ref(node))


def _iteration(node: Node) -> Logic:
    body = child(node, "return", "satisfies")
    variable = " ".join(attr(node, "iteratorVariable").split())
    return Iteration(
        local(node),
        variable,
        logic_of(child(node, "in")),
        logic_of(body),
        id=attr(node, "id"),
        type_ref=type_ref(node),
    )


def _table(node: Node) -> Logic:
    names = [attr(a, "name") or text_of(a) for a in children(node, "annotation")]
    policy = attr(node, "hitPolicy", "UNIQUE").strip().upper()
    return DecisionTable(
        inputs=tuple(_input_clause(item, n) for n, item in enumerate(children(node, "input"), 1)),
        outputs=tuple(_output_clause(item) for item in children(node, "output")),
        rules=tuple(_rule(item, n, names) for n, item in enumerate(children(node, "rule"), 1)),
        hit_policy=_HIT_POLICIES.get(policy, policy),
        aggregation=attr(node, "aggregation").upper(),
        orientation=attr(node, "preferredOrientation"),
        id=attr(node, "id"),
        type_ref=type_ref(node),
    )


def _input_clause(node: Node, number: int) -> InputClause:
    inner = child(node, "inputExpression")
    text = text_of(inner, "text")
    return InputClause(
        id=attr(node, "id") or f"input-{number}",
        label=attr(node, "label") or text,
        expression=text,
        type_ref=type_ref(inner),
        allowed=text_of(node, "inputValues", "text"),
    )


def _output_clause(node: Node) -> OutputClause:
    default = child(node, "defaultOutputEntry")
    return OutputClause(
        id=attr(node, "id"),
        name=" ".join(attr(node, "name").split()),
        label=attr(node, "label"),
        type_ref=type_ref(node),
        allowed=text_of(node, "outputValues", "text"),
        default=None if default is None else text_of(default, "text"),
    )


def _description(text: str) -> list[tuple[str, str]]:
    """A rule's description, which dmn-js shows as its annotation; `guidance: A-01, A-02` gives ids."""
    name, colon, rest = text.partition(":")
    if colon and name.strip().lower() == "guidance":
        return [("guidance", rest.strip())]
    return [("description", text)] if text else []


def _rule(node: Node, number: int, names: list[str]) -> Rule:
    inputs, outputs = list(children(node, "inputEntry")), list(children(node, "outputEntry"))
    notes = [text_of(entry, "text") for entry in children(node, "annotationEntry")]
    named = [(names[i] if i < len(names) else f"annotation {i + 1}", note) for i, note in enumerate(notes)]
    named += _description(text_of(node, "description"))
    guidance = [i for name, note in named if name.lower() == "guidance" for i in guidance_ids(note)]
    return Rule(
        id=attr(node, "id") or f"rule-{number}",
        inputs=tuple(text_of(entry, "text") for entry in inputs),
        outputs=tuple(text_of(entry, "text") for entry in outputs),
        input_ids=tuple(attr(entry, "id") for entry in inputs),
        output_ids=tuple(attr(entry, "id") for entry in outputs),
        annotations=tuple((name, note) for name, note in named if note),
        guidance=tuple(dict.fromkeys([*guidance_of(node), *guidance])),
    )


_READERS: dict[str, Callable[[Node], Logic]] = {
    "literalExpression": _text,
    "context": _context,
    "invocation": _invocation,
    "list": _items,
    "relation": _relation,
    "functionDefinition": function_definition,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
    "decisionTable": _table,
}
