"""Hostile answers, forbidden requests, races, long lives and foreign states: each tried once on a running product."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from engine.bpmn import SpiffMachine
from engine.hostile.arena import Arena, opened
from engine.hostile.case import HostileCase
from engine.hostile.crowd import Handicap, Tally, at_once
from engine.hostile.families import load
from engine.hostile.families.answers import _forms
from engine.hostile.families.states import _IN_OURS
from engine.hostile.grounds import ground
from engine.hostile.invariants import Watch
from engine.hostile.packs import bundle
from engine.model.errors import StateUnreadable
from engine.model.event import CaseStarted, TaskCompleted

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

BODIES = r"""{"a": "\ud800"}
{"a": "\u0000"}
{"date": "2026-02-30"}
{"note": "<script>alert(1)</script>"}
{"note": "=HYPERLINK(\"http://x\",\"y\")"}
{"note": "one", "note": "another"}
"""
REQUESTS = """METHOD|PATH|ROLE|EXPECT
GET|/cases/{other_team_case}|practitioner|404
GET|/audit/{case}|practitioner|403
GET|/cases/{case}|anonymous|302 or 401
POST|/models without CSRF token|policy_owner|400/403
GET|/models/{id}/../../etc/passwd|policy_owner|404
GET|/search?q={somebody}|practitioner|no hit, no count
"""
FOREIGN = json.dumps({"serializer_version": "9.9", "tasks": {}, "spec": {}})
FILES = {
    "DATA-01": BODIES,
    "AUTH-01": REQUESTS,
    "STATE-01": FOREIGN,
    "STATE-05": "\x1f\x8b\x08" * 100,
}
OTHERS = ("RACE-01", "RACE-02", "RACE-04", "RACE-12", "RACE-13", "LIFE-02", "LIFE-03", "LIFE-04", "LIFE-05")


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    """One product for all of them."""
    with ground("sqlite") as here, opened(here, quick=True, name="tests") as found:
        yield found


def case_of(case_id: str, folder: Path) -> HostileCase:
    """A case with a file of this module's own."""
    path = folder / "file"
    path.write_bytes(FILES.get(case_id, "").encode())
    return HostileCase(case_id, case_id.partition("-")[0], "", "", "", "1", (path,), folder)


@pytest.mark.parametrize("case_id", [*FILES, *OTHERS])
def test_the_product_survives(arena: Arena, tmp_path: Path, case_id: str) -> None:
    case = case_of(case_id, tmp_path)
    verdict = load(case.family).trials[case_id](arena, case)
    assert verdict.survived, verdict.why
    assert verdict.runs >= 1


def test_and_afterwards_nothing_acknowledged_is_lost(arena: Arena) -> None:
    found = Watch(arena).look()
    assert (found.lost, found.duplicated, found.unlogged, found.problems) == (0, 0, 0, ())
    assert arena.acknowledged


@pytest.mark.parametrize("family", ["DATA", "AUTH", "RACE", "STATE"])
def test_the_same_attack_succeeds_where_nothing_protects(family: str, tmp_path: Path) -> None:
    control = load(family).control(tmp_path)
    assert control.succeeded, control.what


def test_a_tally_survives_only_when_everything_held() -> None:
    tally = Tally(runs=7)
    assert tally.expect(1, "never") is True
    assert tally.verdict("X-1", "All well.") == tally.verdict("X-1", "All well.")
    assert tally.verdict("X-1", "All well.").survived
    assert tally.expect([], "It did not hold.") is False
    verdict = tally.verdict("X-1", "All well.")
    assert (verdict.survived, verdict.why, verdict.runs) == (False, "It did not hold.", 7)


def test_a_crowd_is_let_go_together_and_what_one_raises_is_raised() -> None:
    together = Barrier(3)
    assert at_once([lambda: together.wait(60) >= 0] * 3) == [True] * 3

    def fall() -> None:
        raise ValueError("one fell")

    with pytest.raises(ValueError, match="one fell"):
        at_once([fall, lambda: time.sleep(0)])


def test_a_body_becomes_the_fields_that_a_browser_would_send() -> None:
    (own, as_note) = _forms(b'{"home": {"typename": "flat"}}')
    assert own == (("home.typename", b"flat"),)
    assert as_note == (("home.typename", b"flat"), ("note", b"flat"))
    assert list(_forms(b'{"note": "a", "note": "b"}')) == [(("note", b"a"), ("note", b"b"))]
    assert list(_forms(b"[" * 100_000)) == [(("note", b"[" * 100_000),)]
    assert next(iter(_forms(rb'{"a": "\ud800", "b": true, "c": 1e999}'))) == (
        ("a", b"\xed\xa0\x80"),
        ("b", b"true"),
        ("c", b"1e999"),
    )


@pytest.mark.parametrize("case_id", sorted(_IN_OURS))
def test_every_fault_of_a_state_in_our_own_way_is_refused_by_the_machine(case_id: str, tmp_path: Path) -> None:
    machine = SpiffMachine()
    definitions = machine.compile(bundle())
    state = machine.step(definitions, None, CaseStarted("walk", {}), case_id="AL-1", now=NOW).state
    spoilt = _IN_OURS[case_id](tmp_path / "canary")(state)
    with pytest.raises(StateUnreadable):
        machine.step(definitions, spoilt, TaskCompleted("any", {}), case_id="AL-1", now=NOW)
    assert not (tmp_path / "canary").exists()


def test_a_handicap_brings_two_of_unequal_speed_neck_and_neck() -> None:
    handicap, slower, won = Handicap(), 0.3, []
    for _ in range(100):
        won.append(slower + max(0.0, -handicap.seconds) < max(0.0, handicap.seconds))
        handicap.learn(first_won=won[-1])
    assert 30 <= sum(won[20:]) <= 50
    assert abs(handicap.seconds - slower) < 0.1
