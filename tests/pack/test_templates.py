"""The modeller's element templates offer what the pack has, and write only what the gate accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from engine.forms import Form

from .conftest import ROOT

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
FILES = sorted((ROOT / "processes/templates").glob("*.json"))
BINDINGS = {
    "zeebe:taskDefinition",
    "zeebe:taskHeader",
    "zeebe:input",
    "zeebe:property",
    "zeebe:userTask",
    "zeebe:assignmentDefinition",
    "zeebe:formDefinition",
    "zeebe:taskSchedule",
    "zeebe:calledDecision",
}


@pytest.fixture(scope="module")
def templates() -> dict[str, dict[str, Any]]:
    """Template id -> template."""
    found = [template for path in FILES for template in json.loads(path.read_text("utf-8"))]
    return {template["id"]: template for template in found}


def offered(template: dict[str, Any], name: str) -> set[str]:
    """The values that one of its choices offers."""
    field = next(each for each in template["properties"] if each.get("id") == name)
    return {choice["value"] for choice in field["choices"]}


def table_ids() -> set[str]:
    """The decision tables but the timescales."""
    roots = (etree.parse(path).getroot() for path in (ROOT / "processes").glob("*.dmn"))
    tables = (d for root in roots for d in root.iter(f"{DMN}decision") if d.find(f"{DMN}decisionTable") is not None)
    return {table.get("id") for table in tables} - {"timescales"}


def test_there_is_one_for_a_letter_two_for_a_person_and_one_for_a_table(templates: dict[str, Any]) -> None:
    elements = sorted(template["elementType"]["value"] for template in templates.values())
    assert elements == ["bpmn:BusinessRuleTask", "bpmn:ServiceTask", "bpmn:UserTask", "bpmn:UserTask"]


def test_the_letters_are_those_that_exist(templates: dict[str, Any]) -> None:
    written = {path.stem for path in (ROOT / "handlers/letters").glob("*.md")}
    assert offered(templates["alongside.send-a-letter"], "letter") == written


def test_the_tables_are_those_that_exist(templates: dict[str, Any]) -> None:
    assert offered(templates["alongside.ask-a-table"], "decision") == table_ids()


@pytest.mark.parametrize("name", ["alongside.task-for-a-person", "alongside.task-with-a-date"])
def test_roles_and_forms_are_those_that_exist(
    templates: dict[str, Any], forms: dict[str, Form], settings: dict[str, Any], name: str
) -> None:
    assert offered(templates[name], "form") == set(forms)
    assert offered(templates[name], "role") == set(settings["roles"]) - {"qa-manager", "auditor"}


def test_the_timescales_are_the_tables_rows(templates: dict[str, Any]) -> None:
    rules = etree.parse(ROOT / "processes/timescales.dmn").getroot().iter(f"{DMN}rule")
    rows = {rule.findtext(f"{DMN}inputEntry/{DMN}text").strip('"') for rule in rules}
    assert offered(templates["alongside.task-with-a-date"], "timescale") == rows


def test_every_template_asks_for_the_sentences_and_binds_what_the_dialect_has(templates: dict[str, Any]) -> None:
    for template in templates.values():
        bound = [each["binding"] for each in template["properties"]]
        assert {each["type"] for each in bound} <= BINDINGS
        assert {"type": "zeebe:property", "name": "guidance"} in bound
