"""What the parser says of the slips that people make most."""

import pytest

from engine.feel import FeelSyntaxError, parse_expression, parse_unary_tests

NAMES = {"progress", "weeks", "met_on"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('progress = "some" AND weeks > 5', "Write `and` in small letters."),
        ("IF weeks > 5 THEN 1 ELSE 2", "Write `if` in small letters."),
        ("met_on + 6 months", 'A length of time is written `duration("P6M")`.'),
        ("met_on + 16 weeks", 'A length of time is written `duration("P112D")`.'),
        ("met_on + 1 day", 'A length of time is written `duration("P1D")`.'),
        ("weeks <> 5", "Not equal is written `!=`."),
        ("weeks =! 5", "Not equal is written `!=`."),
        ("weeks => 5", "At least is written `>=`."),
        ("weeks =< 5", "At most is written `<=`."),
        ("weeks ≥ 5", "At least is written `>=`."),
        ("!agreed", "Not is written `not(...)`, and not equal `!=`."),
        ("not weeks > 5", "`not` takes its condition in parentheses: `not(...)`."),
        ('progress is "some"', "Equality is written with `=`."),
        ("weeks less than 5", "Less than is written `<`."),
        ("weeks in 5..8", "A range is written with brackets: `[5..8]`."),
        ("True", "did you mean `true`?"),
        ("NONE", "did you mean `null`?"),
        ("yes", 'A text stands in quotation marks: `"yes"`.'),
        ("no", 'A text stands in quotation marks: `"no"`.'),
        ("wekes", "did you mean `weeks`?"),
        ("uppercase(progress)", "did you mean `upper case`?"),
    ],
)
def test_the_sentence_ends_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse_expression(text, names=NAMES, unknown_ok=False)
    assert caught.value.sentence.endswith(said)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("5 to 8", "A range is written with brackets: `[5..8]`."),
        ("less than 5", "Less than is written `<`."),
        ("£500", "Numbers stand without a unit."),
        ('"a"; "b"', "Values are separated by commas."),
        ('not "a"', "`not` takes its condition in parentheses: `not(...)`."),
    ],
)
def test_in_cells_too(cell: str, said: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse_unary_tests(cell)
    assert caught.value.sentence.endswith(said)


@pytest.mark.parametrize("text", ["x < (> 5)", "x = <5", "f instance of function<>->number", "OR", "AND + 1"])
def test_what_is_right_is_left_alone(text: str) -> None:
    parse_expression(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('contains("a")', "`contains` takes 2 values, and is given 1: it is null."),
        ('substring("a")', "`substring` takes 2 or 3 values, and is given 1: it is null."),
        ("now(1)", "`now` takes no values, and is given 1: it is null."),
        ("append()", "`append` takes 2 or more values, and is given 0: it is null."),
        ("weeks(1)", "`weeks` is not a function."),
        ("gone > 1", "A missing value and a number cannot be compared by `>`: the result is null."),
    ],
)
def test_reasons_of_null(text: str, said: str) -> None:
    warnings: list[str] = []
    assert parse_expression(text).evaluate({"weeks": 7, "gone": None}, warnings=warnings) is None
    assert said in warnings
