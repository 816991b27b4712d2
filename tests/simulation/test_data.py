"""The data file: how it is read, what it refuses, and that the pack's own speaks of what the pack has."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine import yaml12
from engine.bpmn.definitions import CompiledDefinitions
from engine.forms import Form
from engine.ports import Guidance
from engine.simulation.data import PATH, SimulationData, read_data
from engine.simulation.delays import read_delay
from engine.simulation.draws import read_draw
from engine.simulation.hours import LONDON, Hours
from engine.simulation.scene import DataRefused, Scene
from tests.simulation.conftest import ROOT

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def scene(seed: int = 1, **names: object) -> Scene:
    """A Monday morning."""
    return Scene(names, NOW, random.Random(seed), Hours(frozenset()), ("One.", "Two."))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain", "plain"),
        (3, 3),
        ("=1 + n", 3),
        ({"is": "=n * 2"}, 4),
        ([{"when": "=n = 1", "is": "one"}, {"when": "=n = 2", "is": "two"}, {"is": "many"}], "two"),
        ([{"when": "=n = 1", "is": "one"}], None),
        ({"follow": "=advice", "chance": 1, "else": "other"}, "other"),
        ({"follow": "=n", "chance": 1, "else": "other"}, 2),
        ({"sometimes": 0, "then": "never"}, None),
        ({"sometimes": 1, "then": "always"}, "always"),
        ({"one_of": {"a": 1, "b": 0}}, "a"),
        ({"many_of": {"a": 1, "b": 0}}, ["a"]),
        ({"number": [4, 4]}, 4),
        ({"any": ["x"]}, "x"),
        ({"any": "=[5]"}, 5),
        ({"day": {"calendar": [2, 2]}}, date(2026, 3, 4)),
        ({"day": {"working": [-1, -1]}}, date(2026, 2, 27)),
        ({"day": {"from": '=date("2026-05-02")', "working": [0, 0]}}, date(2026, 5, 4)),
        ({"day": {"calendar": [0, 0], "late": {"chance": 1, "calendar": [7, 7]}}}, date(2026, 3, 9)),
        ({"day": {"calendar": [-5, -5], "not_before": "=today()"}}, date(2026, 3, 2)),
    ],
)
def test_answers_are_drawn_as_written(raw, expected):
    drawn = read_draw(raw, "here")(scene(n=2))
    assert drawn == expected


def test_free_text_is_made_of_the_files_sentences():
    assert set(str(read_draw({"words": [3, 6]}, "here")(scene())).split()) <= {"One.", "Two."}


@pytest.mark.parametrize(
    ("raw", "due", "day"),
    [
        ({"due": {"early": [1, 1]}}, date(2026, 3, 12), date(2026, 3, 11)),
        ({"due": {"early": [0, 0], "late": {"chance": 1, "working": [2, 2]}}}, date(2026, 3, 12), date(2026, 3, 16)),
        ({"due": {"early": [9, 9]}}, date(2026, 3, 3), date(2026, 3, 2)),
        ({"on": "=planned"}, None, date(2026, 3, 9)),
        ({"on": ["=planned", [1, 1]]}, None, date(2026, 3, 9)),
        ([{"due": {}}, {"after": [0, 0]}], None, date(2026, 3, 2)),
        ([{"when": "=1 = 2", "after": [9, 10]}, {"after": [0, 0]}], None, date(2026, 3, 2)),
    ],
)
def test_things_are_done_when_the_file_says(raw, due, day):
    at = read_delay(raw, "here")(scene(due=due, planned=date(2026, 3, 8)))
    assert at is not None
    assert at > NOW
    assert at.astimezone(LONDON).date() == day


@pytest.mark.parametrize(
    "text",
    [
        "nonsense: 1",
        "start: someday",
        "start: 2025-04-01\nanswers: {a: {one_of: {}}}",
        "start: 2025-04-01\nanswers: {a: {perhaps: 1}}",
        'start: 2025-04-01\nanswers: {a: "=1 +"}',
        "start: 2025-04-01\ndelays: {tasks: {a: {soon: 1}}}",
        "start: 2025-04-01\ndelays: {tasks: {a: soon}}",
        "start: 2025-04-01\nmonths: [1, 2]",
        "start: 2025-04-01\nmeasures: [{title: a}]",
        "start: 2025-04-01\nlayers: [[{id: a}]]",
        "start: 2025-04-01\nfacts: []",
        "- 1",
        "a: [",
    ],
)
def test_a_file_that_says_nothing_usable_is_refused(text):
    with pytest.raises(DataRefused):
        read_data(text.encode(), "here.yaml")


def test_the_packs_file_names_only_questions_that_the_pack_asks(data: SimulationData, guidance: Guidance):
    asked = {name for form in forms(guidance) for name in names(form)}
    assert [name for name in data.answers if name not in asked] == []


def test_the_packs_file_names_only_tasks_and_changes_that_the_pack_has(data: SimulationData):
    drawn = "".join(path.read_text("utf-8") for path in (ROOT / "processes").glob("*.bpmn"))
    named = {*data.by_task, *(each.element for each in data.measures), *(each.of for each in data.measures)} - {""}
    assert [name for name in sorted(named) if f'id="{name}"' not in drawn] == []
    assert [name for name in data.happenings if f'name="{name}"' not in drawn] == []


def test_every_recordable_change_has_its_chance(data: SimulationData):
    drawn = "".join(path.read_text("utf-8") for path in (ROOT / "processes").glob("*.bpmn"))
    assert drawn.count('name="recordable"') == len(data.happenings)


def test_every_figure_of_the_packs_file_has_its_source(data: SimulationData):
    for each in (measure for measure in data.measures if measure.expected):
        assert all(name in data.sources for name in each.source.split(" and ")), each.title
    for name, source in data.sources.items():
        assert {"title", "publisher", "says"} <= set(source), name
        assert source["read"].startswith(("read in the release", "quoted in ")), name


def test_the_packs_file_names_no_source_that_it_does_not_describe(data: SimulationData):
    text = (ROOT / PATH).read_text("utf-8")
    assert set(re.findall(r"\b[A-Z]+[0-9]+-20[0-9]{2}\b", text)) == set(data.sources)


def test_shares_that_are_drawn_are_the_published_ones(data: SimulationData):
    published = {each.answer: each.expected for each in data.measures if each.kind == "answer" and each.expected}
    for answer, expected in published.items():
        drawn = shares(yaml12.load((ROOT / PATH).read_text("utf-8"))["answers"][answer])
        assert {word: drawn[word] for word in expected} == pytest.approx(expected, abs=0.1), answer


def test_simulation_data_is_no_part_of_the_policy():
    from engine.policy import read_folder

    assert not [path for path in read_folder(ROOT).files if "simulation" in path]


def shares(draw: dict[str, Any]) -> dict[str, float]:
    """The weights of a draw, or of what it falls back to, in per cent."""
    weights = draw["one_of"] if "one_of" in draw else draw["else"]["one_of"]
    return {str(word): 100 * weight / sum(weights.values()) for word, weight in weights.items()}


def forms(guidance: Guidance) -> list[Form]:
    """Every form of the opened pack."""
    found = getattr(guidance, "forms", {})
    assert isinstance(guidance.definitions, CompiledDefinitions)
    return list(found.values())


def names(form: Form) -> set[str]:
    """How the data file may name a form's questions."""
    found = set()
    for each in form.walk():
        whole = each.name.replace(".#.", ".")
        found |= {whole, f"{form.id}.{whole}", each.key}
    return found
