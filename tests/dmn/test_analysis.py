"""Table analysis: gaps, overlaps, dead rules, duplicates, unread inputs; what is beyond it is said."""

import random
import time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import evaluate, parse_dmn
from engine.dmn.analysis import analyse
from engine.dmn.coverage import TooHard, gaps
from engine.feel import decode
from tests.dmn.tables import decision, definitions, table


def report(inputs, rules, policy="UNIQUE", outputs=(("y", "string", "", ""),)):
    return analyse(model(inputs, rules, policy, outputs))[0]


def model(inputs, rules, policy="UNIQUE", outputs=(("y", "string", "", ""),)):
    return parse_dmn(definitions(decision("answer", table(inputs, outputs, rules, policy))))


NUMBER, LEVEL = ("n", "number", ""), ("level", "string", '"low","high"')


def test_a_whole_table_has_nothing_to_report():
    found = report([LEVEL, NUMBER], [['"low"', "-", '"a"'], ['"high"', "< 3", '"b"'], ['"high"', ">= 3", '"c"']])
    assert found.exact
    assert found.gaps == found.overlaps == found.never_fire == found.duplicates == found.unread_inputs == []


def test_a_gap_comes_with_an_input_that_no_rule_takes():
    found = report([LEVEL, NUMBER], [['"low"', "-", '"a"'], ['"high"', "< 3", '"b"'], ['"high"', "> 3", '"c"']])
    assert [(g["where"], g["example"]) for g in found.gaps] == [
        ({"level": '"high"', "n": "3"}, {"level": "high", "n": 3})
    ]


@pytest.mark.parametrize(
    ("kind", "cells", "where"),
    [
        ("number", ["< 3", "> 5"], "[3..5]"),
        ("number", ["<= 3", "(3..5), [6..8]"], None),
        ("boolean", ["true"], "false"),
        ("string", ['"a"'], "any other text"),
        ("string", ['not("a")'], '"a"'),
        ("date", ['< @"2026-04-29"', '> @"2026-04-29"'], '@"2026-04-29"'),
        ("date", ['<= @"2026-04-29"', '>= @"2026-05-01"'], '(@"2026-04-29"..@"2026-05-01")'),
        ("date", ['<= @"2026-04-29"', '>= @"2026-04-30"'], ""),
        ("time", ['< @"12:00:00"', '> @"12:00:00"'], '@"12:00:00"'),
        ("date and time", ['<= @"2026-04-29T10:00:00"', '> @"2026-04-29T10:00:05"'], None),
        ("days and time duration", ['< @"P1D"', '> @"P1D"'], '@"P1D"'),
        ("years and months duration", ['< @"P1M"', '>= @"P2M"'], '@"P1M"'),
        ("number", ["? < 3 or ? > 5", "? between 3 and 5"], ""),
        ("number", ["not(3)", "2 + 1"], ""),
    ],
)
def test_gaps_of_each_kind_of_value(kind, cells, where):
    found = report([("v", kind, "")], [[cell, '"r"'] for cell in cells])
    texts = [gap["where"].get("v") for gap in found.gaps]
    assert found.exact
    assert texts == [] if where == "" else texts and (where is None or texts == [where])


def test_an_overlap_comes_with_an_input_and_says_whether_it_is_forgiven():
    rules = [["< 10", '"a"'], ["> 5", '"b"'], ["> 7", '"b"']]
    found = report([NUMBER], rules)
    assert [(o["rules"], o["forgiven"], o["same_result"]) for o in found.overlaps] == [
        ([1, 2], False, False),
        ([1, 3], False, False),
        ([2, 3], False, True),
    ]
    assert found.overlaps[0]["example"] == {"n": 6}
    assert [o["forgiven"] for o in report([NUMBER], rules, "ANY").overlaps] == [False, False, True]
    assert all(o["forgiven"] for o in report([NUMBER], rules, "FIRST").overlaps)


def test_rules_that_can_never_fire():
    first = report([NUMBER], [["< 10", '"a"'], [">= 10", '"b"'], ["[5..15]", '"c"'], ["[9..3]", '"d"']], "FIRST")
    assert [(n["rule"], n["because_of"]) for n in first.never_fire] == [(3, [1, 2]), (4, [])]
    assert first.exact
    outside = report([LEVEL], [['"lwo"', '"a"'], ['"high"', '"b"']])
    assert [n["rule"] for n in outside.never_fire] == [1]
    ranked = (("y", "string", '"hi","lo"', ""),)
    priority = report([NUMBER], [["< 10", '"lo"'], ["-", '"hi"']], "PRIORITY", ranked)
    assert [(n["rule"], n["because_of"]) for n in priority.never_fire] == [(1, [2])]


def test_duplicates_unread_inputs_and_defaults():
    rules = [["< 1, [1..2]", "-", '"a"'], ["<= 2", "-", '"b"'], ["> 2", "-", '"b"']]
    found = report([NUMBER, LEVEL], rules, outputs=(("y", "string", "", '"none"'),))
    assert found.duplicates == [{"rules": [1, 2], "same_result": False}]
    assert found.unread_inputs == ["level"]
    assert found.has_default


def test_what_is_beyond_analysis_is_said():
    found = report([NUMBER, ("s", "string", "")], [["< limit", "-", '"a"'], [">= 5", 'starts with(?, "x")', '"b"']])
    assert not found.exact
    assert [(b["rule"], b["input"]) for b in found.beyond] == [(1, "n"), (2, "s")]
    assert found.gaps[0]["unless_rules"] == [1, 2]
    mixed = report([("v", "Any", "")], [["1", '"a"'], ['"x"', '"b"']])
    assert not mixed.exact
    assert any("different kinds" in note for note in mixed.notes)
    ordered = report([("s", "string", "")], [['< "m"', '"a"'], ['>= "m"', '"b"']])
    assert not ordered.exact


def test_columns_that_hang_together():
    same = report([NUMBER, ("n", "number", "")], [["> 3", "< 5", '"a"'], ["<= 3", "-", '"b"'], ["-", ">= 5", '"c"']])
    assert same.gaps == same.overlaps == []
    related = report([NUMBER, ("n > 5", "boolean", "")], [["-", "-", '"a"']])
    assert any("both depend on `n`" in note for note in related.notes)


def test_a_null_that_a_cell_asks_for_is_looked_at():
    found = report([NUMBER], [["null", '"a"'], ["< 3", '"b"']])
    assert [gap["where"]["n"] for gap in found.gaps] == [">= 3"]


def test_inputs_that_a_case_cannot_do_without():
    found = report([LEVEL, NUMBER], [['"low"', "-", '"a"'], ['"high"', "< 3, null", '"b"'], ['"high"', ">= 3", '"c"']])
    assert found.gaps == []
    assert [item["input"] for item in found.unanswered] == ["level"]
    assert found.unanswered[0]["example"]["level"] is None
    needed = report([LEVEL, NUMBER], [['"low"', "-", '"a"'], ['"high"', "< 3", '"b"'], ['"high"', ">= 3", '"c"']])
    assert needed.unanswered[1] == {"input": "n", "example": {"level": "high", "n": None}}


def test_a_report_is_json():
    import json

    found = report([("d", "date", ""), NUMBER], [['< @"2026-04-29"', "> 1.5", '"a"']])
    assert json.loads(json.dumps(found.to_json()))["decision"] == "answer"


CELLS = {
    "number": ["-", "< 3", ">= 3", "[2..5]", "(2..5)", "not(3)", "1, 4", "]3..7[", "5"],
    "string": ["-", '"a"', '"b"', 'not("a")', '"a","c"'],
    "boolean": ["-", "true", "false"],
}
VALUES = {
    "number": [Decimal(n) / 2 for n in range(17)],
    "string": ["a", "b", "c", "zz"],
    "boolean": [True, False],
}
KINDS = [("n", "number", ""), ("s", "string", ""), ("b", "boolean", "")]
rows = st.lists(
    st.tuples(*(st.sampled_from(CELLS[kind]) for _, kind, _ in KINDS)).map(lambda cells: [*cells, '"r"']),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(rows, st.sampled_from(["COLLECT", "FIRST"]))
def test_what_is_reported_is_what_evaluation_shows(rules, policy):
    made = model(KINDS, rules, policy)
    found = analyse(made)[0]
    seen = everywhere(model(KINDS, rules, "COLLECT"))
    assert found.exact
    assert bool(found.gaps) == any(not hits for hits in seen)
    pairs = {(a, b) for hits in seen for a in hits for b in hits if a < b}
    assert {tuple(overlap["rules"]) for overlap in found.overlaps} == pairs
    heard = {hits[0] for hits in seen if hits} if policy == "FIRST" else {n for hits in seen for n in hits}
    assert {item["rule"] for item in found.never_fire} == set(range(1, len(rules) + 1)) - heard
    for gap in found.gaps:
        assert hit(made, gap["example"]) == ()
    for overlap in found.overlaps:
        assert set(overlap["rules"]) <= set(hit(model(KINDS, rules, "COLLECT"), overlap["example"]))


def hit(made, example):
    return evaluate(made, "answer", {key: decode(value) for key, value in example.items()}, strict=False).trace.hits


def everywhere(made):
    return [
        evaluate(made, "answer", {"n": n, "s": s, "b": b}).trace.hits
        for n in VALUES["number"]
        for s in VALUES["string"]
        for b in VALUES["boolean"]
    ]


def test_ten_inputs_and_two_hundred_rules_take_less_than_ten_seconds():
    chance = random.Random(3)
    boxes = [dict.fromkeys(range(10), (0, 100))]
    while len(boxes) < 200:
        box = boxes.pop(chance.randrange(len(boxes)))
        side = chance.randrange(10)
        low, high = box[side]
        middle = (low + high) // 2
        boxes += [box] if middle in (low, high) else [{**box, side: (low, middle)}, {**box, side: (middle, high)}]
    rules = [[*(f"[{b[s][0]}..{b[s][1]})" if b[s] != (0, 100) else "-" for s in range(10)), '"x"'] for b in boxes]
    inputs = [(f"x{n}", "number", "[0..100)") for n in range(10)]
    started = time.process_time()
    whole, holed = report(inputs, rules), report(inputs, rules[1:])
    assert time.process_time() - started < 10
    assert (whole.gaps, whole.overlaps) == ([], [])
    assert holed.gaps


def test_a_question_too_hard_is_given_up_and_said():
    with pytest.raises(TooHard):
        gaps((3, 3, 3), [(1, 3, 3), (2, 1, 3), (2, 2, 3)], 5, limit=1)
