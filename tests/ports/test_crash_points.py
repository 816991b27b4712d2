"""The named crash points: off unless a test's settings switch one on, and then the process is gone without goodbye."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.ports.crash_points import POINTS, PointUnknown, arm, crash_point
from engine.settings import SettingsRefused, from_environment

ROOT = Path(__file__).parents[2]
CALL = re.compile(r'crash_point\("([^"]*)"\)')
PASS_THRICE = """
from engine.ports.crash_points import arm, crash_point
arm({where!r})
for passing in (1, 2, 3):
    crash_point("job.after_send")
    crash_point("job.after_mark")
    print(passing, flush=True)
"""


def test_at_a_point_that_nobody_asked_for_nothing_happens():
    for name in POINTS:
        crash_point(name)


@pytest.mark.parametrize(
    ("where", "passed"), [("job.after_send", ""), ("job.after_send:1", ""), ("job.after_send:3", "1\n2\n")]
)
def test_the_process_dies_at_the_passing_that_was_asked_for(where, passed):
    done = _run(where)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == passed


@pytest.mark.parametrize("where", ["", "job.after_send:4", "approve.after_commit"])
def test_a_process_that_never_passes_the_point_lives(where):
    done = _run(where)
    assert (done.returncode, done.stdout) == (0, "1\n2\n3\n")


@pytest.mark.parametrize("where", ["job.after_lunch", "job.after_send:0", "job.after_send:soon", ":1"])
def test_a_point_that_does_not_exist_is_refused(where):
    with pytest.raises(PointUnknown, match=r"docs/crash-points\.md"):
        arm(where)


def test_every_named_point_stands_in_the_code_and_every_point_in_the_code_is_named():
    called = {name for path in (ROOT / "engine").rglob("*.py") for name in CALL.findall(path.read_text())}
    assert called == set(POINTS)


def test_the_page_says_what_must_hold_at_every_point_and_at_no_other():
    told = re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "crash-points.md").read_text(), re.M)
    assert sorted(told) == sorted(POINTS)


def test_only_a_test_can_switch_a_point_on():
    with pytest.raises(SettingsRefused, match="ALONGSIDE_TESTING=1"):
        from_environment({"ALONGSIDE_CRASH_AT": "job.after_send"})
    with pytest.raises(SettingsRefused, match="ALONGSIDE_TESTING=1"):
        from_environment({"ALONGSIDE_CRASH_AT": "job.after_send", "ALONGSIDE_TESTING": "0"})
    assert from_environment({"ALONGSIDE_CRASH_AT": "job.after_send", "ALONGSIDE_TESTING": "1"}).crash_at
    assert from_environment({"ALONGSIDE_TESTING": "1"}).crash_at == ""


def _run(where: str) -> subprocess.CompletedProcess[str]:
    """A process that passes two points three times, told to die there."""
    program = PASS_THRICE.format(where=where)
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
