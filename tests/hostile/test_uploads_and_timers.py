"""One attack of each kind by upload, and one timer, against a running product; and that the attacks are real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.hostile.arena import Arena, opened
from engine.hostile.case import HostileCase
from engine.hostile.families import FAMILIES, load
from engine.hostile.families import own_code as code
from engine.hostile.families import own_hang as hang
from engine.hostile.families import own_xml as xml
from engine.hostile.grounds import ground
from engine.hostile.raw import unprotected
from engine.policy import lint_file

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs" targetNamespace="x">'
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
)
FLOWS = (
    '<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/><bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/>'
)
TAIL = f'<bpmn:endEvent id="e"/>{FLOWS}</bpmn:process></bpmn:definitions>'
SCRIPT = '<bpmn:scriptTask id="t"><bpmn:script>open("@@CANARY@@", "w")</bpmn:script></bpmn:scriptTask>'
ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file://@@SECRET@@">]>'
TASK = '<bpmn:userTask id="t" name="t"/>'
MANY = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>10000000</bpmn:loopCardinality>"
MANY_TASKS = f'<bpmn:userTask id="t">{MANY}</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
MONTH = '<bpmn:timerEventDefinition><bpmn:timeDuration>"P1M"</bpmn:timeDuration></bpmn:timerEventDefinition>'
WAITS = f'<bpmn:intermediateCatchEvent id="t">{MONTH}</bpmn:intermediateCatchEvent>'
#: Case -> (what it attacks, the file's name, its content).
CASES = {
    "RCE-01": ("script_task", "script_task.import/m.bpmn", HEAD + SCRIPT + TAIL),
    "XML-03": (
        "xxe_file",
        "xxe_file.bpmn",
        ENTITY + HEAD.replace("<bpmn:startEvent", "&x;<bpmn:startEvent") + TASK + TAIL,
    ),
    "HANG-02": ("mi_10_million", "mi_10_million.bpmn", HEAD + MANY_TASKS + TAIL),
    "FORM-01": ("regex_redos", "regex_redos.json", '{"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}'),
    "TIME-04": ("month_end", "month_end.bpmn", HEAD + WAITS + TAIL),
}


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    """The product, started for this module."""
    with ground("sqlite") as here, opened(here, quick=True) as found:
        yield found


@pytest.mark.parametrize("case_id", list(CASES))
def test_the_product_survives(arena: Arena, tmp_path: Path, case_id: str) -> None:
    what, name, content = CASES[case_id]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    case = HostileCase(case_id, case_id.partition("-")[0], what, "", "", "1", (path,), tmp_path)
    verdict = load(case.family).trials[case_id](arena, case)
    assert verdict.survived, verdict.why


def test_an_upload_that_is_taken_is_not_called_survived(arena: Arena, tmp_path: Path) -> None:
    path = tmp_path / "harmless.bpmn"
    path.write_bytes(xml.HARMLESS)
    case = HostileCase("XML-01", "XML", "harmless", "", "", "1", (path,), tmp_path)
    verdict = load("XML").trials["XML-01"](arena, case)
    assert not verdict.survived
    assert "was answered 303" in verdict.why


@pytest.mark.parametrize("place", list(code.PLACES))
def test_code_in_our_dialect_is_refused_for_the_code_where_the_place_itself_is_sound(place: str) -> None:
    for payload in (*code.PAYLOADS.values(), code.AS_FEEL, code.OUTWARD):
        files = code.PLACES[place](payload)
        assert any(lint_file(name, content) for name, content in files.items()), payload
    harmless = code.harmless(place)
    if harmless is not None:
        assert [fault for name, content in harmless.items() for fault in lint_file(name, content)] == []


def test_floods_that_only_answers_bring_pass_the_gate_and_the_others_do_not() -> None:
    for files, named in (*hang.REFUSED.values(), *hang.MORE_REFUSED.values()):
        faults = [fault.element for name, content in files.items() for fault in lint_file(name, content)]
        assert set(faults) & set(named), files
    for flood in hang.FLOODS.values():
        assert lint_file("hang.bpmn", flood.diagram) == []


def test_the_unprotected_parts_do_the_harm(tmp_path: Path) -> None:
    canary, secret = tmp_path / "canary", tmp_path / "secret"
    secret.write_text("a secret")
    unprotected("code", canary)
    assert canary.exists()
    assert unprotected("entity", secret)[0] == "a secret"
    assert unprotected("month", tmp_path)[0] == "2026-03-03"


def test_every_family_is_there_with_its_trials() -> None:
    counts = {name: len(load(name).trials) for name in FAMILIES}
    assert sum(counts.values()) == 143, counts
