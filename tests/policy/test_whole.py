"""Folders, settings, coverage and differences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.model.bundle import Bundle
from engine.model.errors import PolicyRejected
from engine.policy import coverage, diff, lint_pack, pack_warnings, parse_policy, read_folder
from tests.policy.small import SMALL, changed


def test_our_own_pack_passes_every_check(ours: Bundle) -> None:
    assert lint_pack(ours) == []


def test_our_own_pack_covers_the_whole_guidance(ours: Bundle) -> None:
    found = coverage(ours)
    assert (found["uncovered"], found["uncited"], found["unknown"]) == ([], [], [])


def test_our_own_pack_does_not_differ_from_itself(ours: Bundle) -> None:
    assert diff(ours, ours) == []
    assert isinstance(pack_warnings(ours), list)


def write(home: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for path, source in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(source)


def test_a_folder_is_read_without_demo_links_or_strangers(tmp_path: Path) -> None:
    extra = {
        "processes/scenarios/a.yaml": b"a",
        "processes/demo/b.yaml": b"b",
        "processes/templates/t.json": b"{}",
        "handlers/letters/letter.typ": b"t",
        "handlers/letters/render.py": b"p",
        "forms/notes.txt": b"n",
        "elsewhere/x.bpmn": b"x",
    }
    write(tmp_path, {**SMALL, **extra})
    (tmp_path / "processes" / "link.bpmn").symlink_to(tmp_path / "elsewhere" / "x.bpmn")
    read = set(read_folder(tmp_path).files)
    kept = {"processes/scenarios/a.yaml", "processes/templates/t.json", "handlers/letters/letter.typ"}
    assert read == {*SMALL, *kept}


def test_the_digest_does_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    write(tmp_path / "a", dict(SMALL))
    write(tmp_path / "b", dict(SMALL))
    assert read_folder(tmp_path / "a").digest == read_folder(tmp_path / "b").digest == Bundle(SMALL).digest


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyRejected, match="no guidance pack"):
        read_folder(tmp_path)


def test_settings_know_their_current_version_and_its_review(small: Bundle) -> None:
    settings = parse_policy(small).settings
    assert settings.current is not None
    assert not settings.current.is_overdue(date(2026, 1, 31))
    assert settings.current.is_overdue(date(2026, 2, 1))
    assert settings.roles["librarian"].starts_cases
    assert settings.case.title is not None
    assert settings.calendar.zone == "Europe/London"


def test_coverage_says_what_carries_each_sentence(small: Bundle) -> None:
    found = coverage(small)
    sentences = found["sentences"]
    assert isinstance(sentences, dict)
    carried = {own: [each["where"] for each in about["carried_by"]] for own, about in sentences.items()}
    assert carried == {
        "R-01": ["processes/loan.bpmn#decide", "forms/start.form#reader_name"],
        "R-02": ["processes/loan.bpmn#late", "processes/times.dmn#r1"],
        "R-03": ["processes/loan.bpmn#tell", "handlers/letters/your-loan.md"],
        "R-04": [],
    }
    assert sentences["R-04"]["context"] == "A greeting."
    assert (found["uncovered"], found["uncited"], found["unknown"]) == ([], [], [])


@pytest.mark.parametrize(
    ("path", "old", "new", "uncovered", "uncited"),
    [
        ("processes/policy.toml", 'id = "R-04"', 'id = "R-01"', ["R-04"], []),
        ("processes/times.dmn", ">R-02<", "><", [], ["processes/times.dmn#r1"]),
        ("handlers/letters/your-loan.md", "guidance: [R-03]\n", "", [], ["handlers/letters/your-loan.md"]),
        ("processes/loan.bpmn", 'value="R-02"', 'value=""', [], ["processes/loan.bpmn#late"]),
        ("processes/loan.bpmn", 'value="R-01"', 'value=""', [], ["processes/loan.bpmn#decide"]),
    ],
)
def test_coverage_finds_gaps(path: str, old: str, new: str, uncovered: list[str], uncited: list[str]) -> None:
    found = coverage(changed(path, old, new))
    assert found["uncovered"] == uncovered
    listed = found["uncited"]
    assert isinstance(listed, list)
    assert [each["where"] for each in listed] == uncited


@pytest.mark.parametrize(
    ("path", "old", "new", "sentence"),
    [
        ("processes/loan.bpmn", "Decide about the loan", "Decide on the loan",
         "The user task “Decide about the loan”: its label changed from “Decide about the loan” to "
         "“Decide on the loan”."),
        ("processes/loan.bpmn", '=lent = "yes"', '=lent != "no"',
         "The way from “Lent?” to “Tell the reader”: its condition changed from “=lent = \"yes\"” to "
         "“=lent != \"no\"”."),
        ("processes/loan.bpmn", ">P2W<", ">P3W<", "The boundary event “late”: its time changed from “P2W” to “P3W”."),
        ("processes/loan.bpmn", "asked_on)", "begun_on)",
         "The user task “Decide about the loan”: its due date changed from “=deadline(\"loan\", asked_on)” to "
         "“=deadline(\"loan\", begun_on)”."),
        ("processes/times.dmn", "<text>21</text>", "<text>28</text>",
         "Rule 1 of “Times” (\"loan\"): “Amount” changed from “21” to “28”."),
        ("forms/decide.form", '"required": true', '"required": false',
         "The question “Lend it?”: whether it must be answered was removed: “yes”."),
        ("forms/decide.form", '"label": "Why"', '"label": "Why not"',
         "The question “Why”: its label changed from “Why” to “Why not”."),
        ("handlers/letters/your-loan.md", "Dear ", "Hello ", "Dear {{ recipient.name }}"),
        ("processes/guidance.md", "Welcome.", "Be welcome.",
         "The sentence R-04: its wording changed from “Welcome.” to “Be welcome.”."),
        ("processes/policy.toml", "Three weeks", "Four weeks",
         "The setting open_questions.how-long.default changed from “Three weeks” to “Four weeks”."),
    ],
)  # fmt: skip
def test_a_change_is_told_in_a_sentence(small: Bundle, path: str, old: str, new: str, sentence: str) -> None:
    found = diff(small, changed(path, old, new))
    assert [each.path for each in found] == [path]
    assert sentence in found[0].sentence
    assert found[0].kind == "changed"


def test_files_that_come_and_go_are_told(small: Bundle) -> None:
    more = Bundle({**SMALL, "processes/scenarios/a.yaml": b"a"})
    without = changed("forms/decide.form")
    assert [(each.kind, each.sentence) for each in diff(small, more)] == [
        ("added", "The file processes/scenarios/a.yaml was added.")
    ]
    assert [(each.kind, each.sentence) for each in diff(small, without)] == [
        ("removed", "The form “decide” was removed.")
    ]
