"""The pack's diagrams: each can be read aloud, says where it comes from, and refers only to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import SpiffMachine
from engine.bpmn.gate import check_diagram
from engine.dmn import DecisionTable, parse_dmn
from tests.pack.drawing import BPMN, ZEEBE, Drawing
from tests.pack.walking import pack

ROOT = Path(__file__).parents[2]
DIAGRAMS = sorted(ROOT.glob("processes/*.bpmn"))
TABLES = sorted(ROOT.glob("processes/*.dmn"))
DICTIONARY = (ROOT / "docs/pack-dictionary.md").read_text("utf-8")
SENTENCES = set(re.findall(r"^- \*\*([FG]-\d\d[a-z]?)\*\*", (ROOT / "processes/guidance.md").read_text("utf-8"), re.M))
ASKING = ("exclusiveGateway", "inclusiveGateway")


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    """Each diagram in turn."""
    return Drawing(request.param)


def guidance(element: etree._Element) -> list[str]:
    """The ids of the sentences that an element carries."""
    found = element.iterfind(f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property[@name='guidance']")
    return [part.strip() for one in found for part in one.get("value", "").split(",")]


def table_of(path: Path) -> DecisionTable:
    """The table of a .dmn file that is named after it."""
    found = parse_dmn(path.read_bytes(), name=path.name).decisions[path.stem].table
    assert found is not None
    return found


def every(tag: str, attribute: str) -> set[str]:
    """An attribute's values over all diagrams, by tag with its namespace."""
    return {e.get(attribute, "") for path in DIAGRAMS for e in etree.parse(str(path)).iter(tag)}


def test_the_gate_and_the_machine_take_the_whole_pack() -> None:
    assert len(DIAGRAMS) >= 15
    SpiffMachine(gate=check_diagram).compile(pack())


def test_a_file_is_named_after_its_process(drawing: Drawing) -> None:
    assert drawing.process.get("id") == drawing.path.stem
    assert drawing.process.get("isExecutable") == "true"
    assert drawing.process.get("name")


def test_every_node_says_which_sentences_it_carries(drawing: Drawing) -> None:
    uncited = [node for node, element in drawing.nodes.items() if not guidance(element)]
    unknown = [i for e in (drawing.process, *drawing.nodes.values()) for i in guidance(e) if i not in SENTENCES]
    assert (uncited, unknown) == ([], [])


def test_every_task_for_a_person_has_a_form_roles_and_help(drawing: Drawing) -> None:
    for task in drawing.all("userTask"):
        said = {part.tag.removeprefix(ZEEBE): part for part in task.iterfind(f"{BPMN}extensionElements/*")}
        form = said["formDefinition"].get("formId")
        assert (ROOT / "forms" / f"{form}.form").exists(), form
        assert "userTask" in said
        assert said["assignmentDefinition"].get("candidateGroups")
        assert len(task.findtext(BPMN + "documentation", "")) > 20


def test_every_name_is_written(drawing: Drawing) -> None:
    assert [node for node, element in drawing.nodes.items() if not (element.get("name") or "").strip()] == []


def test_a_gateway_that_chooses_asks_and_its_ways_answer(drawing: Drawing) -> None:
    for gateway in drawing.all(*ASKING):
        ways = [drawing.flows[out.text or ""] for out in gateway.iterfind(BPMN + "outgoing")]
        if len(ways) > 1:
            assert gateway.get("name", "").endswith("?"), gateway.get("id")
            assert [way.get("id") for way in ways if not way.get("name")] == []


def test_a_gateway_that_chooses_always_finds_a_way(drawing: Drawing) -> None:
    for gateway in drawing.all(*ASKING):
        ways = [drawing.flows[out.text or ""] for out in gateway.iterfind(BPMN + "outgoing")]
        without = [way.get("id") for way in ways if way.find(BPMN + "conditionExpression") is None]
        if len(ways) > 1 and gateway.get("default"):
            assert without == [gateway.get("default")]
        elif len(ways) > 1:
            assert without == []


def test_everything_is_drawn(drawing: Drawing) -> None:
    lanes = {e.get("id") for e in drawing.all("lane", "participant")}
    assert set(drawing.shapes) == {*drawing.nodes, *lanes}
    assert set(drawing.lines) == set(drawing.flows)
    beside = [n for n, e in drawing.nodes.items() if e.tag.endswith(("Event", "Gateway"))]
    assert [n for n in beside if n not in drawing.labels] == []
    assert [f for f, e in drawing.flows.items() if e.get("name") and f not in drawing.labels] == []


def test_lines_are_upright_or_level_and_start_and_end_at_their_shapes(drawing: Drawing) -> None:
    for flow, element in drawing.flows.items():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in drawing.stretches(flow)), flow
        ends = zip((drawing.lines[flow][0], drawing.lines[flow][-1]), ("sourceRef", "targetRef"), strict=True)
        for (x, y), end in ends:
            box = drawing.shapes[element.get(end, "")]
            assert x in (box.x, box.x + box.width) or y in (box.y, box.y + box.height), flow


def test_nothing_lies_on_anything_else(drawing: Drawing) -> None:
    assert drawing.overlaps() == []
    assert drawing.crossings() == []
    assert drawing.run_through() == []
    assert drawing.smudges() == []
    assert drawing.out_of_lane() == []


def test_every_lane_and_node_belong_together(drawing: Drawing) -> None:
    named = [ref.text for lane in drawing.all("lane") for ref in lane.iterfind(BPMN + "flowNodeRef")]
    outer = [e.get("id") for e in drawing.process if e.get("id") in drawing.nodes]
    assert len(named) == len(set(named))
    assert not named or set(named) == set(outer)


def test_each_diagram_is_called_by_one_above_it_but_the_top_one() -> None:
    called = every(ZEEBE + "calledElement", "processId")
    assert {path.stem for path in DIAGRAMS} - called == {"child-case"}


def test_every_table_is_asked() -> None:
    assert every(ZEEBE + "calledDecision", "decisionId") | {"timescales"} == {path.stem for path in TABLES}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_row_of_a_table_says_which_sentences_it_carries(path: Path) -> None:
    table = table_of(path)
    assert [rule.id for rule in table.rules if not rule.guidance or not set(rule.guidance) <= SENTENCES] == []


@pytest.mark.parametrize("path", [p for p in TABLES if p.stem != "timescales"], ids=lambda path: path.stem)
def test_a_table_never_decides_in_silence(path: Path) -> None:
    table = table_of(path)
    last = table.rules[-1]
    assert (table.hit_policy, last.outputs[0]) == ("FIRST", '"not_enough_information"')
    assert all(not cell or cell == "-" for cell in last.inputs)


def test_every_timescale_named_has_its_row_and_every_row_its_use() -> None:
    table = table_of(ROOT / "processes/timescales.dmn")
    rows = {rule.inputs[0].strip('"') for rule in table.rules}
    used = {name for path in DIAGRAMS for name in re.findall(r"deadline\(&quot;([a-z0-9-]+)&quot;", path.read_text())}
    assert rows == used


def test_the_dictionary_names_everything() -> None:
    names = {e.get("id") for path in DIAGRAMS for e in Drawing(path).all("userTask", "serviceTask", "endEvent")}
    names |= every(ZEEBE + "formDefinition", "formId") | every(BPMN + "message", "name")
    names |= every(ZEEBE + "output", "target") | {path.stem for path in (*DIAGRAMS, *TABLES)}
    names |= {p for path in DIAGRAMS for p in re.findall(r'name="doneAt" value="(\w+)"', path.read_text())}
    assert sorted(name for name in names if name and f"`{name}`" not in DICTIONARY) == []


def test_the_checks_see_what_is_planted() -> None:
    drawing = Drawing(ROOT / "processes/core-groups.bpmn")
    drawing.shapes["core-group"] = drawing.shapes["next-core-group"]
    assert drawing.overlaps() == ["next-core-group and core-group"]
    upright = drawing.shapes["core-groups-begin"].x + 60
    drawing.lines["planted"] = [(upright, 0.0), (upright, 900.0)]
    assert drawing.crossings() == ["flow-core-groups-begin-to-next-core-group and planted"]
    beyond = drawing.shapes["end-core-groups"]
    drawing.lines["planted"] = [(beyond.x + 10, 0.0), (beyond.x + 10, 900.0)]
    assert "planted through end-core-groups" in drawing.run_through()
    drawing.labels["next-core-group"] = beyond
    assert "next-core-group on end-core-groups" in drawing.smudges()
    drawing.shapes["core-group"] = drawing.shapes["lane-core-groups-s"]
    drawing.shapes["lane-core-groups-s"] = beyond
    assert "core-group outside Social Worker" in drawing.out_of_lane()
