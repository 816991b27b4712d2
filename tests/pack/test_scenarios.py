"""The worked examples and demo cases: each readable, each in the pack's own words, each sentence of the chart shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.forms import Form
from engine.rehearsal import script
from engine.rehearsal.cast import read_cast
from engine.rehearsal.scenarios import run
from engine.rehearsal.script import Script, Step, read
from engine.settings import Settings

from .conftest import BPMN, ROOT, ZEEBE, properties

SCENARIOS = sorted((ROOT / "processes/scenarios").glob("*.yaml"))
DEMO = [path for path in sorted((ROOT / "processes/demo").glob("*.yaml")) if path.name != "people.yaml"]


def named(path: Path) -> str:
    """A file's name, for the test's."""
    return path.stem


@pytest.fixture(scope="module")
def tasks(diagrams: dict[str, Any]) -> dict[str, str]:
    """Element id of each user task -> its form."""
    found = (task for diagram in diagrams.values() for task in diagram.iter(f"{BPMN}userTask"))
    return {t.get("id"): t.find(f"{BPMN}extensionElements/{ZEEBE}formDefinition").get("formId") for t in found}


@pytest.fixture(scope="module")
def changes(diagrams: dict[str, Any]) -> dict[str, str]:
    """Name of each recordable message -> its form."""
    found: dict[str, str] = {}
    for diagram in diagrams.values():
        names = {each.get("id"): each.get("name") for each in diagram.iter(f"{BPMN}message")}
        for event in diagram.iter(f"{BPMN}boundaryEvent", f"{BPMN}intermediateCatchEvent"):
            caught = event.find(f"{BPMN}messageEventDefinition")
            if caught is not None and (form := properties(event).get("recordableForm")):
                found[names[caught.get("messageRef")]] = form
    return found


def expected(step: Step) -> Iterator[str]:
    """The tasks that a step speaks of beside its own."""
    if step.then:
        yield from step.then.not_open
        yield from (str(row["task"]) for row in (*step.then.open, *(step.then.only_open or ())))


@pytest.mark.parametrize("path", [*SCENARIOS, *DEMO], ids=named)
def test_an_example_speaks_the_packs_words(
    path: Path, tasks: dict[str, str], changes: dict[str, str], forms: dict[str, Form], sentence_ids: frozenset[str]
) -> None:
    example = read(path)
    assert set(example.carries) <= sentence_ids
    assert set(example.answers) <= set(forms["start-case"].keys)
    for step in example.steps:
        assert {step.task, *expected(step)} - {None} <= set(tasks), step.number
        form = tasks[step.task] if step.task else changes[step.message] if step.message else ""
        assert not form or set(step.answers) <= set(forms[form].keys), step.number


def test_every_sentence_of_the_flow_chart_is_shown_by_an_example(sentence_ids: frozenset[str]) -> None:
    shown = {sentence for path in SCENARIOS for sentence in read(path).carries}
    assert {sentence for sentence in sentence_ids if sentence.startswith("F-")} - shown == set()


def test_every_task_and_every_change_is_done_in_an_example(tasks: dict[str, str], changes: dict[str, str]) -> None:
    steps = [step for path in SCENARIOS for step in read(path).steps]
    assert set(tasks) - {step.task for step in steps} == set()
    assert set(changes) - {step.message for step in steps} == set()


def test_the_demo_has_cases_enough_and_people_for_every_role(settings: dict[str, Any]) -> None:
    cast = read_cast(ROOT / "processes/demo/people.yaml")
    assert {role for person in cast.people for role in person.roles} == set(settings["roles"])
    assert all(person.email.endswith("@example.org") for person in cast.people)
    assert len(DEMO) >= 12
    teams = {str(read(path).answers["team"]) for path in DEMO}
    assert len(teams) == 2
    for team in teams:
        assert {"social-worker", "practice-lead"} <= {r for p in cast.people if team in p.teams for r in p.roles}


def test_the_how_to_explains_every_word_of_the_format() -> None:
    page = (ROOT / "docs/how-to/write-a-scenario.md").read_text("utf-8")
    words = script._TOP | script._STEP | script._THEN
    assert {word for word in words if f"`{word}`" not in page} == set()


def test_the_demo_says_its_days_from_today() -> None:
    def days(case: Script) -> Iterator[str | None]:
        yield case.starts
        yield from (step.moment for step in case.steps)

    for path in DEMO:
        case = read(path)
        assert case.starts.startswith("-")
        assert not any("T" in (moment or "") for moment in days(case))


@pytest.mark.slow
@pytest.mark.parametrize("path", SCENARIOS, ids=named)
def test_an_example_holds(path: Path, tmp_path: Path) -> None:
    settings = Settings(home=ROOT, var=tmp_path, database=f"sqlite:///{tmp_path / 'unused.db'}", demo=True)
    (played,) = run(settings, [path])
    assert played.faults == []
