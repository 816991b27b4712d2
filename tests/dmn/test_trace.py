"""The trace: what was asked, what each cell answered, what nearly applied."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import DecisionError, Source, Trace, evaluate, explain, parse_dmn
from engine.feel import Budget, FeelBudgetExceeded
from tests.dmn.tables import decision, definitions, input_data, literal, simple, table

RULES = [
    ['"high"', "-", '"act"', "The risk is high.", "G-17"],
    ['"low"', "< 3", '"watch"', "", "G-18, G-19"],
    ['"low"', ">= 3", '"wait"', "", ""],
]
LOGIC = table(
    [("risk", "string", ""), ("visits", "number", "")],
    [("y", "string", "", "")],
    RULES,
    annotations=("Why", "guidance"),
)
GUIDED = LOGIC.replace(
    "<decisionTable",
    '<extensionElements><zeebe:properties><zeebe:property name="guidance" value="F-16,F-17"/></zeebe:properties>'
    "</extensionElements><decisionTable",
    1,
)
MODEL = parse_dmn(definitions(decision("answer", GUIDED, name="Next step")))


def trace(**inputs):
    return evaluate(MODEL, "answer", inputs).trace


def test_the_trace_holds_every_cell():
    found = trace(risk="low", visits=2)
    assert (found.decision_id, found.decision_name, found.hit_policy) == ("answer", "Next step", "UNIQUE")
    assert [(i.name, i.expression, i.value) for i in found.inputs] == [("risk", "risk", "low"), ("visits", "visits", 2)]
    assert [[cell.result for cell in rule.cells] for rule in found.rules] == [
        [False, True],
        [True, True],
        [True, False],
    ]
    assert found.rules[1].cells[1].text == "< 3"
    assert found.hits == (2,)
    assert found.near_misses == (1, 3)
    assert found.rules[1].outputs == (("y", "watch"),)
    assert found.output == "watch"


def test_cells_that_cannot_be_told_are_null():
    found = evaluate(MODEL, "answer", {"risk": "low"}, strict=False).trace
    assert [rule.cells[1].result for rule in found.rules] == [True, None, None]
    assert found.hits == ()
    assert found.output is None


def test_guidance_comes_from_the_decision_and_from_the_rules_hit():
    assert trace(risk="high", visits=1).guidance == ("F-16", "F-17", "G-17")
    assert trace(risk="low", visits=1).guidance == ("F-16", "F-17", "G-18", "G-19")
    assert trace(risk="high", visits=1).annotations == (("Why", "The risk is high."), ("guidance", "G-17"))


def test_a_rule_description_is_an_annotation():
    source = simple([["-", '"a"']]).replace(
        b'<rule id="rule1">', b'<rule id="rule1"><description>Because.</description>'
    )
    assert evaluate(parse_dmn(source), "answer", {"x": 1}).trace.annotations == (("description", "Because."),)


def test_the_explanation_is_sentences():
    sources = {"visits": Source("visits", "Record a visit", "Jo")}
    found = evaluate(MODEL, "answer", {"risk": "high", "visits": 1}, sources=sources).trace
    assert explain(found) == [
        'risk is "high".',
        "visits is 1 (visits from Record a visit by Jo).",
        'Rule 1 applied: risk is "high" (G-17). The risk is high.',
        'Rule 2 would have applied if risk were "low" (it is "high").',
        'Next step: the result is "act" (F-16, F-17, G-17).',
    ]


def test_a_default_and_a_refusal_are_explained():
    default = evaluate(parse_dmn(simple([["< 1", '"a"']], default='"d"')), "answer", {"x": 3}).trace
    assert default.default_used
    assert "No rule applied, so the table's default was used." in explain(default)
    with pytest.raises(DecisionError) as caught:
        evaluate(parse_dmn(simple([["< 1", '"a"'], ["-", '"b"'], ["-", '"c"']])), "answer", {"x": 3})
    assert caught.value.trace is not None
    assert "Rule 1 would have applied if x were < 1 (it is 3)." in explain(caught.value.trace)
    nothing = evaluate(parse_dmn(simple([["< 1", '"a"']])), "answer", {"x": 3}, strict=False).trace
    assert "No rule applied." in explain(nothing)


def test_what_a_decision_depends_on_is_in_its_trace():
    body = input_data("x", "number") + decision(
        "first", table([("x", "number", "")], [("y", "number", "", "")], [["-", "x + 1"]]), ["input:x"], "number"
    )
    body += decision("second", literal("first * 2"), ["decision:first"])
    found = evaluate(parse_dmn(definitions(body)), "second", {"x": 3})
    assert found.result == 8
    assert [t.decision_id for t in found.trace.required] == ["first"]
    assert found.trace.required[0].hits == (1,)
    assert explain(found.trace)[-2:] == ["first: the result is 4.", "second: the result is 8."]


def test_warnings_are_kept():
    found = evaluate(parse_dmn(definitions(decision("answer", literal("nowhere + 1")))), "answer", {}).trace
    assert found.warnings[0].startswith("`nowhere` is not known here.")


@given(st.one_of(st.none(), st.integers(), st.text(), st.dates()), st.one_of(st.none(), st.integers()))
def test_a_trace_survives_being_stored(risk, visits):
    found: Trace | None = None
    try:
        found = evaluate(MODEL, "answer", {"risk": risk, "visits": visits}).trace
    except DecisionError as error:
        found = error.trace
    assert found is not None
    assert Trace.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_budget_covers_the_whole_decision():
    source = definitions(decision("answer", literal("for i in 1..90000, j in 1..9 return i")))
    with pytest.raises(FeelBudgetExceeded):
        evaluate(parse_dmn(source), "answer", {})
    small = definitions(decision("answer", literal("count(for i in 1..100 return i)")))
    with pytest.raises(FeelBudgetExceeded):
        evaluate(parse_dmn(small), "answer", {}, budget=Budget(steps=50))
