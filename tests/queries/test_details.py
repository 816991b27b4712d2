"""What stands under a line of history: questions and choices as people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from engine.forms import parse_form
from engine.model.journal import Entry
from engine.queries.details import details_of

FORM = parse_form(
    json.dumps(
        {
            "type": "default",
            "id": "route",
            "components": [
                {
                    "type": "radio",
                    "key": "route",
                    "label": "Which way?",
                    "values": [
                        {"label": "Hold a planning meeting", "value": "hold_lpm"},
                        {"label": "Nothing more", "value": "none"},
                    ],
                },
                {"type": "textfield", "key": "why", "label": "Why"},
            ],
        }
    ).encode()
)


def _told(**body: Any) -> tuple[str, ...]:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    entry = Entry("AL-1", 2, "task_completed", "wes", "worker", now, now, "digest", 2, body)
    guidance: Any = SimpleNamespace(form=lambda _name: FORM)
    return details_of(entry, guidance)


def test_a_departure_reads_as_the_choices_of_its_question() -> None:
    answers = {"route": "none", "why": "It has been held"}
    departed = {"advice": "a.route", "advised": "hold_lpm", "answered": "none", "reason": "It has been held"}
    assert _told(form="route", event={"answers": answers}, departed_from_advice=departed) == (
        "Which way? Nothing more",
        "Why: It has been held",
        "The advice was: Hold a planning meeting. The decision was: Nothing more. Reason: It has been held",
    )


def test_what_a_job_tells_the_process_is_no_answer() -> None:
    assert _told(event={"type": "JobFinished", "job_id": "3", "result": {"to_post": 0}}) == ()
