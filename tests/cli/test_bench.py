"""Measuring: programs in `benchmarks/` are found, run and judged; the pack's completions stay within their bounds."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from engine.cli.bench import bench
from engine.cli.report import CannotDo
from engine.settings import from_environment

ROOT = Path(__file__).parents[2]
REACHED = "def run(*, quick):\n    return {'targets': [{'what': 'a', 'measured': 1, 'at_most': 2, 'reached': True}]}\n"
MISSED = "def run(*, quick):\n    return {'targets': [{'what': 'b', 'measured': 3, 'at_most': 2, 'reached': quick}]}\n"
STOPS = "def run(*, quick):\n    raise RuntimeError('no more')\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with benchmarks of each kind, and a part of one."""
    (tmp_path / "benchmarks").mkdir()
    for name, text in {"good": REACHED, "bad": MISSED, "stops": STOPS, "part": "RUN = 1\n"}.items():
        (tmp_path / "benchmarks" / f"{name}.py").write_text(text)
    return tmp_path


def run(home: Path, *names: str, quick: bool = False) -> object:
    settings = from_environment({"ALONGSIDE_HOME": str(home)})
    return bench(settings, argparse.Namespace(names=list(names), quick=quick))


def test_it_holds_when_every_target_is_reached(home: Path) -> None:
    assert run(home, "good").holds  # type: ignore[attr-defined]
    assert run(home, "good", "bad", quick=True).holds  # type: ignore[attr-defined]


def test_a_target_that_is_missed_is_named(home: Path) -> None:
    report = run(home, "good", "bad")
    assert not report.holds  # type: ignore[attr-defined]
    assert report.data["missed"] == ["bad: b"]  # type: ignore[attr-defined]


def test_one_that_stops_keeps_no_other_from_running(home: Path) -> None:
    report = run(home)
    assert sorted(report.data["benchmarks"]) == ["bad", "good", "stops"]  # type: ignore[attr-defined]
    assert report.data["missed"] == ["bad: b", "stops: RuntimeError: no more"]  # type: ignore[attr-defined]


def test_an_unknown_name_is_refused_with_those_there_are(home: Path) -> None:
    with pytest.raises(CannotDo, match="bad, good, stops"):
        run(home, "part")


def test_no_completion_of_the_pack_needs_more_than_twelve_statements_and_one_commit() -> None:
    pack = _loaded("pack")
    with pack.stage() as alongside:
        statements, commits = pack.counted(alongside)
    assert len(statements) > 50
    assert max(statements) <= 12
    assert set(commits) == {1}


def _loaded(name: str) -> ModuleType:
    """A program of the checkout's `benchmarks/`."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
