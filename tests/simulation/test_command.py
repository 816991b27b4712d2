"""`alongside simulate` as people and machines call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main
from engine.cli.simulate import _Bar
from engine.settings import Settings
from engine.simulation.running import Progress
from tests.simulation.conftest import ROOT


@pytest.fixture
def simulate(settings: Settings, monkeypatch, capsys):
    """Run the command on a database in which the pack is in force; exit code, standard output, standard error."""
    monkeypatch.setenv("ALONGSIDE_HOME", str(ROOT))
    monkeypatch.delenv("ALONGSIDE_DEMO", raising=False)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["simulate", "--var", str(settings.var), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_small_simulation_says_what_came_of_it(simulate, tmp_path):
    asked = ("--children", 2, "--months", 2, "--seed", 3, "--letters", "words")
    code, out, _ = simulate(*asked, "--json", "--picture", tmp_path / "flow.svg")
    told = json.loads(out)
    assert code == 0
    assert told["cases"] == 2
    assert told["run"]["steps"] > told["completions"] > 2
    assert told["bytes_a_case"] > 10_000
    assert {"title", "total", "counts", "shares", "source"} <= set(told["measures"][0])
    assert (tmp_path / "flow.svg").read_text().startswith("<svg")
    code, out, err = simulate(*asked)
    assert code == 2
    assert "--resume" in err
    code, out, _ = simulate(*asked, "--resume")
    assert code == 0
    assert "2 cases, 2 months from 2025-04-01, seed 3" in out
    assert "0 steps" in out


@pytest.mark.parametrize("asked", [("--children", "0"), ("--data", "nowhere.yaml")])
def test_what_cannot_be_played_is_refused_in_a_sentence(simulate, asked):
    code, out, err = simulate(*asked)
    assert (code, out) == (2, "")
    assert err.endswith(".\n")


def test_who_stops_it_is_told_how_to_go_on(simulate, monkeypatch):
    def stopped(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.simulation.running.run_shared", stopped)
    code, out, err = simulate("--children", "1")
    assert (code, out) == (130, "")
    assert "--resume" in err


def test_the_bar_says_how_fast_and_how_much_longer(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    clock = iter([0.0, 10.0, 20.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    bar = _Bar()
    bar(Progress(0.0, 0, 0, None))
    bar(Progress(0.25, 400, 300, None))
    assert " 25%" in (said := capsys.readouterr().err)
    assert "20 steps/s" in said
    assert "0:30 left" in said
