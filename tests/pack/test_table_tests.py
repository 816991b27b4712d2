"""Every table of the pack has tests beside it, which hold, fire every rule, and notice any rule that says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from engine.dmn import parse_dmn
from engine.dmn.analysis import analyse
from engine.dmn.cases import run_tests

TABLES = sorted((Path(__file__).parents[2] / "processes").glob("*.dmn"))
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"

each_table = pytest.mark.parametrize("file", TABLES, ids=[file.stem for file in TABLES])


def rows_of(file: Path) -> str:
    return Path(f"{file}.tests.yaml").read_text("utf-8")


def test_there_are_tables() -> None:
    assert len(TABLES) >= 7


@each_table
def test_the_tests_hold_and_fire_every_rule(file: Path) -> None:
    report = run_tests(parse_dmn(file.read_bytes(), name=file.name), rows_of(file))
    assert report.failures == []
    assert report.unfired == {file.stem: []}
    assert report.total >= 5


@each_table
def test_a_rule_that_says_something_else_is_noticed(file: Path) -> None:
    """Whichever rule's first output changes, some test fails."""
    rules = len(etree.parse(file).getroot().findall(f".//{DMN}rule"))
    assert rules
    for number in range(rules):
        root = etree.parse(file).getroot()
        cell = root.findall(f".//{DMN}rule")[number].find(f"{DMN}outputEntry/{DMN}text")
        assert cell is not None
        cell.text = "-1" if cell.text[0].isdigit() else '"something else"'
        report = run_tests(parse_dmn(etree.tostring(root)), rows_of(file))
        assert report.failures, f"rule {number + 1} may say anything"


@each_table
def test_a_rule_without_its_test_is_named(file: Path) -> None:
    """With a rule that nothing takes, the report says so and is not good."""
    root = etree.parse(file).getroot()
    rules = root.findall(f".//{DMN}rule")
    extra = etree.fromstring(etree.tostring(rules[0]))
    for element in extra.iter():
        if "id" in element.attrib:
            element.set("id", f"{element.get('id')}-extra")
    extra.find(f"{DMN}inputEntry/{DMN}text").text = (
        "false" if "true" in etree.tostring(rules[0]).decode() else '"never"'
    )
    rules[-1].addprevious(extra)
    report = run_tests(parse_dmn(etree.tostring(root)), rows_of(file))
    assert report.unfired[file.stem] == [len(rules)]
    assert not report.is_good


@each_table
def test_analysis_finds_no_fault(file: Path) -> None:
    """No dead, doubled or clashing rule; the one gap is a timescale that nobody wrote down, which must be an error."""
    for table in analyse(parse_dmn(file.read_bytes(), name=file.name)):
        assert table.exact, table.beyond
        assert (table.never_fire, table.duplicates, table.unread_inputs) == ([], [], [])
        assert all(pair["forgiven"] for pair in table.overlaps)
        wanted = [{"event": "something else"}] if file.stem == "timescales" else []
        assert [gap["example"] for gap in table.gaps] == wanted
