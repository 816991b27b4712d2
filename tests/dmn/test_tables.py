"""Decision tables: every hit policy, and no silent default."""

from datetime import date
from decimal import Decimal

import pytest

from engine.dmn import DecisionError, DmnError, decide, evaluate, parse_dmn
from tests.dmn.tables import decision, definitions, simple, table

OVERLAP = [["< 10", '"small"'], ["< 20", '"medium"'], [">= 20", '"large"']]
NUMBERS = [["< 10", "1"], ["< 20", "5"], ["< 20", "3"], [">= 20", "7"]]


def answer(source, x, **more):
    return decide(parse_dmn(source), "answer", {"x": x, **more})


def refusal(source, x):
    with pytest.raises(DecisionError) as caught:
        evaluate(parse_dmn(source), "answer", {"x": x})
    with pytest.raises(DecisionError) as again:
        decide(parse_dmn(source), "answer", {"x": x})
    assert str(again.value) == str(caught.value)
    return caught.value


def lenient(source, x):
    return evaluate(parse_dmn(source), "answer", {"x": x}, strict=False).result


@pytest.mark.parametrize(
    ("policy", "aggregation", "x", "wanted"),
    [
        ("UNIQUE", "", 15, "medium"),
        ("FIRST", "", 5, "small"),
        ("PRIORITY", "", 5, "medium"),
        ("COLLECT", "", 5, ["small", "medium"]),
        ("RULE ORDER", "", 5, ["small", "medium"]),
        ("OUTPUT ORDER", "", 5, ["medium", "small"]),
        ("COLLECT", "COUNT", 5, 2),
        ("F", "", 25, "large"),
    ],
)
def test_hit_policy(policy, aggregation, x, wanted):
    assert answer(simple(OVERLAP, policy, aggregation, allowed='"large","medium","small"'), x) == wanted


@pytest.mark.parametrize(("aggregation", "wanted"), [("SUM", 9), ("MIN", 1), ("MAX", 5), ("COUNT", 3)])
def test_aggregation(aggregation, wanted):
    assert answer(simple(NUMBERS, "COLLECT", aggregation, out="number"), 5) == wanted


def test_unique_overlap_is_an_error_that_names_the_rules():
    error = refusal(simple(OVERLAP), 5)
    assert error.decision == "answer"
    assert error.rule == 2
    assert error.sentence == "Rules 1, 2 all apply, and the table allows one only (hit policy UNIQUE)."
    assert error.trace is not None
    assert error.trace.hits == (1, 2)
    assert lenient(simple(OVERLAP), 5) is None


def test_any_agrees_or_is_an_error():
    agreeing = [["< 10", '"a"'], ["< 20", '"a"'], ["< 5", '"b"']]
    assert answer(simple(agreeing, "ANY"), 7) == "a"
    assert refusal(simple(agreeing, "ANY"), 3).sentence == (
        "Rules 1, 2, 3 apply with different results (hit policy ANY)."
    )


def test_no_match_without_a_default_is_an_error_that_names_the_inputs():
    error = refusal(simple(OVERLAP[:1]), 50)
    assert error.sentence == "No rule applies to x = 50, and the table has no default."
    assert answer(simple(OVERLAP[:1], default='"none"'), 50) == "none"
    assert lenient(simple(OVERLAP[:1]), 50) is None


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_collecting_nothing_is_an_empty_list(policy):
    assert answer(simple(OVERLAP[:1], policy), 50) == []


def test_aggregating_nothing():
    assert answer(simple(NUMBERS[:1], "COLLECT", "COUNT", out="number"), 50) == 0
    assert "No rule applies" in refusal(simple(NUMBERS[:1], "COLLECT", "SUM", out="number"), 50).sentence


def test_an_input_of_the_wrong_type_is_an_error_that_names_it():
    error = refusal(simple(OVERLAP), "ten")
    assert error.input == "x"
    assert error.sentence == "`x` must be a number, and is a string."


def test_an_input_outside_its_allowed_values_is_an_error():
    logic = table([("x", "string", '"a","b"')], [("y", "string", "", "")], [["-", '"z"']])
    error = refusal(definitions(decision("answer", logic)), "c")
    assert error.sentence == '`x` must be one of "a","b".'


def test_an_output_outside_its_allowed_values_is_an_error_that_names_the_rule():
    error = refusal(simple([["< 10", '"smal"']], allowed='"small"'), 5)
    assert error.rule == 1
    assert error.sentence == 'Rule 1: the output `y` must be one of "small".'
    assert "must be a string, and is a number" in refusal(simple([["-", "3"]]), 5).sentence


def test_a_missing_input_meets_only_the_rules_that_take_anything():
    assert answer(simple([["-", '"always"'], ["> 3", '"more"']]), None) == "always"
    assert "x = null" in refusal(simple(OVERLAP), None).sentence


def test_several_outputs_are_a_context_and_order_by_priority_from_the_left():
    logic = table(
        [("x", "number", "")],
        [("a", "string", '"hi","lo"', ""), ("b", "number", "2, 1", "")],
        [["-", '"lo"', "2"], ["-", '"hi"', "1"], ["-", '"hi"', "2"]],
        "OUTPUT ORDER",
    )
    assert answer(definitions(decision("answer", logic)), 1) == [
        {"a": "hi", "b": 2},
        {"a": "hi", "b": 1},
        {"a": "lo", "b": 2},
    ]


def test_cells_may_use_other_inputs_and_outputs_may_compute():
    source = simple([["< limit", "x * 2"], [">= limit", "0"]], out="number")
    assert answer(source, 3, limit=5) == 6
    assert answer(source, 6, limit=5) == 0


def test_dates_come_in_as_dates():
    source = simple([['< date("2026-04-29")', '"before"'], ['>= date("2026-04-29")', '"after"']], kind="date")
    assert answer(source, date(2026, 4, 28)) == "before"
    assert answer(source, date(2026, 4, 29)) == "after"


def test_a_typed_decision_refuses_another_type():
    logic = table([("x", "number", "")], [("y", "Any", "", "")], [["-", '"text"']])
    source = definitions(decision("answer", logic, type_ref="number"))
    assert refusal(source, 1).sentence == "The result must be a number, and is a string."
    assert lenient(source, 1) is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (simple([["< 10", '"a"']], "MAYBE"), "There is no hit policy `MAYBE`."),
        (simple([["< 10", '"a"']], "COLLECT", "AVERAGE"), "There is no aggregation `AVERAGE`."),
        (simple([["< 10"]]), "Rule 1 does not have a cell for each column."),
        (simple([["< ", '"a"']]), "The text ends where a value was expected. (in `<`, at character 2)"),
        (simple([["< 10", "'a'"]]), "straight double quotation marks"),
        (simple([["-", '"a"']], kind="nmber"), "There is no type `nmber`"),
        (simple([["-", '"a"']], allowed='"a'), "This text has no closing quotation mark."),
        (definitions(decision("answer", table([("", "Any", "")], [("y", "", "", "")], []))), "has no expression"),
        (definitions(decision("answer", table([], [], []))), "The table has no output."),
    ],
)
def test_a_faulty_table_is_refused(source, sentence):
    with pytest.raises(DmnError) as caught:
        parse_dmn(source)
    assert any(sentence in fault.sentence for fault in caught.value.faults)
    assert all(fault.element_id for fault in caught.value.faults)


def test_all_faults_are_told_at_once():
    with pytest.raises(DmnError) as caught:
        parse_dmn(simple([["<", '"a"'], [">", "'b'"]]))
    assert [fault.element_id for fault in caught.value.faults] == ["rule1", "rule2", "rule2"]


def test_numbers_are_decimals():
    found = answer(simple([["-", "0.1 + 0.2"]], out="number"), 1)
    assert (found, type(found)) == (Decimal("0.3"), Decimal)
