"""One try of a job, step by step: what is sent stays sent, what fails is counted, what is refused is not repeated."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from engine.model.errors import JobNotOpen, StoreGone
from engine.wiring.patience import patiently
from engine.worker.trying import try_job
from handlers.job import JobRefused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Doing:
    """Two mails to send; fails where a test says so."""

    def __init__(self, **trouble) -> None:
        self.trouble = trouble
        self.did = []
        self.tries_left = True

    def _meet(self, what: str) -> None:
        self.did.append(what)
        if isinstance(self.trouble.get(what), StoreGone):
            raise self.trouble.pop(what)
        if what in self.trouble:
            raise self.trouble[what]

    def make(self, _job_id, _now, _run=None):
        self._meet("make")
        return None if self.trouble.get("closed") else SimpleNamespace(mails={"one": 1, "two": 2})

    def send(self, _made, key, _now):
        self._meet(f"send {key}")
        return "reference"

    def finish(self, _made, _now):
        self._meet("finish")

    def note(self, _job_id, _reason, _now):
        self._meet("note")
        return self.tries_left

    def fail(self, _job_id, reason, _now):
        self._meet("fail")
        self.reason = reason


class Once:
    """Remembers what each step gave, as the durable queue does."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def __call__(self, name, action):
        if name not in self.given:
            self.given[name] = action()
        return self.given[name]


def tried(doing, once=None, sent=()):
    again = []
    said = try_job(doing, "j", 1, list(sent), once=once or Once(), again=again.append, clock=lambda: NOW)
    return said, again


def test_a_try_makes_sends_and_finishes():
    doing = Doing()
    assert tried(doing) == ("finished", [])
    assert doing.did == ["make", "send one", "send two", "finish"]


def test_a_closed_job_is_left_alone():
    doing = Doing(closed=True)
    assert tried(doing) == ("closed", [])
    assert doing.did == ["make"]


def test_what_was_sent_is_not_sent_again_by_the_next_try():
    doing = Doing(**{"send two": OSError("busy")})
    assert tried(doing) == ("again", [["one"]])
    later = Doing()
    assert tried(later, sent=["one"]) == ("finished", [])
    assert later.did == ["make", "send two", "finish"]


def test_the_same_try_after_a_crash_sends_nothing_twice_and_counts_nothing_twice():
    once = Once()
    doing = Doing(**{"send two": OSError("busy")})
    tried(doing, once)
    doing.did.clear()
    assert tried(doing, once) == ("again", [["one"]])
    assert doing.did == ["make"]


def test_out_of_tries_fails_with_the_reason():
    doing = Doing(**{"send one": OSError("busy")})
    doing.tries_left = False
    assert tried(doing) == ("failed", [])
    assert doing.reason == "OSError: busy"


@pytest.mark.parametrize("where", ["make", "send one"])
def test_a_refusal_is_not_tried_again(where):
    doing = Doing(**{where: JobRefused("no such letter")})
    assert tried(doing) == ("failed", [])
    assert doing.reason == "no such letter"
    assert "note" not in doing.did


@pytest.mark.parametrize("where", ["make", "finish", "note"])
def test_a_job_closed_meanwhile_is_no_failure(where):
    trouble = {where: JobNotOpen("withdrawn")}
    if where == "note":
        trouble["make"] = OSError("busy")
    assert tried(Doing(**trouble)) == ("closed", [])


def test_a_store_that_is_away_is_waited_for_and_is_no_failed_try():
    gone = {what: StoreGone("away") for what in ("make", "send one", "finish")}
    doing = Doing(**gone)
    assert tried(doing) == ("finished", [])
    assert doing.did == ["make", "make", "send one", "send one", "send two", "finish", "finish"]


def test_a_failed_try_is_noted_when_the_store_is_back():
    doing = Doing(**{"send one": OSError("busy"), "note": StoreGone("away"), "fail": StoreGone("away")})
    doing.tries_left = False
    assert tried(doing) == ("failed", [])
    assert doing.did == ["make", "send one", "note", "note", "fail", "fail"]


def test_patience_grows_to_three_seconds_between_two_looks():
    pauses = []

    def away():
        if len(pauses) < 6:
            raise StoreGone("away")
        return "back"

    assert patiently(away, pauses.append) == "back"
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.0, 3.0]
