"""Small DMN files written by the tests."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body, namespace="urn:test", dmn=NAMESPACE):
    """A whole file."""
    zeebe = "http://camunda.org/schema/zeebe/1.0"
    return (
        f'<definitions xmlns="{dmn}" xmlns:zeebe="{zeebe}" id="m" name="model" namespace="{namespace}">'
        f"{body}</definitions>"
    ).encode()


def literal(text, type_ref=""):
    """A literal expression."""
    kind = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<literalExpression{kind}><text>{escape(text)}</text></literalExpression>"


def requires(*references):
    """Requirements: `input:x`, `decision:x`, `knowledge:x`."""
    found = ""
    for reference in references:
        kind, _, key = reference.partition(":")
        href = key if "#" in key else f"#{key}"
        outer = "knowledgeRequirement" if kind == "knowledge" else "informationRequirement"
        found += f'<{outer}><required{kind.capitalize()} href="{href}"/></{outer}>'
    return found


def decision(key, logic, needs=(), type_ref="", name=""):
    """A decision."""
    kind = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    variable = f'<variable name="{name or key}"{kind}/>'
    return f'<decision id="{key}" name="{name or key}">{variable}{requires(*needs)}{logic}</decision>'


def input_data(key, type_ref="", name=""):
    """An input."""
    kind = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f'<inputData id="{key}" name="{name or key}"><variable name="{name or key}"{kind}/></inputData>'


def table(inputs, outputs, rules, policy="UNIQUE", aggregation="", annotations=()):
    """A decision table.

    `inputs` are (expression, type, allowed values), `outputs` (name, type, allowed values, default), `rules`
    lists of cells: inputs, then outputs, then annotations.
    """
    more = f' aggregation="{aggregation}"' if aggregation else ""
    made = f'<decisionTable id="table" hitPolicy="{policy}"{more}>'
    for place, (expression, kind, allowed) in enumerate(inputs, 1):
        made += f'<input id="in{place}" label={quoteattr(expression)}>'
        made += f"<inputExpression typeRef={quoteattr(kind)}><text>{escape(expression)}</text></inputExpression>"
        made += f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
        made += "</input>"
    for place, (name, kind, allowed, default) in enumerate(outputs, 1):
        made += f'<output id="out{place}" name={quoteattr(name)} typeRef={quoteattr(kind)}>'
        made += f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
        made += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        made += "</output>"
    made += "".join(f"<annotation name={quoteattr(name)}/>" for name in annotations)
    for number, cells in enumerate(rules, 1):
        made += f'<rule id="rule{number}">' + _cells(cells, len(inputs), len(outputs)) + "</rule>"
    return made + "</decisionTable>"


def _cells(cells, inputs, outputs):
    made = ""
    for place, cell in enumerate(cells):
        kind = "inputEntry" if place < inputs else "outputEntry" if place < inputs + outputs else "annotationEntry"
        made += f"<{kind}><text>{escape(cell)}</text></{kind}>"
    return made


def simple(rules, policy="UNIQUE", aggregation="", allowed="", default="", kind="number", out="string"):
    """A file with one decision `answer` by a table of one input `x` and one output `y`."""
    logic = table([("x", kind, "")], [("y", out, allowed, default)], rules, policy, aggregation)
    return definitions(decision("answer", logic))


def item(name, body, is_collection=False):
    """An item definition."""
    return f'<itemDefinition name="{name}" isCollection="{str(is_collection).lower()}">{body}</itemDefinition>'


def component(name, type_ref):
    """A component of an item definition."""
    return f'<itemComponent name="{name}"><typeRef>{type_ref}</typeRef></itemComponent>'
