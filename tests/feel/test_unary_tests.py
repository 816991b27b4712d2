"""Cells of decision tables."""

from datetime import date

import pytest

from engine.feel import FeelSyntaxError, parse_unary_tests

CASES = [
    ("-", 1, True),
    ("-", None, True),
    ('"yes","no"', "no", True),
    ('"yes","no"', "maybe", False),
    ('not("neglect")', "abuse", True),
    ('not("neglect")', "neglect", False),
    ('not("a", "b")', "b", False),
    ("[6..8]", 6, True),
    ("]6..8[", 6, False),
    ("(6..8], > 20", 21, True),
    ("< 5", 4, True),
    ("< 5", "x", None),
    (">= limit", 10, True),
    ('< date("2026-04-29")', date(2026, 4, 28), True),
    ('>= @"2026-04-29"', date(2026, 4, 28), False),
    ("3", 3, True),
    ("-3", -3, True),
    ("null", None, True),
    ("null", 3, False),
    ("true", False, False),
    ("false", False, True),
    ("? > 3 and ? < 5", 4, True),
    ('contains(?, "x")', "axb", True),
    ("not(?)", False, True),
    ("not(? > 3)", 4, False),
    ("limit", 10, True),
    ("limits", 2, True),
    ("limit > 5", "anything", True),
    ("limit > 50", "anything", False),
    ("count(?) > 1", [1, 2], True),
    ('"a"', ["b", "a"], True),
    ("!= 3", 4, True),
    ("= 3", 3, True),
    ("not(null)", 3, True),
    ("not(null)", None, False),
]


@pytest.mark.parametrize(("text", "value", "wanted"), CASES)
def test_cell(text, value, wanted):
    assert parse_unary_tests(text).evaluate(value, {"limit": 10, "limits": [1, 2, 3]}) is wanted


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("> 3 and < 5", "Two bounds of one value"),
        ("< 3 or [5..7]", "Two bounds of one value"),
        ('"a" or "b"', "Alternatives are separated by commas"),
    ],
)
def test_a_cell_that_could_never_hold_is_refused_with_a_hint(text, hint):
    with pytest.raises(FeelSyntaxError, match=hint):
        parse_unary_tests(text)
