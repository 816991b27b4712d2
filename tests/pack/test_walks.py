"""The pack's diagrams, walked on the machine: the main path and each exception the guidance or the field knows."""

from __future__ import annotations

import pytest

from engine.model.errors import NobodyWaiting
from tests.pack.walking import (
    begin,
    conference,
    day,
    draft,
    end_plo,
    in_period_of_change,
    meet,
    plan_legally,
    recommend,
    review,
    review_plo,
    route,
    send_letter,
)


def test_from_the_concern_to_the_end_of_both_plans() -> None:
    walk = conference(route(begin(), "child_protection"))
    assert (walk.due("core-group"), walk.due("arrange-review")) == (day("2026-02-09"), day("2026-04-20"))
    walk.until("2026-02-06")
    walk.do("core-group", core_group_date=day("2026-02-06"))
    assert walk.due("core-group") == day("2026-03-06")
    review(walk, "first-review", "2026-04-15")
    review(walk, "second-review", "2026-10-10", conference_lpm_view="hold_lpm", conference_lpm_reason="No change")
    assert walk.value("plo_status") == "requested"
    plan_legally(recommend(walk), "pre_proceedings")
    assert walk.due("set-out-concerns") == day("2026-10-17")
    walk.do("set-out-concerns", threshold_concerns="Neglect", fgdm_exception="no")
    walk.do("agree-concerns", concerns_agreed="amend")
    walk.do("set-out-concerns", threshold_concerns="Neglect, and why", fgdm_exception="no")
    walk.do("agree-concerns", concerns_agreed="agree")
    draft(walk).do("legal-check", legal_check="amend", legal_comments="Say when")
    draft(walk).do("legal-check", legal_check="approve")
    assert walk.open().count("send-letter") == 2
    for _ in range(2):
        walk.do("send-letter", letter_sent_on=day("2026-10-12"), letter_method="email")
    assert [names for letter, names in walk.letters if letter == "letter-before-proceedings"] == [
        ["Ann Example"],
        ["Bob Example"],
    ]
    walk.do("post-letter", letter_posted_on=day("2026-10-12"))
    walk.do("record-receipt", letter_receipt="not_yet")
    walk.do("record-receipt", letter_receipt="received", letter_received_on=day("2026-10-14"))
    walk.do("record-receipt", letter_receipt="received", letter_received_on=day("2026-10-16"))
    assert walk.due("arrange-meeting") == day("2026-10-23")
    meet(walk, "2026-10-22")
    assert walk.value("plo_status") == "period_of_change"
    assert ("core-group-update", ["A Nurse"]) in walk.letters
    assert walk.due("arrange-plo-review") == day("2026-12-17")
    review_plo(walk, "2026-12-10", "further_review", "further_review", exceptional_circumstances="yes")
    assert walk.due("arrange-plo-review") == day("2027-02-04")
    end_plo(review_plo(walk, "2027-01-28", "end_plo"), "yes")
    assert (walk.value("plo_status"), walk.value("cp_plan_status")) == ("ended", "active")
    assert walk.value("next_conference_agenda") == "PLO has ended: review the child protection plan."
    assert walk.open() == ["arrange-review", "core-group"]
    review(walk, "later-review", "2027-04-01", "end", conference_lpm_view="continue_cp")
    assert walk.last.ended
    assert "case-closed" in walk.last.end


@pytest.mark.parametrize("chosen", ["child_in_need", "signposting"])
def test_a_route_outside_child_protection_ends_the_case(chosen: str) -> None:
    assert route(begin(), chosen).last.ended


def test_without_a_section_47_enquiry_the_practice_lead_still_decides() -> None:
    walk = begin()
    answers = {"immediate_danger": "no", "section_47_needed": "no", "needs_services": "no"}
    walk.do("strategy-discussion", strategy_date=day("2026-01-06"), **answers)
    assert walk.open() == ["decide-route"]
    assert walk.advice[-1]["route"] == "signposting"  # type: ignore[index]


def test_emergency_protection_called_at_the_strategy_discussion_stops_everything() -> None:
    walk = begin()
    walk.do("strategy-discussion", strategy_date=day("2026-01-06"), immediate_danger="yes", strategy_summary="Hurt")
    assert walk.open() == ["hand-to-courts"]
    walk.do("hand-to-courts", handover_on=day("2026-01-06"))
    assert walk.last.end == ("end-emergency",)


def test_emergency_protection_interrupts_both_plans_and_their_clocks() -> None:
    walk = in_period_of_change()
    walk.record("emergency protection", emergency_on=day("2026-03-03"), emergency_kind="police_protection")
    assert (walk.open(), walk.timers) == (["hand-to-courts"], {})
    walk.do("hand-to-courts", handover_on=day("2026-03-03"))
    assert walk.last.ended


def test_a_child_who_leaves_ends_the_case() -> None:
    walk = conference(route(begin(), "child_protection"))
    walk.record("child left", left_on=day("2026-02-01"), left_reason="turned_18")
    assert walk.open() == ["close-after-leaving"]
    walk.do("close-after-leaving", closed_on=day("2026-02-01"), closure_reason="RC6")
    assert walk.last.end == ("end-child-left",)


def test_an_unborn_child_is_pointed_to_the_timeline_and_the_case_goes_on() -> None:
    walk = begin(unborn="yes")
    assert (walk.notices, walk.open()) == (["pre-birth-timeline"], ["strategy-discussion"])
    walk.record("child born", date_of_birth=day("2026-01-20"), child_name="Robin", sex="F")
    assert walk.open() == ["plan-after-birth", "strategy-discussion"]
    assert (walk.value("unborn"), walk.due("plan-after-birth")) == ("no", day("2026-01-30"))


def test_a_conference_without_a_plan_ends_the_case() -> None:
    walk = conference(route(begin(), "child_protection"), outcome="no_plan")
    assert walk.last.ended


def test_an_inquorate_conference_is_arranged_again_and_its_date_stays() -> None:
    walk = route(begin(), "child_protection")
    walk.do("arrange-icpc", conference_invitees=[])
    walk.do("hold-icpc-conference", icpc_date=day("2026-01-26"), conference_quorate="no")
    assert (walk.open(), walk.due("arrange-icpc")) == (["arrange-icpc"], day("2026-01-27"))


def test_six_months_after_the_initial_conference_the_chair_is_reminded() -> None:
    walk = review(conference(route(begin(), "child_protection")), "first-review", "2026-04-15")
    walk.until("2026-07-27")
    assert (walk.fired, walk.notices) == (["six-months-from-icpc"], ["second-review-six-months"])


def test_legal_planning_alone_ends_when_its_round_is_over() -> None:
    walk = route(begin(), "legal_planning_meeting")
    assert walk.open() == ["sw-recommend"]
    plan_legally(recommend(walk), "continue_cp", proposal="continue_cp")
    assert walk.last.ended


def test_the_service_manager_may_say_no_and_the_chair_is_told() -> None:
    walk = recommend(conference(route(begin(), "child_protection_and_legal_planning")), "continue_cp")
    assert walk.notices == ["lpm-not-approved"]
    assert walk.open() == ["arrange-review", "core-group"]


def test_carm_refuses_and_is_asked_again() -> None:
    walk = recommend(route(begin(), "legal_planning_meeting"))
    plan_legally(walk, "ask_carm_again", proposal="proceedings", carm="refused")
    assert walk.advice[-1]["route"] == "service_manager_decides"  # type: ignore[index]
    walk.do("carm", carm_date=walk.now.date(), carm_decision="agreed")
    walk.do("confirm-lpm-outcome", lpm_outcome="proceedings", lpm_decision_date=walk.now.date())
    assert (walk.last.ended, walk.value("plo_status")) == (True, "proceedings")


def test_care_proceedings_leave_child_protection_going_on() -> None:
    walk = recommend(conference(route(begin(), "child_protection_and_legal_planning")))
    plan_legally(walk, "proceedings", proposal="proceedings")
    assert walk.open() == ["arrange-review", "core-group"]
    assert walk.value("plo_latest_outcome") == "proceedings"


def test_before_the_birth_proceedings_become_a_birth_plan() -> None:
    walk = recommend(route(begin(unborn="yes"), "legal_planning_meeting"))
    plan_legally(walk, "birth_plan", proposal="proceedings")
    assert walk.advice[-1]["route"] == "birth_plan"  # type: ignore[index]
    walk.do("birth-plan", birth_plan_date=walk.now.date())
    assert walk.last.ended


def test_becoming_looked_after_asks_for_a_recommendation() -> None:
    walk = conference(route(begin(), "child_protection"))
    walk.record("child looked after", looked_after_on=day("2026-02-01"), looked_after_basis="section_20")
    assert "sw-recommend" in walk.open()
    assert walk.value("lpm_trigger") == "looked_after"


def test_becoming_looked_after_before_the_route_is_not_lost() -> None:
    walk = begin()
    walk.record("child looked after", looked_after_on=day("2026-01-05"), looked_after_basis="section_20")
    assert "sw-recommend" in route(walk, "child_protection").open()


def test_a_request_made_while_plo_runs_is_looked_at_when_the_round_is_over() -> None:
    walk = in_period_of_change()
    for _ in range(2):
        walk.record("child looked after", looked_after_on=day("2026-03-05"), looked_after_basis="kinship")
    assert "sw-recommend" not in walk.open()
    end_plo(review_plo(walk, "2026-04-20", "end_plo"))
    assert walk.open().count("sw-recommend") == 1


def test_a_worker_may_ask_for_a_meeting_only_while_nobody_else_has() -> None:
    walk = conference(route(begin(), "child_protection"))
    walk.record("LPM requested", lpm_requested_on=day("2026-02-01"), lpm_request_reason="No change")
    assert walk.value("lpm_trigger") == "worker"
    with pytest.raises(NobodyWaiting):
        walk.record("LPM requested", lpm_requested_on=day("2026-02-02"), lpm_request_reason="Again")


def test_when_parents_do_not_come_the_service_manager_decides() -> None:
    walk = plan_legally(recommend(route(begin(), "legal_planning_meeting")), "pre_proceedings")
    send_letter(walk, "2026-01-12")
    walk.do("arrange-meeting", ppm_planned_date=day("2026-01-19"))
    walk.post()
    walk.do("hold-meeting", ppm_date=day("2026-01-19"), ppm_attendance=[{"name": "Ann Example", "attended": "no"}])
    walk.do("decide-without-parents", without_parents_decision="hold_again")
    assert walk.open() == ["arrange-meeting"]


def test_sixteen_weeks_without_progress_go_to_carm_while_the_reviews_go_on() -> None:
    walk = in_period_of_change()
    walk.until("2026-06-02")
    assert walk.fired == ["sixteen-weeks-passed"]
    walk.do("sixteen-week-progress", sixteen_week_progress="insufficient", sixteen_week_on=day("2026-06-02"))
    assert {"sixteen-week-carm", "arrange-plo-review"} <= set(walk.open())
    end_plo(review_plo(walk, "2026-06-03", "end_plo"))
    assert walk.open() == ["arrange-review", "core-group"]


def test_a_review_meeting_keeps_the_first_start_and_asks_of_sixteen_weeks_once() -> None:
    walk = in_period_of_change()
    walk.until("2026-06-02")
    walk.do("sixteen-week-progress", sixteen_week_progress="sufficient", sixteen_week_on=day("2026-06-02"))
    review_plo(walk, "2026-06-03", "review_lpm")
    plan_legally(walk, "pre_proceedings")
    walk.until("2026-06-10")
    assert walk.value("plo_started_on") == day("2026-02-10")
    assert "sixteen-week-progress" not in walk.open()


def test_the_plan_ends_while_plo_runs_and_the_service_manager_ends_plo() -> None:
    walk = in_period_of_change()
    review(walk, "first-review", "2026-04-15", "end")
    assert walk.open() == ["arrange-plo-review", "decide-plo-without-plan"]
    walk.do("decide-plo-without-plan", plo_without_plan="end", plo_without_plan_on=day("2026-04-16"))
    assert walk.open() == ["end-plo"]
    assert end_plo(walk).last.ended


def test_the_plan_ends_while_plo_runs_and_plo_goes_on() -> None:
    walk = in_period_of_change()
    review(walk, "first-review", "2026-04-15", "end")
    walk.do("decide-plo-without-plan", plo_without_plan="go_on", plo_without_plan_on=day("2026-04-16"))
    assert walk.open() == ["arrange-plo-review"]
    assert end_plo(review_plo(walk, "2026-04-20", "end_plo")).last.ended


def test_a_parent_found_late_gets_their_own_letter() -> None:
    walk = in_period_of_change()
    found = [{"name": "Cid Example", "safe_to_email": False}]
    walk.record("late parent found", late_parents=found, late_parent_found_on=day("2026-03-05"))
    walk.do("late-draft")
    walk.do("late-legal-check", legal_check="approve")
    walk.post()
    walk.do("late-receipt", letter_receipt="received", letter_received_on=day("2026-03-09"))
    assert walk.letters[-1] == ("letter-before-proceedings", ["Cid Example"])
    assert len(walk.value("parents")) == 3  # type: ignore[arg-type]
    assert walk.value("lbp_received_on") == day("2026-02-24")


def test_a_parent_found_before_the_letter_goes_out_is_in_the_next_draft() -> None:
    walk = plan_legally(recommend(route(begin(), "legal_planning_meeting")), "pre_proceedings")
    walk.record("late parent found", late_parents=[{"name": "Cid Example"}], late_parent_found_on=day("2026-01-09"))
    assert walk.open() == ["set-out-concerns"]
    assert len(walk.value("lbp_recipients")) == 3  # type: ignore[arg-type]


def test_a_parent_found_while_the_letters_go_out_is_not_missed() -> None:
    walk = plan_legally(recommend(route(begin(), "legal_planning_meeting")), "pre_proceedings")
    walk.do("set-out-concerns", threshold_concerns="Neglect", fgdm_exception="no")
    walk.do("agree-concerns", concerns_agreed="agree")
    draft(walk).do("legal-check", legal_check="approve")
    walk.record("late parent found", late_parents=[{"name": "Cid Example"}], late_parent_found_on=day("2026-01-09"))
    assert walk.open() == ["late-draft", "send-letter", "send-letter"]
