"""The shared hostile files: refused, each with a sentence that names what is wrong."""

from __future__ import annotations

import time
from pathlib import Path

from engine.bpmn.gate import check_diagram


def accepted(folder: Path) -> list[str]:
    """The diagrams of a folder that the gate lets pass."""
    files = sorted(folder.rglob("*.bpmn"))
    assert files
    passed = []
    for file in files:
        begun = time.process_time()
        faults = check_diagram(file.name, file.read_bytes())
        assert time.process_time() - begun < 2, file
        assert all(fault.sentence for fault in faults)
        if not faults:
            passed.append(str(file.relative_to(folder)))
    return passed


def test_every_model_with_code_in_it_is_refused(hostile: Path) -> None:
    assert accepted(hostile / "rce") == []


def test_all_hostile_xml_is_refused(hostile: Path) -> None:
    assert accepted(hostile / "xml") == []


def test_every_model_that_would_hang_or_flood_is_refused(hostile: Path) -> None:
    assert accepted(hostile / "hang") == []


def test_a_refusal_names_the_element_and_never_repeats_a_secret(hostile: Path) -> None:
    script = (hostile / "rce" / "script_task.import" / "m.bpmn").read_bytes()
    (fault,) = check_diagram("m.bpmn", script)
    assert (fault.element, fault.line) == ("t", 3)
    assert "script task (t)" in fault.sentence
    assert "pathlib" not in fault.sentence
