"""Decision tables for tests."""

from __future__ import annotations

from xml.sax.saxutils import escape

_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://example.org">'
)


def table(
    decision_id: str, inputs: list[str], outputs: list[str], rules: list[tuple[str, ...]], hit: str = "UNIQUE"
) -> bytes:
    """A decision table: input expressions, output names, and rules as cells, inputs before outputs."""
    columns = "".join(
        f'<input id="i{n}"><inputExpression id="ie{n}"><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(inputs)
    )
    columns += "".join(f'<output id="o{n}" name="{name}"/>' for n, name in enumerate(outputs))
    rows = "".join(_rule(n, cells, len(inputs)) for n, cells in enumerate(rules))
    return (
        f'{_HEAD}<decision id="{decision_id}" name="{decision_id}"><variable name="{decision_id}"/>'
        f'<decisionTable id="t" hitPolicy="{hit}">{columns}{rows}</decisionTable></decision></definitions>'
    ).encode()


def _rule(number: int, cells: tuple[str, ...], inputs: int) -> str:
    made = "".join(
        f'<{"inputEntry" if n < inputs else "outputEntry"} id="c{number}_{n}"><text>{escape(cell)}</text>'
        f"</{'inputEntry' if n < inputs else 'outputEntry'}>"
        for n, cell in enumerate(cells)
    )
    return f'<rule id="r{number}">{made}</rule>'


TIMESCALES = table(
    "timescales",
    ["event"],
    ["amount", "unit", "warn", "breach", "opens", "source"],
    [
        ('"first visit"', "10", '"working days"', "2", "null", "null", '"V-1"'),
        ('"review"', "8", '"weeks"', "14", '"P3M"', '"P42D"', '"V-2"'),
        ('"letter"', "1", '"weeks"', "2", "null", "null", '"V-4"'),
        ('"long stop"', "6", '"months"', "null", "null", "null", '"V-3"'),
    ],
)
POLICY = b'[calendar]\ntimescales = "timescales"\n'
