"""Item definitions: what values they let in."""

import pytest

from engine.dmn import DecisionError, decide, evaluate, parse_dmn
from tests.dmn.tables import component, decision, definitions, input_data, item, literal

ITEMS = (
    item("tLevel", '<typeRef>string</typeRef><allowedValues><text>"low","high"</text></allowedValues>')
    + item("tLevels", "<typeRef>tLevel</typeRef>", True)
    + item("tPair", "<typeRef>number</typeRef><typeConstraint><text>count(?) = 2</text></typeConstraint>", True)
    + item("tPerson", component("full name", "string") + component("level", "tLevel"))
    + item("tTree", component("leaf", "tTree"))
    + item("tFunction", '<functionItem outputTypeRef="number"><parameters name="n" typeRef="number"/></functionItem>')
)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("tLevel", "low", True),
        ("tLevel", "lo", False),
        ("tLevel", None, True),
        ("tLevels", ["low", "high"], True),
        ("tLevels", ["low", "x"], False),
        ("tLevels", "low", True),
        ("tPair", [1, 2], True),
        ("tPair", [1], False),
        ("tPerson", {"full name": "A", "level": "low"}, True),
        ("tPerson", {"full name": "A", "level": "x"}, False),
        ("tPerson", {"full name": "A"}, False),
        ("tTree", {"leaf": {"leaf": None}}, True),
        ("number", True, False),
        ("date and time", "2026", False),
    ],
)
def test_inputs_are_held_to_their_types(kind, value, fits):
    body = ITEMS + input_data("x", kind) + decision("answer", literal("x"), ["input:x"])
    model = parse_dmn(definitions(body))
    if fits:
        assert decide(model, "answer", {"x": value}) in (value, [value])
        return
    with pytest.raises(DecisionError) as caught:
        decide(model, "answer", {"x": value})
    assert caught.value.input == "x"
    assert evaluate(model, "answer", {"x": value}, strict=False).result is None


def test_types_made_of_types_are_built_once_each():
    pairs = "".join(item(f"t{n}", component("a", f"t{n + 1}") + component("b", f"t{n + 1}")) for n in range(40))
    body = pairs + item("t40", "<typeRef>number</typeRef>") + decision("answer", literal("1"), type_ref="number")
    assert decide(parse_dmn(definitions(body)), "answer", {}) == 1


def test_components_with_spaces_are_read_after_a_dot():
    body = ITEMS + input_data("p", "tPerson") + decision("answer", literal("p.full name"), ["input:p"])
    assert decide(parse_dmn(definitions(body)), "answer", {"p": {"full name": "Ada", "level": "low"}}) == "Ada"


def test_types_of_the_model_are_known_to_instance_of():
    body = ITEMS + decision("answer", literal('["low" instance of tLevel, "x" instance of tLevel]'))
    assert decide(parse_dmn(definitions(body)), "answer", {}) == [True, False]
