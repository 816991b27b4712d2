"""`alongside dmn analyse` and `alongside dmn test`: what they say, and when they do not hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from tests.dmn.tables import decision, definitions, table

OUTPUT = [("answer", "string", "", "")]
AGE = [("age", "number", "")]


def write(folder: Path, rows: list[list[str]], *, columns: Any = None, policy: str = "UNIQUE") -> Path:
    file = folder / "a.dmn"
    file.write_bytes(definitions(decision("answer", table(columns or AGE, OUTPUT, rows, policy=policy))))
    return file


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = main([str(word) for word in words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "policy", "holds", "said"),
    [
        ([["< 5", '"a"'], [">= 5", '"b"']], "UNIQUE", True, "Nothing to say"),
        ([["< 5", '"a"'], ["> 5", '"b"']], "UNIQUE", False, "Gap: no rule takes age = 5."),
        (
            [["<= 5", '"a"'], [">= 5", '"b"']],
            "UNIQUE",
            False,
            "Rules 1 and 2 both take age = 5: an error under UNIQUE.",
        ),
        ([["<= 5", '"a"'], [">= 5", '"a"']], "ANY", True, "1 pair of rules overlaps, which the hit policy ANY allows"),
        ([["<= 5", '"a"'], [">= 5", '"b"']], "ANY", False, "both take age = 5: an error under ANY."),
        ([["<= 5", '"a"'], ["-", '"b"']], "FIRST", True, "which the hit policy FIRST allows"),
        ([["-", '"a"'], ["< 5", '"b"']], "FIRST", False, "Rule 2 can never apply: other rules that come before it"),
        ([["-", '"a"'], ["-", '"a"']], "COLLECT", False, "Rules 1 and 2 have the same conditions and say the same."),
        ([["-", '"a"']], "UNIQUE", True, "No rule looks at the input `age`."),
        ([["5-8", '"a"'], ["-", '"b"']], "FIRST", False, "from 5 to 8 is written `[5..8]`."),
        ([["limit", '"a"'], ["-", '"b"']], "FIRST", True, "Rule 1, `age`: the cell `limit` is beyond this analysis."),
    ],
)
def test_analysis_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[list[str]], policy: str, holds: bool, said: str
) -> None:
    file = write(tmp_path, rows, policy=policy)
    code, out = run(capsys, "dmn", "analyse", file)
    assert said in out
    assert code == (0 if holds else 1)
    code, out = run(capsys, "dmn", "analyse", file, "--json")
    assert json.loads(out)["tables"][0]["holds"] is holds


def test_an_open_text_is_a_gap_with_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, [['"yes"', '"a"'], ['"no"', '"b"']], columns=[("harm", "string", "")])
    assert "If `harm` can have no other values, list those it may have" in run(capsys, "dmn", "analyse", file)[1]
    file = write(tmp_path, [['"yes"', '"a"'], ['"no"', '"b"']], columns=[("harm", "string", '"yes","no"')])
    assert run(capsys, "dmn", "analyse", file)[0] == 0


def test_table_tests_are_found_by_table_by_their_own_name_and_by_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, [["< 5", '"a"'], [">= 5", '"b"']])
    tests = Path(f"{file}.tests.yaml")
    tests.write_text("decision: answer\ntests: [{inputs: {age: 1}, expect: a}, {inputs: {age: 5}, expect: b}]")
    for path in (file, tests, tmp_path):
        code, out = run(capsys, "dmn", "test", path, "--json")
        found = json.loads(out)
        assert (code, found["total"], found["passed"], found["failed"]) == (0, 2, 2, 0)
        assert list(found["files"]) == [str(file)]


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("decision: answer\ntests: [{inputs: {age: 1}, expect: a}]", "answer: no test fires rule 2"),
        ("decision: answer\ntests: [{inputs: {age: 1}, expect: b}]", '"b" was expected, and the result is "a"'),
        ("decision: answer\ntests: [{inputs: {agee: 1}, expect: a}]", "did you mean `age`?"),
        ("decision: answer", "The file has no list of `tests`."),
        (None, "There are no tests beside it: write a.dmn.tests.yaml."),
    ],
)
def test_table_tests_that_do_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tests: str | None, said: str
) -> None:
    file = write(tmp_path, [["< 5", '"a"'], [">= 5", '"b"']])
    if tests is not None:
        Path(f"{file}.tests.yaml").write_text(tests)
    code, out = run(capsys, "dmn", "test", file)
    assert code == 1
    assert said in out
    code, out = run(capsys, "dmn", "test", file, "--json")
    assert code == 1
    assert json.loads(out)["files"][str(file)]["holds"] is False


def test_without_paths_the_pack_is_tested(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "dmn", "test", "--json")
    found = json.loads(out)
    assert code == 0
    assert len(found["files"]) == len(list((Path(__file__).parents[2] / "processes").glob("*.dmn")))
    assert not any(rules for each in found["files"].values() for rules in each["unfired"].values())


def test_what_is_no_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "dmn", "test", tmp_path)[0] == 2
    assert run(capsys, "dmn", "analyse", tmp_path / "none.dmn")[0] == 2
    (tmp_path / "b.dmn").write_text("<definitions/>")
    assert run(capsys, "dmn", "analyse", tmp_path / "b.dmn")[0] == 2
    shutil.rmtree(tmp_path)
