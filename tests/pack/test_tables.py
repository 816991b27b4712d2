"""The pack's tables advise as the guidance reads; each test is a sentence of it, or a gap that a person must fill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.dmn import evaluate, parse_dmn

TABLES = Path(__file__).parents[2] / "processes"
STARTED = date(2026, 1, 5)


def ask(table: str, output: str, inputs: Mapping[str, object], switched: str = "null") -> object:
    """One output of a table; `switched` is the day written into the switch of the family meeting."""
    source = (TABLES / f"{table}.dmn").read_text("utf-8").replace("<text>null</text>", f"<text>{switched}</text>", 1)
    model = parse_dmn(source.encode(), name=table)
    result = evaluate(model, table, dict(inputs), now=datetime(2026, 6, 1, tzinfo=UTC)).result
    assert isinstance(result, Mapping)
    return result[output]


@pytest.mark.parametrize(
    ("route", "answers"),
    [
        ("emergency_protection", {"immediate_danger": "yes"}),
        ("child_protection", {"harm": "likely", "continuing_risk": "yes", "order_may_be_needed": "no"}),
        (
            "child_protection_and_legal_planning",
            {"harm": "suffering", "continuing_risk": "yes", "order_may_be_needed": "yes"},
        ),
        ("child_in_need", {"harm": "suffering", "continuing_risk": "no"}),
        ("child_in_need", {"harm": "neither", "needs_services": "yes"}),
        ("signposting", {"harm": "neither", "needs_services": "no"}),
        ("signposting", {"section_47_needed": "no", "needs_services": "no"}),
        ("not_enough_information", {}),
        ("not_enough_information", {"harm": "likely"}),
    ],
)
def test_substantiation(route: str, answers: dict[str, object]) -> None:
    assert ask("substantiation", "route", answers) == route


NO_CHANGE = {"risk_reducing": "no", "progress": "insufficient", "change_likely_in_timeframe": "no"}


@pytest.mark.parametrize(
    ("advised", "answers"),
    [
        ("hold_lpm", {**NO_CHANGE, "asked_by": "review_conference", "support_offered": "yes"}),
        ("hold_lpm", {**NO_CHANGE, "asked_by": "looked_after", "support_offered": "yes"}),
        ("provide_support", {**NO_CHANGE, "asked_by": "worker", "support_offered": "no"}),
        ("continue_cp", {**NO_CHANGE, "asked_by": "review_conference", "risk_reducing": "yes"}),
        ("continue_cp", {**NO_CHANGE, "asked_by": "route", "progress": "sufficient"}),
        ("continue_cp", {**NO_CHANGE, "asked_by": "review_conference", "change_likely_in_timeframe": "yes"}),
        ("state_your_view", {"asked_by": "looked_after"}),
        ("not_enough_information", {"asked_by": "review_conference"}),
        ("not_enough_information", {"asked_by": "review_conference", "threshold_met": "yes"}),
    ],
)
def test_lpm_recommendation(advised: str, answers: dict[str, object]) -> None:
    assert ask("lpm-recommendation", "recommendation", answers) == advised


@pytest.mark.parametrize(
    ("route", "proposal", "carm", "unborn"),
    [
        ("continue_cp", "continue_cp", None, "no"),
        ("pre_proceedings", "pre_proceedings", "part_agreed", "no"),
        ("service_manager_decides", "pre_proceedings", "refused", "no"),
        ("service_manager_decides", "proceedings", "part_agreed", "no"),
        ("proceedings", "proceedings", "agreed", "no"),
        ("birth_plan", "proceedings", "agreed", "yes"),
        ("not_enough_information", "proceedings", None, "no"),
    ],
)
def test_lpm_outcome_routing(route: str, proposal: str, carm: str | None, unborn: str) -> None:
    answers = {"lpm_proposal": proposal, "carm_decision": carm, "unborn": unborn}
    assert ask("lpm-outcome-routing", "route", answers) == route


@pytest.mark.parametrize(
    ("outcome", "progress", "more_time", "held"),
    [
        ("end_plo", "sufficient", None, date(2026, 3, 2)),
        ("further_review", "insufficient", "yes", date(2026, 4, 26)),
        ("review_lpm", "insufficient", "yes", date(2026, 4, 27)),
        ("review_lpm", "insufficient", "no", date(2026, 3, 2)),
        ("not_enough_information", None, None, date(2026, 3, 2)),
    ],
)
def test_plo_review_routing_turns_at_sixteen_weeks(
    outcome: str, progress: str | None, more_time: str | None, held: date
) -> None:
    answers = {"plo_progress": progress, "plo_more_time_would_help": more_time, "plo_review_date": held}
    assert ask("plo-review-routing", "outcome", {"plo_started_on": STARTED, **answers}) == outcome


@pytest.mark.parametrize(
    ("decision", "changed"),
    [
        ("further_review", {}),
        ("end_plo", {"plo_progress": "sufficient"}),
        ("review_lpm", {"plo_review_date": date(2026, 4, 27)}),
        ("service_manager_decides", {"plo_review_count": 2}),
        ("no_further_review", {"exceptional_circumstances": "no"}),
        ("service_manager_decides", {"further_review_date": date(2026, 4, 28)}),
        ("not_enough_information", {"exceptional_circumstances": None}),
        ("not_enough_information", {"further_review_date": None}),
    ],
)
def test_a_second_review_is_for_exceptional_circumstances_within_sixteen_weeks(
    decision: str, changed: dict[str, object]
) -> None:
    usual = {
        "plo_progress": "insufficient",
        "exceptional_circumstances": "yes",
        "plo_review_count": 1,
        "plo_started_on": STARTED,
        "plo_review_date": date(2026, 3, 9),
        "further_review_date": date(2026, 4, 27),
    }
    assert ask("second-plo-review", "decision", {**usual, **changed}) == decision


@pytest.mark.parametrize(
    ("offer", "switched", "exception"),
    [
        ("voluntary", "null", "no"),
        ("not_offered", "null", "yes"),
        ("compulsory", 'date("2026-02-01")', "no"),
        ("not_offered", 'date("2026-02-01")', "yes"),
        ("voluntary", 'date("2026-02-02")', "no"),
        ("not_enough_information", "null", None),
    ],
)
def test_the_family_meeting_must_be_offered_from_the_day_the_owner_enters(
    offer: str, switched: str, exception: str | None
) -> None:
    answers = {"lpm_decision_date": date(2026, 2, 1), "fgdm_exception": exception}
    assert ask("fgdm-offer", "offer", answers, switched) == offer


@pytest.mark.parametrize(
    ("event", "amount", "unit"),
    [
        ("core-group-first", 10, "working days"),
        ("core-group-next", 4, "weeks"),
        ("review-1", 12, "weeks"),
        ("review-2", 6, "months"),
        ("letter-to-legal", 1, "weeks"),
        ("pre-proceedings-meeting", 1, "weeks"),
        ("plo-review", 8, "weeks"),
        ("plo-16-weeks", 16, "weeks"),
    ],
)
def test_timescales_are_those_of_the_guidance(event: str, amount: int, unit: str) -> None:
    assert (ask("timescales", "amount", {"event": event}), ask("timescales", "unit", {"event": event})) == (
        amount,
        unit,
    )
