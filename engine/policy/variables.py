"""Which variables a pack provides, and where it reads one that nothing provides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.bpmn.gate import Diagram, Node
from engine.bpmn.gate.diagram import B, Z, text_of
from engine.feel import Expression, FeelSyntaxError, parse_expression, parse_unary_tests
from engine.feel.names import did_you_mean
from engine.forms import Field, Form
from engine.forms.schema import walk
from engine.model.errors import Fault
from engine.policy.calls import own_names
from engine.policy.letters import GIVEN
from engine.policy.pack import ENGINE, Pack
from engine.policy.settings import PATH

#: Path, element, what reads, and the names that it reads.
Use = tuple[str, str, str, frozenset[str]]
_LOOP = f"{B}multiInstanceLoopCharacteristics"
_DETAIL = f"{_LOOP}/{B}extensionElements/{Z}loopCharacteristics"


def unknown_variables(pack: Pack) -> list[Fault]:
    """A sentence for each place that reads a variable which no form, table, mapping, list or job provides."""
    return _unknown(
        pack, [*_in_nodes(pack), *_in_tables(pack), *_in_forms(pack), *_in_letters(pack), *_in_settings(pack)]
    )


def unknown_in_conditions(pack: Pack) -> list[Fault]:
    """The same of conditions on flows: such a name is null for ever, so the case would silently go another way.

    What a job or a message brings counts as provided where an output mapping takes it.
    """
    return _unknown(pack, _in_conditions(pack))


def _unknown(pack: Pack, uses: Iterable[Use]) -> list[Fault]:
    known = provided(pack)
    return [
        Fault(
            path,
            element,
            f"{what} reads `{name}`, which nothing in the pack provides{did_you_mean(name, known) or '.'}",
        )
        for path, element, what, names in uses
        for name in sorted(names - known)
    ]


def provided(pack: Pack) -> frozenset[str]:
    """Every variable that something in the pack writes."""
    names = set(ENGINE)
    for form in pack.forms.values():
        names.update(form.keys)
    for diagram in pack.diagrams.values():
        for node in diagram.nodes.values():
            names.update(_written(node))
    return frozenset(names)


def _written(node: Node) -> Iterator[str]:
    for direction in ("input", "output"):
        for line in node.extensions("ioMapping", direction):
            yield (line.get("target") or "").split(".")[0]
    called = node.extension("calledDecision")
    if called is not None:
        yield called.get("resultVariable") or ""
    for detail in node.xml.findall(_DETAIL):
        yield from (detail.get(name) or "" for name in ("inputElement", "outputCollection"))


def _names(text: str | None) -> frozenset[str]:
    if not text or not text.strip().startswith("="):
        return frozenset()
    try:
        return parse_expression(text.strip()[1:]).names
    except FeelSyntaxError:
        return frozenset()


def _in_conditions(pack: Pack) -> Iterator[Use]:
    for path, diagram in pack.diagrams.items():
        for flow in diagram.flows.values():
            label = f"The condition of “{flow.xml.get('name') or flow.id}”"
            yield path, flow.id, label, _names(text_of(flow.condition))


def _in_nodes(pack: Pack) -> Iterator[Use]:
    for path, diagram in pack.diagrams.items():
        for node in diagram.nodes.values():
            yield from _in_node(path, node, diagram)


def _in_node(path: str, node: Node, diagram: Diagram) -> Iterator[Use]:
    label = f"“{node.name or node.id}”"
    is_job = node.extension("taskDefinition") is not None
    called = node.tag == "callActivity"
    texts = [line.get("source") for line in node.extensions("ioMapping", "input")]
    if not (is_job or called or diagram.message_of(node)):  # those read results that jobs, calls and messages bring
        texts += [line.get("source") for line in node.extensions("ioMapping", "output")]
    for name, attributes in (
        ("assignmentDefinition", ("assignee", "candidateGroups")),
        ("taskSchedule", ("dueDate", "followUpDate")),
    ):
        extension = node.extension(name)
        texts += [] if extension is None else [extension.get(attribute) for attribute in attributes]
    for detail in node.xml.findall(_DETAIL):
        texts.append(detail.get("inputCollection"))
    for part in node.xml.findall(f"{B}timerEventDefinition/*"):
        texts.append(text_of(part) if isinstance(part, etree._Element) else "")
    advice = node.properties.get("advice")
    texts.append(f"={advice.removeprefix('=')}" if advice else "")
    for text in texts:
        yield path, node.id, label, _names(text)


def _in_tables(pack: Pack) -> Iterator[Use]:
    for path, model in pack.tables.items():
        own = frozenset(own_names(model))
        for decision in model.decisions.values():
            given = own | ({"event"} if decision.id == pack.settings.calendar.timescales else set())
            for clause in decision.table.inputs if decision.table else ():
                names = _names(f"={clause.expression}") - given
                yield path, clause.id or decision.id, f"The input “{clause.label or clause.expression}”", names
            for number, rule in enumerate(decision.table.rules if decision.table else (), 1):
                inputs = (_cell_names(text) for text in rule.inputs)
                outputs = (_names(f"={text}") for text in rule.outputs)
                names = frozenset().union(*inputs, *outputs) - given
                yield path, rule.id or decision.id, f"Rule {number}", names


def _cell_names(text: str) -> frozenset[str]:
    try:
        return parse_unary_tests(text or "-").names
    except FeelSyntaxError:
        return frozenset()


def _in_forms(pack: Pack) -> Iterator[Use]:
    for form in pack.forms.values():
        for each in form.fields:
            yield from _in_field(form, each, frozenset())


def _in_field(form: Form, each: Field, row: frozenset[str]) -> Iterator[Use]:
    path, what = f"forms/{form.id}.form", f"“{each.label or each.key or each.id}”"
    for expression in _expressions(each):
        yield path, each.key or each.id, what, expression.names - row - {"value"}
    inner = row | {f.key for f in walk(each.fields)} if each.type == "dynamiclist" or each.key else row
    for field in each.fields:
        yield from _in_field(form, field, inner)


def _expressions(each: Field) -> Iterator[Expression]:
    for found in (each.hide, each.prefill, each.options_from, each.rules.low, each.rules.high):
        if isinstance(found, Expression):
            yield found
    yield from (check.condition for check in each.rules.checks)


def _in_letters(pack: Pack) -> Iterator[Use]:
    for letter in pack.letters.values():
        yield letter.path, letter.id, "The letter", letter.names - GIVEN


def _in_settings(pack: Pack) -> Iterator[Use]:
    case = pack.settings.case
    for name, expression in (("title", case.title), ("team", case.team), ("worker", case.worker)):
        if expression is not None:
            yield PATH, f"case.{name}", "The setting", expression.names
