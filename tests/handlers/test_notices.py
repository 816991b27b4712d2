"""Notices: told to each person of the role, and silent about the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.job import Job, JobRefused
from handlers.registry import HANDLERS

from .conftest import NOW, fill


def notice(type_: str = "notice", headers: dict[str, str] | None = None, **variables: object) -> Job:
    known = {
        "event": "arrived",
        "task_name": "Write to Robin Example's parents",
        "case_title": "Robin Example",
        "due": datetime(2026, 3, 31, 22, 59, tzinfo=UTC),
        "link": "https://alongside.example/tasks/AL-1.t1",
        "recipients": ["a@example.gov.uk", "b@example.gov.uk", "a@example.gov.uk", ""],
    }
    return Job(type_, "AL-1.n1", "AL-1", {**known, **variables}, headers or {}, NOW, {}, fill)


@pytest.mark.parametrize("event", ["arrived", "warn", "overdue"])
def test_each_person_is_told_once_and_apart(event):
    mails = HANDLERS["notice"](notice(event=event)).mails
    assert [mail.to for mail in mails] == [("a@example.gov.uk",), ("b@example.gov.uk",)]
    assert len({mail.key for mail in mails}) == 2


@pytest.mark.parametrize("event", ["arrived", "warn", "overdue"])
def test_a_notice_names_nobody(event):
    for mail in HANDLERS["notice"](notice(event=event)).mails:
        assert "Robin" not in mail.subject + mail.text
        assert "AL-1" in mail.subject


def test_the_due_date_is_the_day_in_london():
    text = HANDLERS["notice"](notice()).mails[0].text
    assert "due on 31 March 2026" in text
    assert "https://alongside.example/tasks/AL-1.t1" in text
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC).isoformat()
    assert "due on 1 April 2026" in HANDLERS["notice"](notice(due=late)).mails[0].text
    assert "due on" not in HANDLERS["notice"](notice(due=None)).mails[0].text


def test_keys_stay_when_another_person_joins_the_role():
    before = HANDLERS["notice"](notice()).mails[1]
    after = HANDLERS["notice"](notice(recipients=["c@example.gov.uk", "b@example.gov.uk"])).mails[1]
    assert before.key == after.key


def test_nobody_to_tell_is_no_error():
    assert HANDLERS["notice"](notice(recipients=[])).mails == ()


def test_an_unknown_event_is_refused():
    with pytest.raises(JobRefused, match="not known"):
        HANDLERS["notice"](notice(event="exploded"))


WORDING = """---
title: To read
subject: Something to read in case {{ case_id }}
guidance: [F-18]
---
The record of case {{ case_id }} is ready to read.
"""


def asked(wording: str = WORDING) -> Job:
    return replace(notice("notify", {"notification": "record"}), wording={"record": wording})


def test_a_diagram_may_ask_for_a_notice_in_fixed_words():
    mails = HANDLERS["notify"](asked()).mails
    assert [mail.subject for mail in mails] == ["Something to read in case AL-1"] * 2
    assert mails[0].text.startswith("The record of case AL-1 is ready to read.")


def test_the_words_of_a_notice_may_name_nobody():
    with pytest.raises(JobRefused, match="no placeholder but"):
        HANDLERS["notify"](asked(WORDING.replace("The record", "{{ child_name }}: the record")))


def test_an_unknown_notice_is_refused():
    with pytest.raises(JobRefused, match="there is no notification"):
        HANDLERS["notify"](notice("notify", {"notification": "unknown"}))


def test_every_notice_of_the_pack_can_be_sent():
    folder = Path(__file__).parents[2] / "handlers" / "notifications"
    for file in sorted(folder.glob("*.md")):
        wording = file.read_text(encoding="utf-8")
        job = replace(notice("notify", {"notification": file.stem}), wording={file.stem: wording})
        assert "Robin" not in HANDLERS["notify"](job).mails[0].text
        assert "guidance: [" in wording
