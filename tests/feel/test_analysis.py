"""What is said of an expression without evaluating it."""

from datetime import date
from decimal import Decimal

import pytest

from engine.feel import parse_expression, parse_unary_tests
from engine.feel.analysis import constant, infer_type, test_constants
from engine.feel.convert import to_feel
from engine.feel.frames import MISSING
from engine.feel.types import BUILTIN_TYPES, FeelType

constants_of = test_constants
constants_of.__test__ = False  # type: ignore[attr-defined]
del test_constants
VARIABLES = {
    "n": BUILTIN_TYPES["number"],
    "d": BUILTIN_TYPES["date"],
    "l": FeelType("list", element=BUILTIN_TYPES["number"]),
    "p": FeelType("context", fields=(("age", BUILTIN_TYPES["number"]),)),
    "f": FeelType("function", params=(), result=BUILTIN_TYPES["string"]),
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", "number"),
        ('"a" + "b"', "string"),
        ("d - d", "days and time duration"),
        ('d + @"P1M"', "date"),
        ('@"P1M" + d', "date"),
        ('@"P1M" + @"P1M"', "years and months duration"),
        ("n + d", "Any"),
        ("n > 1 and n < 3", "boolean"),
        ("if n > 1 then 1 else 2", "number"),
        ("if n > 1 then null else 2", "number"),
        ('if n > 1 then "a" else 2', "Any"),
        ("l", "list"),
        ("l[1]", "number"),
        ("l[item > 1]", "list"),
        ("p.age", "number"),
        ("p.name", "Any"),
        ("f()", "string"),
        ("{g: f}.g()", "Any"),
        ("for i in l return i + 1", "list"),
        ("{a: 1, b: a}.b", "number"),
        ("[1..2]", "range"),
        ("-n", "number"),
        ("function(x) x", "function"),
        ("unknown", "Any"),
        ("some i in l satisfies i > 1", "boolean"),
    ],
)
def test_type(text, kind):
    assert infer_type(parse_expression(text).tree, VARIABLES).kind == kind


def test_elements_of_loops_keep_their_type():
    assert infer_type(parse_expression("for i in l return i").tree, VARIABLES).element == BUILTIN_TYPES["number"]
    assert infer_type(parse_expression("for i in 1..3 return i").tree).element == BUILTIN_TYPES["number"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2", Decimal(3)),
        ('date("2026-04-29")', to_feel(date(2026, 4, 29))),
        ("x + 1", MISSING),
        ("today()", MISSING),
        ("for i in 1..100000 return i", MISSING),
        ("null", None),
    ],
)
def test_constant(text, value):
    assert constant(parse_expression(text).tree) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-", []),
        ("< 5, [7..9]", [5, 7, 9]),
        ('not("a","b")', ["a", "b"]),
        ("? > 3 and ? < 5", [3, 5]),
        ("? between 1 and 2 or not(? in (7, [8..9]))", [1, 2, 7, 8, 9]),
        ("[1, 2]", [1, 2]),
        ("null", [None]),
        ("2 * 3", [6]),
        ("< x", None),
        ("x", None),
        ('contains(?, "a")', None),
        ("? + 1 > 3", None),
        ('date("nonsense")', None),
        ("[[1]]", None),
    ],
)
def test_constants_of_a_cell(text, found):
    assert constants_of(parse_unary_tests(text).tree) == found
