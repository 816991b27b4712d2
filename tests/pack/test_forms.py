"""The forms: each opens in form-js, fits the diagrams, asks what it says and refuses what the census would."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.forms import Accepted, Form, Rejected, accept_json, initial

from .conftest import BPMN, ROOT, ZEEBE, properties

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
FILES = sorted((ROOT / "forms").glob("*.form"))


@pytest.fixture(scope="module")
def opened() -> dict[str, Any]:
    """What form-js says of every form."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/@bpmn-io/form-js-viewer").is_dir():
        pytest.skip("form-js is not installed: python3 dev.py test installs it")
    script = ROOT / "tests/pack/open_forms.mjs"
    done = subprocess.run([node, script, *FILES], capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def test_every_form_opens_in_form_js_without_a_warning(opened: dict[str, Any]) -> None:
    assert len(opened["warnings"]) == len(FILES)
    assert {file: found for file, found in opened["warnings"].items() if found} == {}


def test_form_js_loses_nothing_of_a_form(opened: dict[str, Any]) -> None:
    for file in FILES:
        assert opened["saved"][str(file)] == json.loads(file.read_text("utf-8"))


def test_every_form_is_of_the_schema_that_form_js_writes(opened: dict[str, Any]) -> None:
    assert {json.loads(file.read_text("utf-8"))["schemaVersion"] for file in FILES} == {opened["schemaVersion"]}


def waiting(diagrams: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every user task with its form's id."""
    for diagram in diagrams.values():
        for task in diagram.iter(f"{BPMN}userTask"):
            form = task.find(f"{BPMN}extensionElements/{ZEEBE}formDefinition")
            yield (form.get("formId") if form is not None else ""), task


def test_every_task_and_every_change_has_its_form(diagrams: dict[str, Any], forms: dict[str, Form]) -> None:
    asked = {form for form, _ in waiting(diagrams)}
    for diagram in diagrams.values():
        asked |= {form for each in diagram.iter() if (form := properties(each).get("recordableForm"))}
    assert asked | {"start-case"} == set(forms)


def test_the_answers_that_a_task_names_are_asked_for(diagrams: dict[str, Any], forms: dict[str, Form]) -> None:
    for form, task in waiting(diagrams):
        for name in ("doneAt", "adviceAnswer", "adviceReason"):
            key = properties(task).get(name)
            assert key is None or key in forms[form].keys, f"{task.get('id')}: {name} {key}"


def test_every_answer_and_advice_compared_in_a_diagram_can_be_given(
    diagrams: dict[str, Any], forms: dict[str, Form]
) -> None:
    """An advice's answer is a choice: the codes that tables advise are the codes that people choose from."""
    for form, task in waiting(diagrams):
        answer = properties(task).get("adviceAnswer")
        if answer:
            field = next(each for each in forms[form].walk() if each.key == answer)
            assert field.type == "radio"
            assert field.rules.required


def test_every_question_is_labelled_and_every_id_is_the_guidances(
    forms: dict[str, Form], sentence_ids: frozenset[str]
) -> None:
    for form in forms.values():
        for each in form.walk():
            assert set(each.guidance) <= sentence_ids, f"{form.id}: {each.id}"
            assert each.label or each.type == "text", f"{form.id}: {each.id}"


def test_no_form_but_the_shortest_is_without_a_sentence(forms: dict[str, Form]) -> None:
    bare = {form.id for form in forms.values() if not any(each.guidance for each in form.walk())}
    assert bare <= {"close-case", "child-left"}


def errors(form: Form, answers: dict[str, object], **case: object) -> dict[str, str]:
    """The sentences by question."""
    judged = accept_json(form, answers, case, now=NOW)
    return judged.errors if isinstance(judged, Rejected) else {}


@pytest.mark.parametrize(
    ("form", "answers", "case", "field", "says"),
    [
        ("initial-conference", {"icpc_date": "2026-02-28"}, {}, "icpc_date", "weekend"),
        ("first-review-conference", {"rcpc_date": "2026-03-01"}, {}, "rcpc_date", "weekend"),
        ("arrange-conference", {"conference_planned_date": "2026-03-14"}, {}, "conference_planned_date", "weekend"),
        (
            "initial-conference",
            {"icpc_date": "2026-03-02"},
            {"s47_start_date": "2026-03-03"},
            "icpc_date",
            "cannot be before",
        ),
        (
            "first-review-conference",
            {"rcpc_date": "2026-03-02"},
            {"icpc_date": "2026-03-02"},
            "rcpc_date",
            "on a later day",
        ),
        (
            "section-47-enquiry",
            {"s47_start_date": "2026-03-01"},
            {"referral_date": "2026-03-02"},
            "s47_start_date",
            "before the referral",
        ),
        (
            "section-47-enquiry",
            {"s47_start_date": "2026-03-05", "s47_end_date": "2026-03-04"},
            {},
            "s47_end_date",
            "before it began",
        ),
        ("start-case", {"unborn": "yes", "sex": "F"}, {}, "sex", "unborn"),
        ("start-case", {"unborn": "no", "date_of_birth": "2026-03-07"}, {}, "date_of_birth", "future"),
        ("start-case", {"unborn": "no", "date_of_birth": "2008-01-01"}, {}, "date_of_birth", "under 18"),
        (
            "start-case",
            {"unborn": "yes", "expected_date_of_birth": "2027-03-01"},
            {},
            "expected_date_of_birth",
            "ten months",
        ),
        (
            "send-letter",
            {"letter_sent_on": "2026-03-01"},
            {"lpm_decision_date": "2026-03-02"},
            "letter_sent_on",
            "cannot be before",
        ),
        (
            "send-letter",
            {"letter_method": "email"},
            {"recipient": {"name": "A", "safe_to_email": False}},
            "letter_method",
            "safe",
        ),
        ("send-letter", {"solicitor_list_enclosed": "no"}, {}, "solicitor_list_enclosed", "solicitors"),
        (
            "end-plo",
            {"plo_ended_on": "2026-03-01"},
            {"plo_started_on": "2026-03-02"},
            "plo_ended_on",
            "cannot be before",
        ),
        ("review-conference", {"lpm_considered": "no"}, {}, "lpm_considered", "must be considered"),
        ("lpm-outcome", {"lpm_outcome": "birth_plan"}, {"unborn": "no"}, "lpm_outcome", "not born yet"),
        ("strategy-discussion", {"strategy_attendees": []}, {}, "strategy_attendees", "at least one"),
    ],
)
def test_what_the_census_or_the_guidance_forbids_is_refused(
    forms: dict[str, Form], form: str, answers: dict[str, object], case: dict[str, Any], field: str, says: str
) -> None:
    known = {key: _date(value) for key, value in case.items()}
    assert says in errors(forms[form], answers, **known).get(field, "")


def _date(value: object) -> object:
    return datetime.fromisoformat(value).date() if isinstance(value, str) and value[:2] == "20" else value


def test_a_child_has_a_date_of_birth_or_an_expected_one_and_never_both(forms: dict[str, Form]) -> None:
    start = forms["start-case"]
    for unborn, asked in (("no", "date_of_birth"), ("yes", "expected_date_of_birth")):
        found = errors(start, {"unborn": unborn})
        assert {key for key in found if "date_of_birth" in key} == {asked}
    both = {"unborn": "no", "date_of_birth": "2020-01-01", "expected_date_of_birth": "2026-06-01"}
    assert "expected_date_of_birth" not in errors(start, both)


def test_the_question_on_a_legal_planning_meeting_stands_from_the_second_review_on(forms: dict[str, Form]) -> None:
    assert not {"lpm_considered", "conference_lpm_view"} & set(forms["first-review-conference"].keys)
    found = errors(forms["review-conference"], {})
    assert {"lpm_considered", "conference_lpm_view", "conference_lpm_reason"} <= set(found)


def test_a_reason_is_asked_when_the_offer_is_not_the_one_advised(forms: dict[str, Form]) -> None:
    advised = {"fgdm_advice": {"offer": "voluntary"}}
    assert "fgdm_reason" in errors(forms["draft-letter"], {"fgdm_offer": "not_offered"}, **advised)
    assert "fgdm_reason" not in errors(forms["draft-letter"], {"fgdm_offer": "voluntary"}, **advised)


def test_recipients_and_actions_begin_from_what_stands(forms: dict[str, Form]) -> None:
    parents = [{"name": "Ann", "relationship": "mother", "parental_responsibility": "yes", "safe_to_email": True}]
    begun = initial(forms["draft-letter"], {"parents": parents, "threshold_concerns": "Cold house"}, now=NOW)
    assert begun["lbp_recipients.0.name"] == "Ann"
    assert begun["lbp_recipients.0.safe_to_email"] is True
    assert begun["lbp_concerns"] == "Cold house"
    actions = [{"action": "Keep warm", "who": "Ann", "by_when": NOW.date()}]
    assert initial(forms["core-group"], {"plan_actions": actions}, now=NOW)["action_progress.0.action"] == "Keep warm"


def test_a_complete_form_is_accepted(forms: dict[str, Form]) -> None:
    answers = {"concerns_agreed": "agree", "concerns_agreed_on": "2026-03-05"}
    assert isinstance(accept_json(forms["agree-concerns"], answers, {}, now=NOW), Accepted)
