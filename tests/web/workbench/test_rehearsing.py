"""The worked examples and table tests are played against the draft, and what they find stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.bundle import Bundle
from engine.policy import read_folder
from engine.settings import from_environment
from engine.web.workbench.rehearsing import TESTS, rehearse
from tests.web.workbench.conftest import Desk
from tests.web.workbench.test_drafting import TABLE, send, shorter

EXAMPLE = "processes/scenarios/core-groups.yaml"


@pytest.fixture
def bundle() -> Bundle:
    """The pack with one worked example and the tests of one table."""
    files = read_folder(from_environment({}).home).files
    others = {path for path in files if "/scenarios/" in path or path.endswith(TESTS)} - {EXAMPLE, f"{TABLE}{TESTS}"}
    return Bundle({path: content for path, content in files.items() if path not in others})


def played(bundle: Bundle, tmp_path: Path) -> list[str]:
    """All that does not hold."""
    settings = from_environment({"ALONGSIDE_DEMO": "1", "ALONGSIDE_VAR": str(tmp_path)})
    (tmp_path / "home").mkdir()
    found = list(rehearse(replace(settings, home=tmp_path / "home"), bundle, settings.people_file))
    assert {total for total, _ in found} == {len(found)}
    return [fault for _, faults in found for fault in faults]


def test_all_holds_for_the_guidance_as_it_is(bundle: Bundle, tmp_path: Path) -> None:
    assert played(bundle, tmp_path) == []


def test_what_a_change_breaks_is_named(bundle: Bundle, tmp_path: Path) -> None:
    row = bundle.files[TABLE].index(b'id="timescales-core-group-first-out-1"')
    text = bundle.files[TABLE]
    changed = text[:row] + text[row:].replace(b"<text>10</text>", b"<text>8</text>", 1)
    found = played(Bundle({**bundle.files, TABLE: changed}), tmp_path)
    assert found
    assert any("8" in each for each in found)


def test_the_page_tells_how_far_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.web.workbench.rehearsing.rehearse", lambda *_: iter([(2, []), (2, ["One: it broke"])]))
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    reader = desk.drafting()
    assert "have not been played" in reader.get("/policy/edit/checks").text
    assert reader.post("/policy/edit/rehearse").status_code == 303
    page = reader.get("/policy/edit/checks").text
    assert "Not all hold" in page
    assert "One: it broke" in page
    send(reader, TABLE, shorter(reader))
    assert "have not been played" in reader.get("/policy/edit/checks").text
