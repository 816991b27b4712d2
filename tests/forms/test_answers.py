"""What people type becomes answers, or sentences that say what to enter."""

from __future__ import annotations

import json
import time as clock
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.forms import (
    Accepted,
    Form,
    Rejected,
    accept,
    accept_json,
    hidden,
    initial,
    options_of,
    parse_form,
    render_text,
)

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def form(*components: Mapping[str, object]) -> Form:
    """A form with these components."""
    return parse_form(json.dumps({"type": "default", "id": "f", "components": list(components)}).encode())


def field(kind: str, key: str = "a", label: str = "Reason", **more: object) -> dict[str, object]:
    """One component."""
    return {"type": kind, "key": key, "label": label, **more}


def date_field(key: str = "held", label: str = "Date of the meeting", **more: object) -> dict[str, object]:
    """A date question."""
    return {"type": "datetime", "subtype": "date", "key": key, "dateLabel": label, **more}


def typed(form: Form, raw: Mapping[str, str | list[str]], context: Mapping[str, object] | None = None) -> object:
    """The answers to what a page sent, or the errors."""
    lists = {name: given if isinstance(given, list) else [given] for name, given in raw.items()}
    return told(accept(form, lists, context or {}, now=NOW))


def told(result: Accepted | Rejected) -> object:
    """The answers, or the sentences by name, marked."""
    return result.answers if isinstance(result, Accepted) else {"errors": result.errors}


def errors(**found: str) -> object:
    """What `typed` gives for these errors."""
    return {"errors": found}


def test_blank_optional_answers_are_stored_as_nothing() -> None:
    every = form(
        field("textfield"), field("number", "n"), field("checkbox", "c"), field("checklist", "l", values=OPTIONS)
    )
    assert typed(every, {}) == {"a": None, "n": None, "c": False, "l": []}


OPTIONS = [{"label": "Red", "value": "red"}, {"label": "Green", "value": "green"}]
REQUIRED = {"validate": {"required": True}}


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        (field("textfield", label="Date of the conference", **REQUIRED), "Enter the date of the conference"),
        (field("textfield", label="LPM reference", **REQUIRED), "Enter the LPM reference"),
        (field("textarea", label="Your reasons", **REQUIRED), "Enter your reasons"),
        (field("textarea", label="What was decided?", **REQUIRED), "Enter an answer to “What was decided?”"),
        (field("radio", label="Route", values=OPTIONS, **REQUIRED), "Select the route"),
        (field("radio", label="Was it quorate?", values=OPTIONS, **REQUIRED), "Select an answer to “Was it quorate?”"),
        (field("checkbox", label="I have read it", **REQUIRED), "Confirm: “I have read it”"),
        (field("filepicker", label="Record", **REQUIRED), "Choose the record"),
        (field("textfield", properties={"requiredMessage": "Say why"}, **REQUIRED), "Say why"),
    ],
)
def test_a_missing_answer_says_what_to_enter(component: dict[str, object], sentence: str) -> None:
    assert typed(form(component), {}) == errors(a=sentence)


@pytest.mark.parametrize(
    "raw",
    [
        {"held-day": "4", "held-month": "3", "held-year": "2026"},
        {"held-day": "04", "held-month": "March", "held-year": "2026"},
        {"held-day": " 4 ", "held-month": "mar", "held-year": "2026 "},
        {"held": "2026-03-04"},
        {"held": "4/3/2026"},
        {"held": "4 March 2026"},
        {"held": "4th March, 2026"},
    ],
)
def test_dates_are_read_as_people_write_them(raw: dict[str, str]) -> None:
    assert typed(form(date_field()), raw) == {"held": date(2026, 3, 4)}


@pytest.mark.parametrize(
    ("day", "month", "year", "problem"),
    [
        ("30", "2", "2026", "must be a real date"),
        ("4", "3", "26", "must include a year of four digits"),
        ("4", "", "2026", "must include a month"),
        ("", "", "2026", "must include a day and a month"),
        ("4", "Ma", "2026", "must include a real month"),
        ("x", "3", "2026", "must be a real date"),
        ("٤", "3", "٢٠٢٦", "must include a year of four digits"),
        ("9" * 5000, "3", "2026", "must be a real date"),
    ],
)
def test_what_is_no_date_says_so(day: str, month: str, year: str, problem: str) -> None:
    raw = {"held-day": day, "held-month": month, "held-year": year}
    assert typed(form(date_field()), raw) == errors(held=f"The date of the meeting {problem}")


@pytest.mark.parametrize(
    ("text", "value"),
    [("14:30", time(14, 30)), ("2.30pm", time(14, 30)), ("12am", time(0)), ("9 am", time(9)), ("midday", time(12))],
)
def test_times_are_read_as_people_write_them(text: str, value: time) -> None:
    at = form({"type": "datetime", "subtype": "time", "key": "at", "timeLabel": "Time"})
    assert typed(at, {"at": text}) == {"at": value}


@pytest.mark.parametrize("text", ["25:00", "13pm", "9", "soon", "12:60"])
def test_what_is_no_time_says_so(text: str) -> None:
    at = form({"type": "datetime", "subtype": "time", "key": "at", "timeLabel": "Time"})
    assert typed(at, {"at": text}) == errors(at="The time must be a real time, such as 9:30am or 14:30")


MOMENT = {"type": "datetime", "subtype": "datetime", "key": "at", "dateLabel": "Meeting"}


def test_a_date_and_time_is_local_to_london() -> None:
    boxes = {"at-day": "1", "at-month": "7", "at-year": "2026", "at-time": "2pm"}
    summer = datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
    assert typed(form(MOMENT), boxes) == {"at": summer}
    assert typed(form(MOMENT), {"at": "2026-07-01T14:00"}) == {"at": summer}
    assert typed(form(MOMENT), {"at": "2026-07-01T13:00:00Z"}) == {"at": summer}


def test_an_hour_that_spring_skips_is_refused() -> None:
    assert "clocks went forward" in str(typed(form(MOMENT), {"at": "2026-03-29T01:30"}))


def test_a_date_without_its_time_is_refused() -> None:
    boxes = {"at-day": "1", "at-month": "7", "at-year": "2026"}
    assert typed(form(MOMENT), boxes) == errors(at="The meeting must include both a date and a time")


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("3.0", 3), ("1,000", 1000), ("£1,250.50", Decimal("1250.50")), ("-2", -2), (" 7 ", 7)],
)
def test_numbers_are_read_as_people_write_them(text: str, value: object) -> None:
    assert typed(form(field("number")), {"a": text}) == {"a": value}


@pytest.mark.parametrize("text", ["three", "1e999", "NaN", "Infinity", "1_000", "9" * 5000, "٣", "0x10", "1,00"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert "must be a" in str(typed(form(field("number")), {"a": text}))


def test_numbers_stay_within_their_bounds() -> None:
    asked = form(field("number", label="Age", decimalDigits=0, validate={"min": 0, "max": 17}))
    assert typed(asked, {"a": "17"}) == {"a": 17}
    assert typed(asked, {"a": "18"}) == errors(a="The age must be 17 or less")
    assert typed(asked, {"a": "-1"}) == errors(a="The age must be 0 or more")
    assert typed(asked, {"a": "1.5"}) == errors(a="The age must be a whole number")


def test_dates_stay_within_bounds_written_in_feel() -> None:
    bounds = {"min": "=begun", "max": "=today()", "minMessage": "The meeting cannot be before the case began"}
    asked, context = form(date_field(properties=bounds)), {"begun": date(2026, 1, 1)}
    assert typed(asked, {"held": "2026-01-01"}, context) == {"held": date(2026, 1, 1)}
    assert typed(asked, {"held": "2025-12-31"}, context) == errors(held=bounds["minMessage"])
    assert typed(asked, {"held": "2026-03-05"}, context) == errors(
        held="The date of the meeting must be today or in the past"
    )
    assert typed(asked, {"held": "1999-01-01"}) == {"held": date(1999, 1, 1)}


def test_a_bound_that_is_not_today_is_named_by_its_date() -> None:
    asked, context = (
        form(date_field(properties={"min": "=begun", "max": "=ended"})),
        {
            "begun": date(2026, 1, 1),
            "ended": date(2026, 2, 1),
        },
    )
    assert typed(asked, {"held": "2026-02-02"}, context) == errors(
        held="The date of the meeting must be 1 February 2026 or earlier"
    )
    assert typed(asked, {"held": "2025-12-31"}, context) == errors(
        held="The date of the meeting must be 1 January 2026 or later"
    )


def test_passed_dates_are_refused_where_the_form_says_so() -> None:
    asked = form(date_field(disallowPassedDates=True))
    assert typed(asked, {"held": "2026-03-04"}) == {"held": date(2026, 3, 4)}
    assert typed(asked, {"held": "2026-03-03"}) == errors(held="The date of the meeting must be today or in the future")


def test_a_check_sees_the_value_the_answers_and_the_case() -> None:
    rules = {
        "check": '=not(list contains(["Saturday", "Sunday"], day of week(value)))',
        "checkMessage": "It must not be a weekend",
        "check2": "=value >= begun and value <= other",
        "checkMessage2": "It must lie between the two",
    }
    asked, context = form(date_field(properties=rules), date_field("other", "Other")), {"begun": date(2026, 3, 2)}

    def on(day: str, other: str = "2026-03-31") -> object:
        return typed(asked, {"held": day, "other": other}, context)

    assert on("2026-03-03") == {"held": date(2026, 3, 3), "other": date(2026, 3, 31)}
    assert on("2026-03-07") == errors(held="It must not be a weekend")
    assert on("2026-02-27") == errors(held="It must lie between the two")
    assert on("2026-03-06", "2026-03-05") == errors(held="It must lie between the two")


def test_a_check_whose_facts_are_missing_holds_nobody_up() -> None:
    asked = form(date_field(properties={"check": "=value >= begun", "checkMessage": "Too early"}))
    assert typed(asked, {"held": "2026-03-03"}) == {"held": date(2026, 3, 3)}


def test_hidden_questions_are_neither_required_nor_stored() -> None:
    asked = form(
        field("radio", "route", "Route", values=OPTIONS),
        field("textfield", "why", "Why", conditional={"hide": '=route != "red"'}, **REQUIRED),
    )
    assert typed(asked, {"route": "green", "why": "smuggled"}) == {"route": "green"}
    assert typed(asked, {"route": "red"}) == errors(why="Enter the why")
    assert typed(asked, {"route": "red", "why": "x"}) == {"route": "red", "why": "x"}


def test_hiding_one_question_hides_what_depends_on_it() -> None:
    asked = form(
        field("radio", "one", "One", values=OPTIONS),
        field("radio", "two", "Two", values=OPTIONS, conditional={"hide": '=one != "red"'}),
        field("textfield", "three", "Three", conditional={"hide": '=two != "red" or two = null'}),
    )
    assert typed(asked, {"one": "green", "two": "red", "three": "x"}) == {"one": "green"}


def test_an_old_answer_of_the_case_does_not_stand_in_for_a_hidden_one() -> None:
    asked = form(
        field("checkbox", "ask", "Ask"),
        field("radio", "route", "Route", values=OPTIONS, conditional={"hide": "=not(ask)"}),
        field("textfield", "why", "Why", conditional={"hide": '=route = null or route != "red"'}),
    )
    assert typed(asked, {"why": "x"}, {"route": "red"}) == {"ask": False}


def test_questions_that_hide_each_other_are_settled() -> None:
    asked = form(
        field("textfield", "a", "A", conditional={"hide": "=b = null"}),
        field("textfield", "b", "B", conditional={"hide": "=a != null"}),
    )
    assert isinstance(typed(asked, {"a": "1", "b": "2"}), dict)


def test_a_hidden_group_hides_all_in_it() -> None:
    group = {"type": "group", "label": "G", "components": [field("textfield", "x", "X", **REQUIRED)]}
    asked = form({**group, "conditional": {"hide": "=true"}})
    assert typed(asked, {"x": "1"}) == {}
    assert "(x)" not in hidden(asked, {}, {}, now=NOW)
    assert "x" in hidden(asked, {}, {}, now=NOW)


def test_a_group_with_a_path_is_stored_as_one() -> None:
    asked = form(
        {"type": "group", "label": "Home", "path": "home", "components": [field("textfield", "street", "Street")]}
    )
    assert typed(asked, {"home.street": "High Street", "street": "Low"}) == {"home": {"street": "High Street"}}


PEOPLE = {
    "type": "dynamiclist",
    "label": "People",
    "path": "people",
    "components": [
        field("textfield", "who", "Name", **REQUIRED),
        date_field("born", "Date of birth"),
        field("textfield", "other", "Other", conditional={"hide": '=who = "Ann"'}),
    ],
}


def test_rows_keep_their_order_and_empty_ones_are_dropped() -> None:
    raw = {
        "people.0.who": "Ann",
        "people.2.who": "Bob",
        "people.2.born-day": "1",
        "people.2.born-month": "2",
        "people.2.born-year": "2020",
        "people.1.who": " ",
        "people.2.other": "x",
        "people.0.other": "hidden",
    }
    assert typed(form(PEOPLE), raw) == {
        "people": [
            {"who": "Ann", "born": None},
            {"who": "Bob", "born": date(2020, 2, 1), "other": "x"},
        ]
    }


def test_an_error_in_a_row_names_the_row() -> None:
    assert typed(form(PEOPLE), {"people.3.born": "2020-02-30"}) == {
        "errors": {"people.3.who": "Enter the name", "people.3.born": "The date of birth must be a real date"}
    }


def test_a_list_holds_at_most_a_hundred_rows() -> None:
    assert len(str(typed(form(PEOPLE), {f"people.{i}.who": "x" for i in range(100)}))) > 100
    assert typed(form(PEOPLE), {f"people.{i}.who": "x" for i in range(101)}) == errors(
        people="There can be at most 100 rows"
    )


def test_only_the_choices_offered_are_accepted() -> None:
    asked = form(field("radio", "a", "Colour", values=OPTIONS), field("checklist", "b", "Colours", values=OPTIONS))
    assert typed(asked, {"a": "red", "b": ["green", "red", "green"]}) == {"a": "red", "b": ["green", "red"]}
    assert typed(asked, {"a": "blue", "b": ["red", "x"]}) == errors(
        a="The colour must be one of the choices listed", b="The colours must be one of the choices listed"
    )


def test_yes_and_no_are_stored_as_true_and_false_where_the_form_says_so() -> None:
    values = [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]
    asked = form(
        field("radio", "a", "A", values=values, properties={"type": "boolean"}),
        field("textfield", "b", "B", conditional={"hide": "=a = false"}),
    )
    assert typed(asked, {"a": "false", "b": "x"}) == {"a": False}
    assert typed(asked, {"a": "true", "b": "x"}) == {"a": True, "b": "x"}


def test_choices_may_come_from_the_case() -> None:
    asked = form(
        field("select", "a", "Parent", valuesExpression="=for p in people return {label: p.name, value: p.id}")
    )
    context = {"people": [{"name": "Ann", "id": "p1"}, {"name": "Bob", "id": "p2"}]}
    assert [o.label for o in options_of(asked.fields[0], context, now=NOW)] == ["Ann", "Bob"]
    assert typed(asked, {"a": "p2"}, context) == {"a": "p2"}
    assert typed(asked, {"a": "p3"}, context) == errors(a="The parent must be one of the choices listed")
    assert options_of(asked.fields[0], {}, now=NOW) == ()


def test_text_is_kept_as_typed() -> None:
    for text in ('=HYPERLINK("http://x","y")', "{{7*7}}", "'; DROP TABLE cases;--", "<script>alert(1)</script>"):
        assert typed(form(field("textarea")), {"a": text}) == {"a": text}
    assert typed(form(field("textarea")), {"a": "one\r\ntwo"}) == {"a": "one\ntwo"}
    assert typed(form(field("textfield")), {"a": "one\r\ntwo"}) == {"a": "one two"}


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\x1bb"])
def test_characters_that_nothing_can_print_are_refused(text: str) -> None:
    assert "cannot be printed" in str(typed(form(field("textfield")), {"a": text}))


def test_text_has_a_length_even_where_the_form_sets_none() -> None:
    assert "1,000 characters or fewer" in str(typed(form(field("textfield")), {"a": "x" * 1001}))
    assert "50,000 characters or fewer" in str(typed(form(field("textarea")), {"a": "x" * 5_000_000}))
    asked = form(field("textfield", validate={"minLength": 3, "maxLength": 5}))
    assert "3 characters or more" in str(typed(asked, {"a": "ab"}))
    assert "5 characters or fewer" in str(typed(asked, {"a": "abcdef"}))


def test_a_pattern_that_would_run_for_ever_is_stopped() -> None:
    asked = form(field("textfield", validate={"pattern": r"^(\w+\s?)+(\w+\s?)+(\w+\s?)+$"}))
    begun = clock.perf_counter()
    found = typed(asked, {"a": "a" * 400 + "!"})
    assert "errors" in str(found)
    assert clock.perf_counter() - begun < 1


def test_patterns_and_kinds_of_text_are_checked() -> None:
    rule = {"pattern": "^[A-Z]{2}$", "patternErrorMessage": "Enter two capital letters"}
    assert typed(form(field("textfield", validate=rule)), {"a": "ab"}) == errors(a="Enter two capital letters")
    mail = form(field("textfield", label="Email", validate={"validationType": "email"}))
    assert typed(mail, {"a": "a@example.com"}) == {"a": "a@example.com"}
    assert "must be an email address" in str(typed(mail, {"a": "example.com"}))


def test_what_the_form_does_not_declare_never_reaches_the_answers() -> None:
    assert typed(form(field("textfield")), {"a": "x", "approved": "yes", "csrf_token": "t"}) == {"a": "x"}
    assert typed(form(field("textfield", readonly=True)), {"a": "x"}) == {}


def test_what_was_typed_is_kept_for_showing_it_again() -> None:
    raw = {"held-day": ["31"], "held-month": ["2"], "held-year": ["2026"], "note": ["kept"]}
    result = accept(form(date_field(), field("textarea", "note", "Note")), raw, {}, now=NOW)
    assert isinstance(result, Rejected)
    assert result.raw == raw


def test_json_is_judged_by_the_same_rules() -> None:
    asked = form(
        date_field(), field("number", "n", "Count", validate={"max": 3}), field("checkbox", "c", "Sure"), PEOPLE
    )
    data = {"held": "2026-03-04", "n": 2, "c": True, "people": [{"who": "Bob", "born": date(2020, 1, 1), "other": "x"}]}
    assert told(accept_json(asked, data, {}, now=NOW)) == {
        "held": date(2026, 3, 4),
        "n": 2,
        "c": True,
        "people": [{"who": "Bob", "born": date(2020, 1, 1), "other": "x"}],
    }
    wrong = {"held": "2026-02-30", "n": 4, "c": "yes", "people": [{"born": 5}], "extra": 1}
    assert told(accept_json(asked, wrong, {}, now=NOW)) == {
        "errors": {
            "extra": "“extra” is not a question of this form",
            "held": "The date of the meeting must be a real date",
            "n": "The count must be 3 or less",
            "c": "The sure must be true or false",
            "people.0.who": "Enter the name",
            "people.0.born": "The date of birth must be text",
        }
    }


def test_json_of_the_wrong_shape_is_an_error_and_never_a_crash() -> None:
    asked = form(
        field("textfield"),
        field("checklist", "l", "L", values=OPTIONS),
        field("number", "n", "N"),
        PEOPLE,
        {"type": "group", "label": "G", "path": "g", "components": [field("textfield", "x", "X")]},
    )
    for bad in (1, 1.5, True, [1], {"a": 1}, [[{}]], float("nan"), float("inf"), 10**400, Decimal("NaN"), b"x"):
        for key in ("a", "l", "n", "people", "g"):
            accept_json(asked, {key: bad}, {}, now=NOW)
            accept_json(asked, {"people": [{"who": bad, "born": bad}], "g": {"x": bad}}, {}, now=NOW)


def test_hostile_bodies_are_refused_or_stored_as_text(hostile: Path) -> None:
    asked = form(
        field("textarea", "note", "Note"), date_field("date", "Date"), field("radio", "decision", "D", values=OPTIONS)
    )
    lines = (hostile / "data" / "bodies.jsonl").read_text().splitlines()
    for line in lines:
        body = json.loads(line)
        result = accept_json(asked, body, {}, now=NOW)
        if isinstance(result, Accepted):
            assert {k: v for k, v in result.answers.items() if v is not None} == body
        else:
            assert set(result.errors) == set(body)
        page = accept(asked, {name: [str(value)] for name, value in body.items()}, {}, now=NOW)
        assert isinstance(page, Rejected) or set(page.answers) == {"note", "date", "decision"}


def test_a_page_begins_with_what_the_form_says_and_with_no_decision() -> None:
    asked = form(
        field("textfield", "a", "A", properties={"prefill": "=child.name"}),
        field("textfield", "b", "B", defaultValue="none"),
        field("radio", "c", "C", values=OPTIONS, defaultValue="red"),
        field("checkbox", "d", "D", defaultValue=True),
        field("textfield", "e", "E"),
        field("textfield", "f", "F", readonly=True),
    )
    context = {"child": {"name": "Sam"}, "e": "of the case", "f": "shown"}
    assert initial(asked, context, now=NOW) == {"a": "Sam", "b": "none", "f": "shown"}


def people(**properties: str) -> dict[str, object]:
    """A list of people, with custom properties."""
    rows = [field("textfield", "name", "Name"), field("checkbox", "safe", "Safe")]
    return {"type": "dynamiclist", "path": "people", "label": "People", "components": rows, "properties": properties}


def test_a_list_begins_with_the_rows_that_the_form_says() -> None:
    context = {"parents": [{"name": "Ann", "age": 40}, {"name": "Ben", "safe": True}, "nobody"]}
    asked = form(people(prefill="=parents"))
    assert initial(asked, context, now=NOW) == {"people.0.name": "Ann", "people.1.name": "Ben", "people.1.safe": True}
    assert initial(asked, {}, now=NOW) == {}


def test_a_list_needs_a_row_where_the_form_says_so() -> None:
    asked = form(people(required="true", requiredMessage="Name at least one person"))
    found = accept_json(asked, {"people": []}, {}, now=NOW)
    assert isinstance(found, Rejected)
    assert found.errors == {"people": "Name at least one person"}
    assert isinstance(accept_json(asked, {"people": [{"name": "Ann"}]}, {}, now=NOW), Accepted)
    assert isinstance(accept_json(form(people()), {}, {}, now=NOW), Accepted)


def test_words_shown_take_values_as_text_and_never_as_markup() -> None:
    shown = render_text(
        "Held on {{held}} by **{{who}}**, {{nothing}}.", {"held": date(2026, 3, 4), "who": "<b>*x*</b>"}, now=NOW
    )
    assert shown == r"Held on 4 March 2026 by **\<b\>\*x\*\</b\>**, ."


@pytest.mark.parametrize("kind", ["textfield", "textarea", "number", "radio", "select"])
def test_two_different_answers_to_one_question_are_none(kind: str) -> None:
    choices = {"values": [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]}
    asked = form(field(kind, **(choices if kind in ("radio", "select") else {})))
    judged = accept(asked, {"a": ["1", "2"]}, {}, now=NOW)
    assert isinstance(judged, Rejected)
    assert judged.errors["a"].endswith("must be answered once")
    assert isinstance(accept(asked, {"a": ["1", "1"]}, {}, now=NOW), Accepted)


def test_bytes_that_were_no_text_are_refused_not_replaced() -> None:
    judged = accept(form(field("textfield")), {"a": ["half a \ufffd character"]}, {}, now=NOW)
    assert isinstance(judged, Rejected)
    assert "cannot be printed" in judged.errors["a"]
