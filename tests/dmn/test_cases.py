"""Table tests: rows of inputs and what must come out."""

import pytest

from engine.dmn import parse_dmn
from engine.dmn.cases import BadTests, run_tests
from tests.dmn.tables import decision, definitions, literal, simple, table

MODEL = parse_dmn(simple([["< 10", '"small"'], [">= 10", '"large"']]))


def test_a_full_set_of_tests_fires_every_rule():
    report = run_tests(
        MODEL,
        """
decision: answer
tests:
  - {name: little, inputs: {x: 3}, expect: small, rules: [1]}
  - {name: much, inputs: {x: 10.5}, expect: large}
  - {name: text, inputs: {x: ten}, expect_error: must be a number}
""",
    )
    assert report.is_good
    assert report.to_json() == {"total": 3, "passed": 3, "failures": [], "unfired": {"answer": []}}


def test_failures_say_what_happened_and_which_rules_never_fired():
    report = run_tests(
        MODEL,
        """
decision: answer
tests:
  - {name: wrong, inputs: {x: 3}, expect: large}
  - {inputs: {x: 3}, expect: small, rules: [2]}
  - {name: no error, inputs: {x: 3}, expect_error: anything}
  - {name: error, inputs: {x: ten}, expect: small}
""",
    )
    assert not report.is_good
    assert report.failures == [
        {"name": "wrong", "reason": '"large" was expected, and the result is "small"'},
        {"name": "test 2", "reason": "rules [2] were expected to apply, and [1] did"},
        {"name": "no error", "reason": 'an error was expected, and the result is "small"'},
        {"name": "error", "reason": "it ends with an error: answer: `x` must be a number, and is a string."},
    ]
    assert report.unfired == {"answer": [2]}


def test_values_may_be_dates_lists_contexts_and_feel():
    logic = literal("[d + p, l[2], c.a]")
    model = parse_dmn(definitions(decision("answer", logic)))
    report = run_tests(
        model,
        """
tests:
  - decision: answer
    inputs: {d: 2026-01-31, p: '= @"P1M"', l: [1, 2], c: {a: true}}
    expect: [2026-02-28, 2, true]
""",
    )
    assert report.is_good


def test_rules_of_required_tables_count_as_fired():
    first = decision("first", table([("x", "number", "")], [("y", "number", "", "")], [["< 5", "1"], [">= 5", "2"]]))
    model = parse_dmn(definitions(first + decision("second", literal("first"), ["decision:first"])))
    report = run_tests(model, "decision: second\ntests: [{inputs: {x: 1}, expect: 1}]")
    assert report.unfired == {"first": [2]}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "tests: 3",
        "tests: [3]",
        "tests: [{inputs: {}}]",
        "tests: [{inputs: 3, expect: 1}]",
        "a: [",
        "tests: [{inputs: {x: '= 1 +'}, expect: 1}]",
        "tests: [{inputs: {x: !!python/object:os.system {}}, expect: 1}]",
    ],
)
def test_a_file_that_is_not_tests_is_refused(source):
    with pytest.raises(BadTests):
        run_tests(MODEL, source)


def test_yes_is_text_and_a_plain_date_is_a_date():
    columns = [("a", "string", ""), ("d", "date", ""), ("n", "number", "")]
    rows = [['"yes"', '< @"2026-02-01"', "0.1", '"early"']]
    model = parse_dmn(definitions(decision("answer", table(columns, [("o", "string", "", "")], rows))))
    report = run_tests(
        model, "decision: answer\ntests: [{inputs: {a: yes, d: 2026-01-31, n: 0.1}, expect: early, rules: [1]}]"
    )
    assert report.is_good, report.failures


def test_an_expected_context_may_name_some_outputs_only():
    outputs = [("size", "string", "", ""), ("why", "string", "", "")]
    model = parse_dmn(definitions(decision("answer", table([("x", "number", "")], outputs, [["-", '"s"', '"w"']]))))
    assert run_tests(model, "decision: answer\ntests: [{inputs: {x: 1}, expect: {size: s}}]").is_good
    assert not run_tests(model, "decision: answer\ntests: [{inputs: {x: 1}, expect: {sise: s}}]").is_good
    assert not run_tests(model, "decision: answer\ntests: [{inputs: {x: 1}, expect: {why: s}}]").is_good


def test_an_input_that_nothing_reads_is_a_failure():
    columns = [("weeks", "number", "")]
    model = parse_dmn(definitions(decision("answer", table(columns, [("o", "string", "", "")], [["-", '"s"']]))))
    report = run_tests(model, "decision: answer\ntests: [{inputs: {weks: 3}, expect: s}]")
    reason = "`weks` is given, and nothing in the table reads it; did you mean `weeks`?"
    assert report.failures == [{"name": "test 1", "reason": reason}]


def test_a_table_that_no_test_asks_has_all_its_rules_unfired():
    first = decision("first", table([("x", "number", "")], [("y", "number", "", "")], [["< 5", "1"], [">= 5", "2"]]))
    model = parse_dmn(definitions(first + decision("second", literal("1"))))
    report = run_tests(model, "decision: second\ntests: [{inputs: {}, expect: 1}]")
    assert report.unfired == {"first": [1, 2]}
    assert not report.is_good


def test_a_word_that_is_not_known_is_refused():
    with pytest.raises(BadTests, match="Test 1 says `expects`, which is not known here; did you mean `expect`"):
        run_tests(MODEL, "tests: [{inputs: {x: 1}, expects: small, expect: small}]")


def test_a_test_may_suppose_what_another_decision_gives():
    columns = [("switch < x", "boolean", "")]
    logic = table(columns, [("y", "number", "", "")], [["true", "1"], ["-", "2"]], policy="FIRST")
    made = decision("switch", literal("null")) + decision("answer", logic, ["decision:switch"])
    model = parse_dmn(definitions(made))
    source = """
decision: answer
tests:
  - {inputs: {x: 2026-02-01}, expect: 2}
  - {inputs: {x: 2026-02-01}, suppose: {switch: 2026-01-31}, expect: 1}
"""
    assert run_tests(model, source).is_good
    with pytest.raises(BadTests, match="`swich` is supposed, and is no decision of the file; did you mean `switch`"):
        run_tests(model, source.replace("{switch", "{swich"))
