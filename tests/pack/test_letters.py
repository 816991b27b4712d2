"""The letters' wording: each can be read, says what it must, and never needs more than its case has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.feel import parse_expression
from engine.forms import Form
from engine.model.bundle import Bundle
from engine.policy.load import read_folder
from handlers.letters import Wording, expressions, parse

from .conftest import BPMN, ROOT, ZEEBE

LETTERS = sorted((ROOT / "handlers/letters").glob("*.md"))
WANTED = {
    "letter-before-proceedings",
    "pre-proceedings-invitation",
    "pre-proceedings-record",
    "plo-review-invitation",
    "plo-review-outcome",
    "end-of-pre-proceedings",
    "core-group-update",
    "conference-invitation",
}
#: What the layout gives to every letter.
GIVEN = {"recipient", "recipients", "council", "case_id", "today"}


@pytest.fixture(scope="module")
def wordings() -> dict[str, Wording]:
    """Letter id -> wording."""
    return {path.stem: parse(path.stem, path.read_text("utf-8")) for path in LETTERS}


@pytest.fixture(scope="module")
def known(forms: dict[str, Form], diagrams: dict[str, Any]) -> set[str]:
    """Every variable that a form asks for or a diagram sets."""
    asked = {key for form in forms.values() for key in form.keys}
    mapped = {each.get("target") for d in diagrams.values() for each in d.iter(f"{ZEEBE}output", f"{ZEEBE}input")}
    return asked | mapped | GIVEN


def test_the_letters_are_those_of_the_guidance(wordings: dict[str, Wording]) -> None:
    assert set(wordings) == WANTED


def test_every_letter_that_a_diagram_sends_or_shows_exists(
    diagrams: dict[str, Any], wordings: dict[str, Wording]
) -> None:
    headers = (each for d in diagrams.values() for each in d.iter(f"{ZEEBE}header") if each.get("key") == "letter")
    shown = (each for d in diagrams.values() for each in d.iter(f"{ZEEBE}property") if each.get("name") == "letter")
    assert {each.get("value") for each in (*headers, *shown)} == set(wordings)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_letter_speaks_only_of_what_a_case_knows(path: Path, wordings: dict[str, Wording], known: set[str]) -> None:
    wording = wordings[path.stem]
    loops = {"item", "person"}
    for line, text in expressions(wording):
        assert set(parse_expression(text).names) <= known | loops, f"line {line}: {text}"
    assert set(parse_expression(wording.to).names) <= known


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_what_a_letter_must_contain_stands_in_it(path: Path, wordings: dict[str, Wording]) -> None:
    wording = wordings[path.stem]
    assert wording.required
    for item in wording.required:
        assert (f"# {item.heading}\n" if item.heading else item.text) in wording.body


def test_letters_cite_the_guidance(wordings: dict[str, Wording], sentence_ids: frozenset[str]) -> None:
    assert all(wording.guidance and set(wording.guidance) <= sentence_ids for wording in wordings.values())


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        ("letter-before-proceedings", "solicitor"),
        ("letter-before-proceedings", "free"),
        ("letter-before-proceedings", "interpreter"),
        ("letter-before-proceedings", "We have not"),
        ("pre-proceedings-invitation", "bring a solicitor"),
        ("pre-proceedings-record", "Period of Change"),
        ("end-of-pre-proceedings", "no longer thinking of going to court"),
        ("core-group-update", "not legal advice"),
        ("plo-review-outcome", "do not agree"),
    ],
)
def test_parents_are_told_what_matters_to_them(wordings: dict[str, Wording], letter: str, words: str) -> None:
    assert " ".join(words.split()) in " ".join(wordings[letter].body.split()).replace("**", "")


def test_the_wording_is_part_of_the_policy_version() -> None:
    bundle: Bundle = read_folder(ROOT)
    assert {f"handlers/letters/{name}.md" for name in WANTED} <= set(bundle.files)


def test_no_letter_is_sent_where_nobody_has_said_it_is_safe(wordings: dict[str, Wording]) -> None:
    """`safe_to_email` comes from the people's own rows: no wording sets it."""
    assert all("safe_to_email" not in wording.to for wording in wordings.values())


def test_no_diagram_sends_a_letter_without_citing_a_sentence(diagrams: dict[str, Any]) -> None:
    for diagram in diagrams.values():
        for task in diagram.iter(f"{BPMN}serviceTask"):
            names = {each.get("name"): each.get("value") for each in task.iter(f"{ZEEBE}property")}
            assert names.get("guidance"), task.get("id")
