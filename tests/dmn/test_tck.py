"""The conformance suite, and the runner that reports on it."""

import os
from pathlib import Path

import pytest

from engine.dmn.tck import run_tck, same
from engine.feel.convert import to_feel
from tests.dmn.tables import decision, definitions, input_data, literal, simple

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>{model}</modelName>{cases}</testCases>"""


def case(key, node, expected, inputs=""):
    result = f'<resultNode name="{node}"><expected>{expected}</expected></resultNode>'
    return f'<testCase id="{key}">{inputs}{result}</testCase>'


def value(kind, text):
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


NULL = '<value xsi:nil="true"/>'


def write(folder, model, cases, name="model.dmn"):
    folder.mkdir(parents=True)
    (folder / name).write_bytes(model)
    (folder / "cases.xml").write_text(CASES.format(model=name, cases=cases))


def test_the_report_counts_levels_folders_values_and_tables(tmp_path):
    inputs = f'<inputNode name="x">{value("decimal", 5)}</inputNode>'
    write(
        tmp_path / "level-2" / "one",
        simple([["< 10", '"a"']]),
        case("1", "answer", value("string", "a"), inputs) + case("2", "answer", value("string", "b"), inputs),
    )
    body = (
        input_data("x")
        + decision("d", literal('[x, {a: @"2026-04-29"}]'), ["input:x"])
        + decision("n", literal("1 + null"))
    )
    dated = f'<component name="a">{value("date", "2026-04-29")}</component>'
    listed = f"<list><item>{value('decimal', 5)}</item><item>{dated}</item></list>"
    write(tmp_path / "level-3" / "two", definitions(body), case("1", "d", listed, inputs) + case("2", "n", NULL))
    report = run_tck(tmp_path)
    assert (report["total"], report["passed"]) == (4, 3)
    assert (report["value_total"], report["value_passed"]) == (3, 2)
    assert (report["table_total"], report["table_passed"]) == (2, 1)
    assert report["levels"]["level-3"]["passed"] == 2
    assert report["folders"]["level-2/one"]["total"] == 2
    assert report["failures"] == [
        {"folder": "level-2/one", "case": "2", "node": "answer", "reason": "expected 'b', got 'a'"}
    ]


def test_a_model_that_cannot_be_read_fails_all_its_cases(tmp_path):
    write(tmp_path / "l" / "bad", b"<nonsense/>", case("1", "d", NULL))
    assert "cannot be read" in run_tck(tmp_path)["failures"][0]["reason"]


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        (1, 1.000000001, True),
        (1, 1.1, False),
        ([1], [1], True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        (None, None, True),
        (1, "1", False),
    ],
)
def test_numbers_are_compared_to_eight_places(a, b, alike):
    assert same(to_feel(a), to_feel(b)) is alike


def test_the_suite_holds():
    place = os.environ.get("ALONGSIDE_SHARED")
    if not place:
        pytest.skip("ALONGSIDE_SHARED does not say where the conformance suite is")
    report = run_tck(Path(place) / "dmn-tck")
    level2, level3 = report["levels"]["compliance-level-2"], report["levels"]["compliance-level-3"]
    assert level2["passed"] == level2["total"] > 0
    assert level3["passed"] >= level3["total"] * 0.995
    assert report["table_passed"] == report["table_total"] > 0
