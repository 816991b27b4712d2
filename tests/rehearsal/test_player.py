"""An example that does not hold is told so, step by step, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rehearsal.player import Played
from engine.rehearsal.scenarios import run
from engine.settings import Settings, from_environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "processes/scenarios/route-signposting.yaml").read_text()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return from_environment({"ALONGSIDE_HOME": str(ROOT), "ALONGSIDE_VAR": str(tmp_path)})


def played(settings: Settings, folder: Path, text: str) -> Played:
    path = folder / "example.yaml"
    path.write_text(text)
    return next(iter(run(settings, [path])))


def test_the_example_holds_as_it_is(settings: Settings, tmp_path: Path) -> None:
    assert played(settings, tmp_path, EXAMPLE).faults == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ended: true", "ended: false", "should be open and is ended"),
        ("letters: []", "letters: [conference-invitation]", "letters made should be"),
        ("only_open: []", "open: [decide-route]", "should be open; open are none"),
        ("rule: 6", "rule: 1", "should have advised"),
        ("result: { route: signposting }", "result: { route: child_in_need }", "should have advised"),
        ("task: decide-route", "task: hold-meeting", "no task “hold-meeting” is open; open are decide-route"),
        ("as: practice-lead", "as: social-worker", "refused"),
        ("route: signposting\n      route_reason", "route: nonsense\n      route_reason", "route"),
        ("at: 2026-01-12T09:30", "at: 2026-01-01T09:30", "is before the one before it"),
        (
            "task: decide-route\n",
            "task: decide-route\n    refused: { field: route, says: cannot }\n",
            "it was to be refused and was accepted",
        ),
    ],
)
def test_what_does_not_hold_is_told(settings: Settings, tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in EXAMPLE
    faults = played(settings, tmp_path, EXAMPLE.replace(old, new)).faults
    assert faults
    assert says in " ".join(faults)
