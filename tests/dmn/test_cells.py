"""Cells that can be read and cannot mean what their writer meant: each is named, with what to write instead."""

import pytest

from engine.dmn import parse_dmn
from engine.dmn.cells import check_cells
from engine.policy import lint_file
from tests.dmn.tables import decision, definitions, literal, table


def faults(cell, kind="string", allowed="", output='"b"', expression="x"):
    rows = [[cell, output], ['"neglect"' if kind == "string" else "-", '"b"']]
    source = definitions(decision("advice", table([(expression, kind, allowed)], [("o", "string", "", "")], rows)))
    found = [fault.sentence for fault in check_cells(parse_dmn(source))]
    assert [fault.sentence for fault in lint_file("a.dmn", source)] == found
    return found


BARE = "`{}` without quotation marks is the name of a value, and there is none; write `{}`."


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [
        ("yes", "string", BARE.format("yes", '"yes"')),
        ("No", "string", BARE.format("No", '"no"')),
        ("True", "boolean", BARE.format("True", "true")),
        ("None", "string", BARE.format("None", "null")),
        ("neglect", "string", BARE.format("neglect", '"neglect"')),
        ("not(neglect)", "string", BARE.format("neglect", '"neglect"')),
        ("neglct", "string", '`neglct` is not known here; did you mean `"neglect"`, in quotation marks?'),
        ("5-8", "number", "`5-8` is a subtraction; from 5 to 8 is written `[5..8]`."),
        (
            '< "2026-04-29"',
            "date",
            'the column is for dates, and `"2026-04-29"` is a text. A date is written `date("2026-04-29")`.',
        ),
        ('date("29/04/2026")', "date", "`29/04/2026` is not a date: the result is null."),
        ('"5"', "number", 'the column is for numbers, and `"5"` is a text. Numbers stand without quotation marks.'),
        ("> 5", "string", "the column is for texts, and `5` is a number."),
        (
            '"yes"',
            "boolean",
            'the column is for true or false, and `"yes"` is a text. `true` and `false` stand without quotation marks.',
        ),
    ],
)
def test_a_cell_that_cannot_mean_that(cell, kind, said):
    assert faults(cell, kind) == [f"Rule 1, “x”: {said}"]


def test_an_allowed_value_without_quotation_marks():
    assert faults("emotional", "string", '"emotional","neglect"') == [
        f"Rule 1, “x”: {BARE.format('emotional', chr(34) + 'emotional' + chr(34))}"
    ]


def test_outputs_are_looked_at_too():
    assert faults('"a"', output="b") == [f"Rule 1, “o”: {BARE.format('b', chr(34) + 'b' + chr(34))}"]
    assert faults('"a"', output="5") == ["Rule 1, “o”: the column is for texts, and `5` is a number."]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("-", "number"),
        ("null", "string"),
        ("limit", "number"),
        ("-5", "number"),
        ("[1..5)", "number"),
        ("< 10 - 3", "number"),
        ('contains(?, "a")', "string"),
        ('< date("2026-04-29") - duration("P1D")', "date"),
        ("< today()", "date"),
        ('["a".."c"]', "string"),
        ('"a", "b"', ""),
        ("x", "string"),
    ],
)
def test_a_cell_that_may_be_meant(cell, kind):
    rows = [[cell, '"b"']]
    source = table([("x", kind, "")], [("o", "string", "", "")], rows)
    assert check_cells(parse_dmn(definitions(decision("advice", source)))) == []


def test_a_name_that_the_model_has_is_no_slip():
    logic = table([("x", "string", "")], [("o", "string", "", "")], [["yes", '"a"']])
    model = parse_dmn(definitions(decision("yes", literal('"ja"')) + decision("advice", logic, ["decision:yes"])))
    assert check_cells(model) == []
