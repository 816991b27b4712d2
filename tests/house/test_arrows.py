"""Arrows point down, and the contracts that say so would notice if one did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = [name for layer in CONTRACTS[0]["layers"] for name in layer.split(" | ")]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on a folder that holds `engine/`, `handlers/` and a copy of the contracts."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)})


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house with every room of ours."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        (tmp_path / "engine" / room).mkdir(parents=True)
        (tmp_path / "engine" / room / "__init__.py").touch()
    (tmp_path / "engine/__init__.py").touch()
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers/__init__.py").touch()
    return tmp_path


def test_every_arrow_of_ours_points_down() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_empty_house_keeps_the_contracts(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("engine/feel", "import engine.model", "Arrows point down"),
        ("engine/web", "import engine.worker", "Arrows point down"),
        ("engine/commands", "import engine.store", "through ports only"),
        ("engine/queries", "import engine.bpmn", "through ports only"),
        ("engine/web", "import sqlalchemy", "SQLAlchemy and Alembic only in store"),
        ("engine/policy", "import SpiffWorkflow", "SpiffWorkflow only in bpmn"),
        ("engine/commands", "import flask", "Flask only in web"),
        ("engine/web", "import dbos", "DBOS only in worker"),
        ("engine/forms", "import lxml", "lxml only in"),
        ("engine/model", "import socket", "The model is pure"),
        ("engine/bpmn", "import handlers", "Only the composition root"),
        ("handlers", "import engine.model", "Handlers import nothing"),
    ],
)
def test_a_planted_fault_is_found(house: Path, room: str, line: str, contract: str) -> None:
    (house / room / "planted.py").write_text(line + "\n")
    done = lint(house)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout
