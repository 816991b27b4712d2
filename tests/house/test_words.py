"""What the rooms may say: the engine knows no subject, and the repository speaks of the product only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Words of the guidance that the machine must not know; a whole word, whatever its case.
SUBJECT = re.compile(
    r"(?<![a-z])(child protection|social[ _-]?worker|practice[ _-]?lead|service[ _-]?manager|"
    r"conference|core[ _-]?group|icpc|rcpc|plo|carm|lpm|pre[ _-]?proceedings|letter[ _-]before|"
    r"safeguarding|strategy[ _-]discussion|section[ _-]47|substantiation)(?![a-z])",
    re.IGNORECASE,
)
MARKS = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
#: Folders of whoever wrote a file, and the hosts of package registries.
PLACES = re.compile(r"/home/|/Users/|/(?:root|work)/|pypi\.org|registry\.npmjs|files\.pythonhosted")


def tracked(*patterns: str) -> list[Path]:
    """The repository's files, as git lists them."""
    done = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """`path:line: text` of each line of text files that the pattern is found in."""
    hits = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        hits += [
            f"{path.relative_to(ROOT)}:{n}: {line[:120]}" for n, line in enumerate(lines, 1) if pattern.search(line)
        ]
    return hits


def test_the_engine_names_no_subject() -> None:
    assert found(SUBJECT, tracked("engine/*.py", "engine/*.html", "engine/*.toml")) == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert found(MARKS, tracked("engine", "handlers", "processes", "forms", "dev.py")) == []


def test_no_place_of_ours_is_named() -> None:
    here = Path(__file__).resolve()
    assert found(PLACES, [path for path in tracked() if path != here]) == []


@pytest.mark.parametrize("room", ["engine", "handlers"])
def test_no_module_is_past_300_lines(room: str) -> None:
    long = [path for path in tracked(f"{room}/*.py") if len(path.read_text().splitlines()) > 300]
    assert long == []


def test_the_patterns_would_notice() -> None:
    assert SUBJECT.search("def remind_social_worker")
    assert SUBJECT.search("the ICPC")
    assert not SUBJECT.search("child scope of its parent")
    assert PLACES.search("/home/me/x")
