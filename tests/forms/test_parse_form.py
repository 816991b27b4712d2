"""A form-js file becomes questions, or every reason why not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.forms import FormError, parse_form


def form_bytes(*components: Mapping[str, object], **top: object) -> bytes:
    """A form-js file with these components."""
    return json.dumps({"type": "default", "id": "sample", "components": list(components), **top}).encode()


def text(key: str = "name", **more: object) -> dict[str, object]:
    """A text field."""
    return {"type": "textfield", "key": key, "label": "Name", **more}


def sentences(source: bytes, path: str = "") -> list[str]:
    """What is wrong with a form; empty when nothing is."""
    try:
        parse_form(source, path=path)
    except FormError as error:
        return [fault.sentence for fault in error.faults]
    return []


EDITOR = form_bytes(
    {"type": "text", "id": "Field_0", "text": "# Strategy meeting\nHeld on {{held}}",
     "layout": {"row": "Row_1", "columns": None}},
    {"type": "textfield", "key": "who", "id": "Field_1", "label": "Who", "layout": {"row": "Row_2", "columns": 8},
     "validate": {"required": True, "minLength": 2, "maxLength": 50, "validationType": "custom", "pattern": "^[A-Z]"},
     "appearance": {"prefixAdorner": "@"}},
    {"type": "textarea", "key": "why", "id": "Field_2", "label": "Why"},
    {"type": "number", "key": "age", "id": "Field_3", "label": "Age", "decimalDigits": 0, "increment": "1",
     "validate": {"min": 0, "max": 17}},
    {"type": "datetime", "subtype": "date", "dateLabel": "Date held", "key": "held", "id": "Field_4",
     "disallowPassedDates": True},
    {"type": "datetime", "subtype": "time", "timeLabel": "Time", "key": "at", "id": "Field_5", "use24h": True,
     "timeInterval": 15, "timeSerializingFormat": "utc_offset"},
    {"type": "datetime", "subtype": "datetime", "dateLabel": "Begins", "timeLabel": "At", "key": "begins", "id": "F6"},
    {"type": "checkbox", "key": "sure", "id": "Field_7", "label": "I am sure", "defaultValue": False},
    {"type": "radio", "key": "route", "id": "Field_8", "label": "Route",
     "values": [{"label": "One", "value": "one"}, {"label": "Two", "value": "two"}],
     "conditional": {"hide": "=age > 16"}},
    {"type": "select", "key": "team", "id": "Field_9", "label": "Team", "valuesKey": "teams", "searchable": True},
    {"type": "checklist", "key": "views", "id": "F10", "label": "Views", "valuesExpression": "=[\"a\", \"b\"]"},
    {"type": "group", "id": "F11", "label": "Home", "path": "home", "showOutline": True,
     "components": [text("street", id="F12")], "verticalAlignment": "start"},
    {"type": "dynamiclist", "id": "F13", "label": "People", "path": "people", "isRepeating": True,
     "allowAddRemove": True, "defaultRepetitions": 1, "nonCollapsedItems": 5, "components": [text("person", id="F14")]},
    {"type": "filepicker", "key": "papers", "id": "F15", "label": "Papers", "accept": ".pdf", "multiple": True},
    {"type": "separator", "id": "F16"},
    {"type": "spacer", "id": "F17", "height": 60},
    schemaVersion=19,
    exporter={"name": "form-js", "version": "1.23.0"},
    executionPlatform="Camunda Cloud",
    executionPlatformVersion="8.8.0",
)  # fmt: skip


def test_everything_the_editor_writes_is_read_in_order() -> None:
    form = parse_form(EDITOR, path="forms/sample.form")
    assert (form.id, form.title) == ("sample", "Strategy meeting")
    kinds = "text textfield textarea number date time datetime checkbox radio select checklist group dynamiclist"
    assert " ".join(each.type for each in form.fields) == f"{kinds} filepicker separator spacer"
    names = [each.name for each in form.walk() if each.name]
    assert names[-4:] == ["home.street", "people", "people.#.person", "papers"]
    assert " ".join(form.keys) == "who why age held at begins sure route team views home people papers"


def test_a_boolean_radio_stores_true_and_false() -> None:
    values = [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}]
    radio = {"type": "radio", "key": "r", "label": "R", "values": values}
    plain = parse_form(form_bytes(radio)).fields[0]
    boolean = parse_form(form_bytes({**radio, "properties": {"type": "boolean"}})).fields[0]
    assert [option.value for option in plain.options] == ["true", "false"]
    assert [option.value for option in boolean.options] == [True, False]
    assert [option.token for option in boolean.options] == ["true", "false"]


@pytest.mark.parametrize(
    "name",
    [
        "case_id",
        "now",
        "csrf_token",
        "key",
        "do",
        "_secret",
        "__class__",
        "two words",
        "1st",
        "a.b",
        "a-b",
        "if",
        "",
        None,
    ],
)
def test_names_that_no_answer_may_have_are_refused(name: str | None) -> None:
    assert len(sentences(form_bytes({**text(), "key": name}))) == 1


@pytest.mark.parametrize(
    ("component", "says"),
    [
        ({"type": "html", "content": "<b>x</b>"}, "HTML is not shown in forms"),
        ({"type": "iframe", "url": "https://example.org"}, "Pages of other sites"),
        ({"type": "button", "label": "Go"}, "The page has its own buttons"),
        ({"type": "wheel"}, "type “wheel” are not supported"),
        ({"type": ["text"]}, "are not supported"),
        ({"type": "text", "text": "<script>alert(1)</script>"}, "holds HTML"),
        ({"type": "text", "text": "[go](javascript:alert(1))"}, "a link that runs code"),
        ({"type": "text", "text": "![see](https://example.org/x.png)"}, "holds an image"),
        ({"type": "text", "text": "![see][there]"}, "holds an image"),
        ({"type": "text", "text": "{{ 1 + }}"}, "is not FEEL"),
        ({"type": "text", "text": "{{#if x}}a{{/if}}"}, "not supported"),
        (text(onclick="x"), "“onclick”, which means nothing here"),
        (text(label=""), "needs a label"),
        (text(label="Dear {{name}}"), "plain words"),
        (text(validate={"requried": True}), "rule “requried” is not known"),
        (text(validate={"required": "yes"}), "must be true or false"),
        (text(validate={"pattern": "("}), "not a regular expression"),
        (text(validate={"min": 1}), "no meaning"),
        (text(conditional={"hide": "import os"}), "must be FEEL beginning with “=”"),
        (text(conditional={"hide": "=__import__('os').system('x')"}), "is not FEEL"),
        (text(conditional={"hide": '=open("x", "w")'}), "`open`, which is not a function"),
        (text(properties={"prefill": '=exec("x")'}), "`exec`, which is not a function"),
        ({"type": "text", "text": '{{eval("1")}}'}, "`eval`, which is not a function"),
        (text(properties={"chekc": "=true"}), "custom property “chekc” is not known"),
        (text(properties={"check": "=value > 1"}), "needs a sentence"),
        (text(properties={"check": "=value >", "checkMessage": "no"}), "is not FEEL"),
        ({"type": "radio", "key": "r", "label": "R", "values": []}, "at least one option"),
        ({"type": "radio", "key": "r", "label": "R", "values": [{"label": "a", "value": "a"}] * 2}, "same value"),
        ({"type": "radio", "key": "r", "label": "R", "values": [{"label": "a", "value": "maybe"}],
          "properties": {"type": "boolean"}}, "true and false"),
        ({"type": "datetime", "subtype": "week", "key": "d", "dateLabel": "D"}, "date, time or datetime"),
        ({"type": "dynamiclist", "label": "L", "path": "", "components": [text()]}, "path"),
        ({"type": "dynamiclist", "label": "L", "path": "rows", "components": []}, "asks for nothing"),
        ({"type": "dynamiclist", "label": "L", "path": "rows",
          "components": [{"type": "dynamiclist", "label": "M", "path": "more", "components": [text()]}]},
         "inside a list"),
        ("not an object", "not an object"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused_in_words(component: dict[str, object], says: str) -> None:
    found = sentences(form_bytes(component))
    assert any(says in sentence for sentence in found), found


def test_every_fault_is_told_at_once_and_names_its_question() -> None:
    with pytest.raises(FormError) as caught:
        parse_form(form_bytes(text("case_id"), {"type": "html"}, text("same"), text("same")))
    assert [fault.element for fault in caught.value.faults] == ["case_id", "html", "same"]


def test_the_file_and_the_form_have_one_name() -> None:
    assert sentences(form_bytes(text()), "forms/sample.form") == []
    assert "its file is named" in sentences(form_bytes(text()), "forms/other.form")[0]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "not JSON"),
        (b"[]", "not a form-js form"),
        (b'{"type": "default"}', "no list of components"),
        (b'{"type": "default", "type": "default", "components": []}', "given twice"),
        (b'{"type": "default", "components": [], "schemaVersion": NaN}', "not a number that JSON has"),
        (b'{"type": "default", "components": [], "schemaVersion": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'\xff\xfe{"type"', "not UTF-8"),
        (b"[" * 100_000, "levels deep"),
        (b'"' + b'\\"' * 400_000, "not JSON"),
        (b" " * 1_000_001, "larger than 1 MB"),
        (form_bytes(text(label="a\u0000b")), "control character"),
        (b'{"type": "default", "components": [{"type": "text", "text": "\\ud800"}]}', "control character"),
        (form_bytes(*[text(f"f{i}") for i in range(501)]), "more than 500"),
        (
            form_bytes(*[text(f"f{i}", conditional={"hide": "=" + "x + " * 500 + "1"}) for i in range(60)]),
            "expressions",
        ),
    ],
)
def test_a_file_that_is_no_form_is_refused(source: bytes, says: str) -> None:
    found = sentences(source)
    assert any(says in sentence for sentence in found), found


def test_groups_nest_five_deep_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, object]:
        return text() if depth == 0 else {"type": "group", "label": "G", "components": [nested(depth - 1)]}

    assert sentences(form_bytes(nested(4))) == []
    assert "more than 5 deep" in sentences(form_bytes(nested(5)))[0]


def test_hostile_forms_are_refused_with_a_sentence(hostile: Path) -> None:
    files = sorted((hostile / "forms").glob("*.json"))
    assert files
    for file in files:
        found = sentences(file.read_bytes(), file.name)
        assert found, file.name
        assert all(len(sentence) < 300 for sentence in found)
