"""`policy.toml`: versions as the document gives them, open questions that point to where they are set."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from engine.model.bundle import Bundle
from engine.model.person import Person
from engine.model.policy_file import PATH, read_rules

from .conftest import BPMN, ROOT, ZEEBE


def test_the_versions_are_those_of_the_document_and_the_second_is_overdue(settings: dict[str, Any]) -> None:
    latest = settings["versions"][-1]
    assert [(v["number"], v["updated"], v["review"]) for v in settings["versions"]] == [
        (1, "2021-11", "2022-11"),
        (2, "2024-10", "2026-10"),
    ]
    assert date.fromisoformat(f"{latest['review']}-28") < date(2026, 11, 1)


def test_the_owner_is_a_role_of_the_policy(settings: dict[str, Any]) -> None:
    assert settings["policy"]["owner_role"] in settings["roles"]
    assert settings["roles"][settings["policy"]["owner_role"]]["title"] == settings["policy"]["owner"]


def test_everybody_who_is_given_a_task_is_a_role(settings: dict[str, Any], diagrams: dict[str, Any]) -> None:
    named = (
        role.strip()
        for diagram in diagrams.values()
        for each in diagram.iter(f"{ZEEBE}assignmentDefinition")
        for role in each.get("candidateGroups", "").split(",")
    )
    assert set(named) <= set(settings["roles"])


def test_the_strands_are_processes_of_the_pack_each_in_one(settings: dict[str, Any], diagrams: dict[str, Any]) -> None:
    listed = [process for strand in settings["strands"] for process in strand["processes"]]
    assert len(listed) == len(set(listed))
    shared = {settings["policy"]["top_process"], "post-letters"}
    assert set(listed) | shared == set(diagrams)


def test_the_rules_that_the_engine_reads_are_there() -> None:
    rules = read_rules(Bundle({PATH: (ROOT / PATH).read_bytes()}))
    assert rules.start_process == "child-case"
    assert rules.start_roles[0] == "social-worker"
    assert dict(rules.naming.applied({"child_name": "A", "team": "north", "allocated_worker": "w"})) == {
        "title": "A",
        "team": "north",
        "worker": "w",
    }
    assert rules.may("service-manager", "operate")
    assert not rules.may("social-worker", "withdraw")
    assert Person("x", "X").roles == frozenset()


@pytest.mark.parametrize("part", ["question", "default", "where_set", "source", "sentences"])
def test_every_open_question_is_told_whole(settings: dict[str, Any], part: str) -> None:
    assert all(question.get(part) for question in settings["open_questions"])


def test_the_four_questions_that_the_owner_must_settle_first_are_asked(settings: dict[str, Any]) -> None:
    asked = {sentence for question in settings["open_questions"] for sentence in question["sentences"]}
    assert {"F-05", "F-07", "F-15", "F-08", "F-33", "F-16"} <= asked


def test_open_questions_cite_sentences_and_point_to_what_exists(
    settings: dict[str, Any], sentence_ids: frozenset[str]
) -> None:
    for question in settings["open_questions"]:
        assert set(question["sentences"]) <= sentence_ids, question["id"]
        for file in re.findall(r"(?:processes|forms)/[\w-]+\.\w+", question["where_set"]):
            assert (ROOT / file).is_file(), file
        for element in re.findall(r"(?:task|event|row) ([\w-]+)", question["where_set"]):
            assert any(element in path.read_text("utf-8") for path in _files(question["where_set"])), element


def _files(where: str) -> list[Any]:
    """The files that a place names."""
    return [ROOT / file for file in re.findall(r"(?:processes|forms)/[\w-]+\.\w+", where)]


def test_what_no_element_carries_says_why(settings: dict[str, Any], sentence_ids: frozenset[str]) -> None:
    for context in settings["context"]:
        assert context["id"] in sentence_ids
        assert len(context["reason"]) > 20


def test_every_sentence_is_cited_by_something_or_is_context(
    settings: dict[str, Any], diagrams: dict[str, Any], sentence_ids: frozenset[str]
) -> None:
    cited = {context["id"] for context in settings["context"]}
    for diagram in diagrams.values():
        for each in diagram.iter(f"{ZEEBE}property"):
            if each.get("name") == "guidance":
                cited |= {part.strip() for part in each.get("value").split(",")}
    for path in (*(ROOT / "forms").glob("*.form"), *(ROOT / "handlers/letters").glob("*.md")):
        cited |= set(re.findall(r"\b[FG]-\d\d[a-z]?\b", path.read_text("utf-8")))
    assert sentence_ids - cited == set()
    assert cited - sentence_ids == set()


def test_the_duty_that_has_not_begun_is_off(settings: dict[str, Any]) -> None:
    assert settings["switches"]["family_group_decision_making"]["on"] is False
    table = (ROOT / "processes/fgdm-offer.dmn").read_text("utf-8")
    assert re.search(r"fgdm[-_]commencement.*?<text>\s*null\s*</text>", table, re.DOTALL)


def test_diagrams_are_executable_and_named_as_their_files(diagrams: dict[str, Any]) -> None:
    for name, diagram in diagrams.items():
        assert [process.get("id") for process in diagram.iter(f"{BPMN}process")] == [name]
