"""What does not parse says where and why, in words a policy owner understands."""

import pytest

from engine.feel import FeelSyntaxError, parse_expression, parse_unary_tests

CASES = [
    ("1 +", 3, "The text ends where a value was expected."),
    ("if a then b", 11, "The text ends where `else` after the value for `then` was expected."),
    ("(1", 2, "The text ends where `)` was expected."),
    ("[1, 2", 5, "The text ends where `,` or `]` was expected."),
    ("a b", 2, "`b` stands where an operator or the end was expected."),
    ("'yes'", 0, 'Texts stand in straight double quotation marks: "like this".'),
    ("“yes”", 0, 'Texts stand in straight double quotation marks: "like this".'),
    ('"open', 0, "This text has no closing quotation mark."),
    ("a & b", 2, "The character '&' has no meaning here."),
    ('@"soon"', 0, "`soon` is not a date, time or duration."),
    ("f(a: 1, 2)", 8, "Either all arguments have names or none has."),
    ("x == 3", 2, "Equality is written with one `=`."),
    ("a && b", 2, "Both conditions together are written with `and`."),
    ("x; y", 1, "The character ';' has no meaning here. Values are separated by commas."),
    ("lambda: 1", 6, None),
    ("1e99999", 0, "This number is too large."),
    ("for x return 1", 14, None),
]


@pytest.mark.parametrize(("text", "position", "sentence"), CASES)
def test_syntax_error(text, position, sentence):
    with pytest.raises(FeelSyntaxError) as caught:
        parse_expression(text)
    assert caught.value.position == position
    if sentence:
        assert caught.value.sentence == sentence


def test_an_unknown_name_is_refused_where_all_names_are_known():
    with pytest.raises(FeelSyntaxError, match=r"`progres` is not known here; did you mean `progress`\?") as caught:
        parse_expression("1 + progres", names=["progress"], unknown_ok=False)
    assert caught.value.position == 4


@pytest.mark.parametrize(
    "text",
    ["progress", "count(progress)", "for i in progress return i", "progress[age > 3]", "add working days(progress, 1)"],
)
def test_known_names_functions_and_fields_of_items_are_not_unknown(text):
    assert parse_expression(text, names=["progress"], unknown_ok=False)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch x')",
        "[c for c in ().__class__.__base__.__subclasses__()]",
        "open('/etc/passwd').read()",
        "(lambda: 0)()",
        "x if y else z",
        "f'{x}'",
        'exec("1"); 1',
    ],
)
def test_python_is_not_feel(text):
    with pytest.raises(FeelSyntaxError):
        parse_expression(text)
    with pytest.raises(FeelSyntaxError):
        parse_unary_tests(text)


def test_python_that_is_feel_by_accident_does_nothing():
    assert parse_expression('__import__("os").system("touch x")').evaluate({}) is None
    assert parse_expression('eval("1 + 1")').evaluate({}) is None


@pytest.mark.parametrize(
    "text", ["(" * 3000, "[" * 3000, "-" * 3000 + "1", "not(" * 3000, "x" + "[1]" * 3000, "a" * 200_000]
)
def test_endless_nesting_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        parse_expression(text)
