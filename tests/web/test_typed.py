"""What a person typed survives every page: rows added and taken away, hidden questions, dates in boxes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from engine.forms import Accepted, Form, parse_form
from engine.web.forms import Asked, ask, begin, changed, judge, labels, to_keep

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def form_of(*components: dict[str, object]) -> Form:
    """A form of these components."""
    return parse_form(json.dumps({"type": "default", "id": "f", "components": list(components)}).encode())


GOES = {"type": "radio", "id": "g", "key": "goes", "label": "Does it go?", "validate": {"required": True}}
GOES["values"] = [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]
WHY = {"type": "textfield", "id": "w", "key": "why", "label": "Why not?", "validate": {"required": True}}
WHY["conditional"] = {"hide": '=goes != "no"'}
PARTS = {"type": "dynamiclist", "id": "p", "path": "parts", "label": "Parts"}
PARTS["components"] = [
    {"type": "textfield", "id": "n", "key": "name", "label": "Name", "validate": {"required": True}},
    {"type": "datetime", "id": "d", "key": "bought", "dateLabel": "Bought", "subtype": "date"},
]


@pytest.fixture
def form() -> Form:
    """A question that brings another, and a list."""
    return form_of(GOES, WHY, PARTS)


def test_a_question_that_an_answer_brings_is_asked_before_it_is_missed(form: Form) -> None:
    asked = judge(form, {"goes": ["no"], "_asked": ["goes"], "parts.0.name": ["wheel"]}, {}, now=NOW)
    assert isinstance(asked, Asked)
    assert asked.has_new
    assert asked.errors == {}
    assert "why" in asked.names


def test_the_same_question_left_empty_the_second_time_is_an_error(form: Form) -> None:
    raw = {"goes": ["no"], "_asked": ["goes", "why", "parts.0.name", "parts.0.bought"], "parts.0.name": ["wheel"]}
    asked = judge(form, raw, {}, now=NOW)
    assert isinstance(asked, Asked)
    assert list(asked.errors or {}) == ["why"]


def test_a_page_that_does_not_say_what_it_asked_is_judged_whole(form: Form) -> None:
    asked = judge(form, {"goes": ["no"]}, {}, now=NOW)
    assert isinstance(asked, Asked)
    assert "why" in (asked.errors or {})


def test_answers_that_are_good_are_accepted(form: Form) -> None:
    raw = {"goes": ["yes"], "_asked": ["goes", "parts.0.name", "parts.0.bought"], "parts.0.name": ["wheel"]}
    accepted = judge(form, raw, {}, now=NOW)
    assert accepted == Accepted({"goes": "yes", "parts": [{"name": "wheel", "bought": None}]})


def test_what_was_typed_into_a_hidden_question_is_carried_along(form: Form) -> None:
    asked = ask(form, {"goes": ["yes"], "why": ["It is broken"]}, {}, now=NOW)
    assert asked.carried == (("why", "It is broken"),)
    assert "why" not in asked.names


def test_a_row_more_keeps_the_rows_there_are(form: Form) -> None:
    raw = changed({"parts.0.name": ["wheel"], "_rows.parts": ["0"]}, "add:parts")
    assert raw is not None
    asked = ask(form, raw, {}, now=NOW)
    rows = asked.shown[-1].rows
    assert [row.number for row in rows] == [0, 1]
    assert rows[0].questions[0].text == "wheel"


def test_a_row_less_takes_only_that_row(form: Form) -> None:
    raw = {"parts.0.name": ["wheel"], "parts.1.name": ["brake"], "parts.1.bought-day": ["4"], "_rows.parts": ["0", "1"]}
    left = changed(raw, "remove:parts:0")
    assert left == {"parts.1.name": ["brake"], "parts.1.bought-day": ["4"], "_rows.parts": ["1"]}


@pytest.mark.parametrize("do", ["complete", "save", "remove:parts:x", "remove:parts:-1", "nonsense"])
def test_other_buttons_change_no_row(form: Form, do: str) -> None:
    assert changed({"parts.0.name": ["wheel"]}, do) is None


def test_a_file_taken_away_is_gone_and_others_stay() -> None:
    left = changed({"minutes": ["attachment:1:aa", "attachment:2:bb"]}, "unfile:minutes:attachment:1:aa")
    assert left == {"minutes": ["attachment:2:bb"]}


def test_a_list_shows_at_most_a_hundred_rows(form: Form) -> None:
    raw = {"_rows.parts": [str(n) for n in range(400)]}
    assert len(ask(form, raw, {}, now=NOW).shown[-1].rows) == 100


def test_prefilled_values_stand_in_their_boxes() -> None:
    when = {"type": "datetime", "id": "a", "key": "at", "dateLabel": "At", "subtype": "datetime"}
    day = {"type": "datetime", "id": "b", "key": "on", "dateLabel": "On", "subtype": "date"}
    form = form_of({**when, "properties": {"prefill": "=seen"}}, {**day, "properties": {"prefill": "=born"}})
    raw = begin(form, {"seen": datetime(2026, 6, 1, 13, 5, tzinfo=UTC), "born": date(2020, 2, 29)}, NOW)
    assert raw["at-time"] == ["14:05"]  # London is an hour ahead in summer
    assert (raw["on-day"], raw["on-month"], raw["on-year"]) == (["29"], ["2"], ["2020"])


def test_nothing_is_decided_by_default(form: Form) -> None:
    assert begin(form, {}, NOW) == {}


def test_labels_name_what_was_typed_even_in_rows_and_boxes(form: Form) -> None:
    found = labels(form, {"goes": ["no"], "parts.3.name": ["x"], "parts.3.bought-day": ["1"], "stranger": ["y"]})
    assert found == {"goes": "Does it go?", "parts.3.name": "Name", "parts.3.bought-day": "Bought (day)"}


def test_a_draft_keeps_rows_and_text_and_not_what_the_page_asked() -> None:
    raw = {"why": ["half a sen"], "_asked": ["why"], "_rows.parts": ["0", "4"], "goes": [""]}
    assert to_keep(raw) == {"why": ["half a sen"], "_rows.parts": ["0", "4"]}


def test_an_error_of_a_date_leads_to_its_first_box() -> None:
    day = {"type": "datetime", "id": "b", "key": "on", "dateLabel": "On", "subtype": "date"}
    asked = judge(form_of({**day, "validate": {"required": True}}), {}, {}, now=NOW)
    assert isinstance(asked, Asked)
    assert list(asked.links) == ["on-day"]


def test_text_in_a_form_is_never_markup() -> None:
    form = form_of({"type": "text", "id": "t", "text": "About {{name}}: **read** it"})
    words = str(ask(form, {}, {"name": "<script>alert(1)</script>**x**"}, now=NOW).shown[0].words)
    assert "<script" not in words
    assert "<strong>read</strong>" in words
    assert "<strong>x</strong>" not in words


def test_questions_of_an_empty_row_come_and_go_too() -> None:
    row = [{**GOES, "key": "goes"}, {**WHY, "conditional": {"hide": '=goes != "no"'}}]
    asked = ask(form_of({**PARTS, "components": row}), {}, {}, now=NOW)
    assert asked.names == ("parts.0.goes",)
