"""Changing files of the draft: what is kept, what is refused, and what two people at once are told."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import Reader
from tests.web.workbench.conftest import Desk

TABLE = "processes/timescales.dmn"
DIAGRAM = "processes/core-groups.bpmn"
LETTER = "handlers/letters/core-group-update.md"


def send(reader: Reader, path: str, text: str | bytes, revision: int = 0) -> TestResponse:
    """What an editor sends."""
    headers = {"X-CSRFToken": reader.hidden("csrf_token"), "X-Revision": str(revision), "Content-Type": "text/plain"}
    return reader.client.post(f"/policy/edit/save/{path}", data=text, headers=headers)


def text_of(reader: Reader, path: str) -> str:
    """A file of the draft."""
    response = reader.client.get(f"/policy/edit/content/{path}")
    assert response.status_code == 200
    return response.text


def shorter(reader: Reader) -> str:
    """The timescales with the first core group within 8 working days."""
    text = text_of(reader, TABLE)
    row = text.index('id="timescales-core-group-first-out-1"')
    return text[:row] + text[row:].replace("<text>10</text>", "<text>8</text>", 1)


def with_script_task(text: str) -> str:
    """The diagram with its user task turned into a script task."""
    begin, end = text.index("<bpmn:userTask"), text.index("</bpmn:userTask>")
    inner = text[begin:end]
    flows = [line.strip() for line in inner.splitlines() if "bpmn:incoming" in line or "bpmn:outgoing" in line]
    assert flows
    own = '<bpmn:scriptTask id="core-group" name="Work it out">' + "".join(flows) + "<bpmn:script>1</bpmn:script>"
    return text[:begin] + own + "</bpmn:scriptTask>" + text[end + len("</bpmn:userTask>") :]


def test_the_policy_page_leads_its_owner_here_and_nobody_else(desk: Desk) -> None:
    assert "Change the guidance" in desk.sign_in("olive").get("/policy").text
    others = desk.sign_in("sue")
    assert "Change the guidance" not in others.get("/policy").text
    assert others.get("/policy/edit").status_code == 403
    assert others.post("/policy/edit/start").status_code == 403


def test_a_draft_lists_every_file_in_its_own_words(desk: Desk) -> None:
    page = desk.drafting().get("/policy/edit").text
    for said in ("Core groups", "timescales.dmn", "core-group.form", "core-group-update.md", "guidance.md"):
        assert said in page
    assert "0 files changed" in page


@pytest.mark.parametrize("path", [TABLE, DIAGRAM, "forms/core-group.form", LETTER, "processes/guidance.md"])
def test_each_kind_of_file_has_its_editor(desk: Desk, path: str) -> None:
    response = desk.drafting().get(f"/policy/edit/file/{path}")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")


def test_what_an_editor_sends_is_kept_and_told_in_sentences(desk: Desk) -> None:
    reader = desk.drafting()
    said = send(reader, TABLE, shorter(reader)).get_json()
    assert said == {"revision": 1, "at": "09:30:00"}
    assert "“Amount” changed from “10” to “8”" in reader.get("/policy/edit/changes").text
    assert "1 file changed" in reader.get("/policy/edit").text
    assert "Olive Owner" in reader.get("/policy/edit/history").text


def test_two_people_are_told_of_each_other(desk: Desk) -> None:
    olive, otto = desk.drafting(), desk.drafting("otto")
    mine = shorter(olive)
    assert send(olive, TABLE, mine).status_code == 200
    refused = send(otto, TABLE, mine.replace("<text>8</text>", "<text>9</text>"))
    assert refused.status_code == 409
    said: dict[str, Any] = refused.get_json()
    assert "Olive Owner saved this file" in said["sentences"][0]
    assert said["theirs"] == {"revision": 1, "by": "olive"}
    assert "<text>9</text>" in otto.get(said["kept"]).text
    assert text_of(otto, TABLE) == mine


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<oops", "not well-formed"),
        ("<!DOCTYPE x><definitions/>", "DOCTYPE"),
        ("<html/>", "not a DMN table"),
        (b"\xff\xfe", "UTF-8"),
        ("", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(desk: Desk, content: str | bytes, why: str) -> None:
    reader = desk.drafting()
    before = text_of(reader, TABLE)
    refused = send(reader, TABLE, content)
    assert refused.status_code == 422
    assert why in refused.get_json()["sentences"][0]
    assert text_of(reader, TABLE) == before


@pytest.mark.parametrize("path", ["processes/../../etc/passwd", "processes/x.py", "handlers/letters/x.py", "x.bpmn"])
def test_only_files_of_a_pack_have_an_address(desk: Desk, path: str) -> None:
    reader = desk.drafting()
    assert send(reader, path, "x").status_code in (404, 409)
    assert reader.get(f"/policy/edit/file/{path}").status_code == 404


def test_a_save_without_the_token_is_none(desk: Desk) -> None:
    reader = desk.drafting()
    assert reader.client.post(f"/policy/edit/save/{TABLE}", data="x").status_code == 400
    token = reader.client.get("/policy/edit/token").get_json()["token"]
    headers = {"X-CSRFToken": token, "X-Revision": "0"}
    text = shorter(reader)
    assert reader.client.post(f"/policy/edit/save/{TABLE}", data=text, headers=headers).status_code == 200


def test_a_diagram_with_a_script_task_is_named_and_cannot_be_submitted(desk: Desk) -> None:
    reader = desk.drafting()
    assert send(reader, DIAGRAM, with_script_task(text_of(reader, DIAGRAM))).status_code == 200
    found = reader.client.get(f"/policy/edit/faults/{DIAGRAM}").get_json()
    assert any(each["element"] == "core-group" and "script" in each["sentence"].lower() for each in found["faults"])
    assert f"/policy/edit/file/{DIAGRAM}#core-group" in reader.get("/policy/edit/checks").text
    page = reader.get("/policy/edit/publish")
    assert "core-group" in page.text
    form = {"number": "3", "change_note": "x", "digest": reader.hidden("digest")}
    form |= {"effective_from-day": "5", "effective_from-month": "1", "effective_from-year": "2026"}
    refused = reader.post("/policy/edit/publish", form)
    assert refused.status_code == 422
    assert "This cannot be published yet" in refused.text
    assert "element core-group" in refused.text


def test_a_letter_is_written_without_scripts_and_previewed(desk: Desk) -> None:
    reader = desk.drafting()
    page = reader.get(f"/policy/edit/file/{LETTER}")
    assert "Update for the core group" in page.text
    typed = text_of(reader, LETTER).replace("Dear ", "Good day ")
    shown = reader.post(f"/policy/edit/write/{LETTER}", {"text": typed, "do": "preview", "revision": "0"})
    assert "Good day [recipient not known yet]" in shown.text
    assert "Good day" not in text_of(reader, LETTER)
    done = reader.post(f"/policy/edit/write/{LETTER}", {"text": typed, "do": "save", "revision": "0"})
    assert done.status_code == 303
    assert "Good day" in text_of(reader, LETTER)
    stale = desk.drafting("otto").post(f"/policy/edit/write/{LETTER}", {"text": "mine", "do": "save", "revision": "0"})
    assert stale.status_code == 409
    assert "mine</textarea>" in stale.text


def test_a_file_is_put_back_and_taken_out(desk: Desk) -> None:
    reader = desk.drafting()
    before = text_of(reader, TABLE)
    send(reader, TABLE, shorter(reader))
    reader.post(f"/policy/edit/restore/{TABLE}", {"revision": "1"})
    assert text_of(reader, TABLE) == before
    reader.post(f"/policy/edit/remove/{LETTER}", {"revision": "0"})
    assert "Taken out" in reader.get("/policy/edit").text
    assert "core-group-update" not in reader.client.get("/policy/edit/templates.json").text
    reader.post(f"/policy/edit/restore/{LETTER}", {"revision": "1"})
    assert "core-group-update" in reader.client.get("/policy/edit/templates.json").text


def test_a_discarded_draft_is_gone(desk: Desk) -> None:
    reader = desk.drafting()
    send(reader, TABLE, shorter(reader))
    reader.get("/policy/edit")
    assert reader.post("/policy/edit/discard", {"seen": reader.hidden("seen")}).status_code == 303
    assert "Start a draft" in reader.get("/policy/edit").text
    assert reader.get("/policy/edit/checks").status_code == 404
