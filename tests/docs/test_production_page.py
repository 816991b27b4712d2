"""The page for operators names what there is: every measure, setting and command in it exists."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from engine.cli.arguments import parser
from engine.settings import from_environment
from engine.store import upgrade
from engine.wiring.measures import Measures

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/run-in-production.md").read_text()
RUN_IT = (ROOT / "docs/how-to/run-it.md").read_text()


@pytest.fixture
def measured(tmp_path: Path) -> str:
    """All that a process tells."""
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    upgrade(settings.database)
    measures = Measures(settings, lambda: datetime.now(UTC)).with_sweeps()
    measures.requests.labels("GET", "/", "200").observe(0.1)
    return measures.text().decode()


def test_every_measure_and_alert_is_of_something_that_is_measured(measured: str):
    rules = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.S)[1])["groups"][0]["rules"]
    names = set(re.findall(r"\b(?:alongside|process)_[a-z_]+", " ".join(rule["expr"] for rule in rules)))
    names |= set(re.findall(r"`((?:alongside|process)_[a-z_]+)(?:\{[a-z]+\})?`", PAGE)) - {"alongside_app"}
    assert len(names) >= 10
    assert [name for name in sorted(names) if name not in measured] == []


def test_everything_that_is_measured_is_on_the_page(measured: str):
    told = set(re.findall(r"^# TYPE (alongside_[a-z_]+)", measured, re.M))
    assert [name for name in sorted(told) if name not in PAGE] == []


def test_every_setting_on_the_pages_is_read():
    source = (ROOT / "engine/settings.py").read_text()
    assert [name for name in sorted(set(re.findall(r"ALONGSIDE_[A-Z_]+[A-Z]", PAGE))) if name not in source] == []


def test_every_setting_that_is_read_is_on_a_page():
    read = set(re.findall(r'"(ALONGSIDE_[A-Z_]+)"', (ROOT / "engine/settings.py").read_text()))
    pages = PAGE + RUN_IT + "".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    short = {f"ALONGSIDE_SMTP{part}" for part in re.findall(r"`(_[A-Z]+)`", RUN_IT)}
    assert sorted(name for name in read if name not in pages and name not in short) == []


def test_every_command_on_the_page_is_one():
    verbs = set(next(action for action in parser()._actions if action.choices).choices)
    said = set(re.findall(r"(?:^|`|bin/)alongside ([a-z]+)", PAGE, re.M))
    assert {"doctor", "backup", "restore", "sent", "verify"} <= said
    assert said <= verbs
