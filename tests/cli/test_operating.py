"""doctor, backup, restore, sent: what they say, and with which exit code; and what keeps a process from starting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cli import main
from engine.settings import from_environment
from engine.wiring import build, migrate
from tests.worker import small

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A database with the small policy and a case whose letter has not left."""
    given = dict(small.environment(f"sqlite:///{tmp_path / 'var' / 'alongside.db'}", tmp_path / "var", 1))
    settings = from_environment(given)
    migrate(settings)
    product = build(settings, queued=False)
    small.publish(product)
    small.start(product)
    product.close()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict]]:
    """Runs a command with `--json`: its exit code and its object."""

    def run(*arguments: str) -> tuple[int, dict]:
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_doctor_tells_the_worst_first_and_holds_when_nothing_is_fatal(environment, told, capsys):
    code, data = told("doctor")
    assert (code, data["sound"], data["counts"]["fatal"]) == (0, True, 0)
    levels = [finding["level"] for finding in data["findings"]]
    assert levels == sorted(levels, key=["fatal", "warning", "fine"].index)
    key = Path(environment["ALONGSIDE_VAR"]) / "any.key"
    key.write_text("open to all")
    key.chmod(0o644)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.startswith("fatal:   ")


def test_a_backup_a_restore_and_what_was_held(environment, told, tmp_path, monkeypatch, capsys):
    code, data = told("backup", str(tmp_path / "one.zip"))
    assert (code, data["cases"], data["entries"]) == (0, 1, 1)
    assert told("backup", str(tmp_path / "one.zip"))[0] == 2
    assert "there already" in told("backup", str(tmp_path / "one.zip"))[1]["error"]
    assert told("restore", str(tmp_path / "one.zip"))[0] == 2
    assert "no folder" in told("backup", str(tmp_path / "nowhere" / "one.zip"))[1]["error"]
    assert "not a backup" in told("restore", str(ROOT / "README.md"))[1]["error"]

    monkeypatch.setenv("ALONGSIDE_DATABASE", f"sqlite:///{tmp_path / 'new' / 'alongside.db'}")
    monkeypatch.setenv("ALONGSIDE_VAR", str(tmp_path / "new"))
    assert main(["restore", str(tmp_path / "one.zip")]) == 0
    assert "1 letters or notices and 0 timers are held" in capsys.readouterr().out
    code, data = told("incidents")
    assert (code, data["open"]) == (1, 1)
    number = data["incidents"][0]["id"]
    assert told("sent", str(number), "--as", "nobody")[0] == 2
    assert told("sent", str(number), "--as", "olive", "--reference", "seen") == (
        0,
        {"incident_id": number, "how": "sent already"},
    )
    assert told("incidents") == (0, {"open": 0, "incidents": []})
    assert told("verify", "--all")[0] == 0


def test_moving_house_holds_nothing(environment, told, tmp_path, monkeypatch):
    told("backup", str(tmp_path / "one.zip"))
    database = f"sqlite:///{tmp_path / 'new.db'}"
    code, data = told("restore", "--database", database, "--was-stopped", str(tmp_path / "one.zip"))
    assert (code, data["held"]) == (0, {"jobs": 0, "timers": 0})
    assert told("incidents", "--database", database)[1]["open"] == 0


@pytest.mark.slow
def test_nothing_runs_where_an_acknowledged_word_could_be_lost(postgresql_url, migrated_postgresql, tmp_path):
    url = postgresql_url.replace("/postgres?", f"/{migrated_postgresql}?")  # fsync is off there, and no queue is there
    done = _run("serve", {"ALONGSIDE_DATABASE": url, "ALONGSIDE_VAR": str(tmp_path)})
    assert done.returncode == 2
    assert "fsync is off: a power cut would lose or damage what was acknowledged." in done.stderr
    assert "The queue's tables are missing" in done.stderr
    assert "Traceback" not in done.stderr
    testing = {"ALONGSIDE_TESTING": "1"}
    again = _run("worker", {"ALONGSIDE_DATABASE": url, "ALONGSIDE_VAR": str(tmp_path), **testing})
    assert again.returncode == 2
    assert "fsync" not in again.stderr  # a test may have that, but not a queue that is missing


def _run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
