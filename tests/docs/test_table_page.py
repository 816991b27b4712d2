"""The page on tables: its table is built as it stands there, analysed, and tested with the page's own tests."""

from __future__ import annotations

import re
from pathlib import Path

from engine.dmn import parse_dmn
from engine.dmn.analysis import analyse
from engine.dmn.cases import run_tests
from engine.dmn.cells import check_cells
from engine.dmn.policies import MANY, SINGLE
from tests.dmn.tables import decision, definitions, table

PAGE = (Path(__file__).parents[2] / "docs/how-to/write-a-table.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", PAGE, re.MULTILINE)
COLUMNS = [("harm", "string", '"suffering","likely","neither"'), ("weeks", "number", "")]
OUTPUTS = [("advice", "string", "", ""), ("why", "string", "", "")]


def model():
    rows = [[harm, weeks, advice, '"because"'] for harm, weeks, advice in ROWS]
    return parse_dmn(definitions(decision("my-table", table(COLUMNS, OUTPUTS, rows))))


def test_the_table_of_the_page_has_no_fault() -> None:
    assert len(ROWS) == 3
    made = model()
    assert check_cells(made) == []
    found = analyse(made)[0]
    assert (found.exact, found.gaps, found.overlaps, found.never_fire, found.unread_inputs) == (True, [], [], [], [])


def test_the_tests_of_the_page_hold_and_fire_every_rule() -> None:
    written = re.search(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    assert written
    report = run_tests(model(), written[1])
    assert report.failures == []
    assert report.unfired == {"my-table": []}


def test_every_hit_policy_is_explained() -> None:
    assert all(policy.lower() in PAGE for policy in SINGLE | MANY)
