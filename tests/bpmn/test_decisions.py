"""Tables advise inside a step; due dates come from the timescales table with their sum."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.bpmn import SpiffMachine
from engine.bpmn.gate.known import Known
from engine.model.errors import Fault, PolicyRejected, StepFailed
from tests.bpmn.cases import Case
from tests.bpmn.models import boundary, bundle, end, process, rule, start, timer, user
from tests.bpmn.models import flows as lines
from tests.bpmn.tables import POLICY, TIMESCALES, table

ROUTES = table("route", ["risk"], ["way"], [('"high"', '"now"'), ('"low"', '"later"')])
ASKS = process("p", start(), rule("r", "route", "advice"), user("u"), end(), lines("s > r > u > e"))
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6)})


def dated(due: str, extra: str = "") -> bytes:
    schedule = f"<zeebe:taskSchedule dueDate='{due}'/>"
    return process("p", start(), user("u", zeebe=schedule), end(), extra, lines("s > u > e"))


def with_calendar(diagram: bytes) -> Case:
    files = {"processes/timescales.dmn": TIMESCALES, "processes/policy.toml": POLICY}
    return Case(bundle(diagram, files=files), machine=SpiffMachine(holidays=HOLIDAYS))


def test_a_table_advises_and_its_trace_is_kept() -> None:
    case = Case(bundle(ASKS, files={"processes/route.dmn": ROUTES})).start(risk="high")
    (made,) = case.last.decisions
    assert (made.element_id, made.decision_id, made.variable, made.result) == ("r", "route", "advice", "now")
    assert made.trace
    assert case.variables()["advice"] == "now"


def test_a_table_without_an_answer_stops_the_step() -> None:
    case = Case(bundle(ASKS, files={"processes/route.dmn": ROUTES}))
    with pytest.raises(StepFailed, match="gives no answer") as failed:
        case.start(risk="unheard of")
    assert failed.value.element == "r"


def test_ten_working_days_skip_weekends_and_bank_holidays() -> None:
    case = with_calendar(dated('=deadline("first visit", date("2026-03-31"))')).start()
    made = case.task("u").deadline
    assert made is not None
    assert case.task("u").due == datetime(2026, 4, 16, 22, 59, 59, tzinfo=UTC)
    assert made.due == case.task("u").due
    assert made.warn == datetime(2026, 4, 13, 23, tzinfo=UTC)
    assert made.sentence == "10 working days after 31 March 2026"
    assert made.source == "V-1"


def test_weeks_have_a_breach_and_an_opening_date() -> None:
    case = with_calendar(dated('=deadline("review", date("2026-01-31")).due')).start()
    made = case.task("u").deadline
    assert made is not None
    assert made.due == datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)
    assert made.breach == datetime(2026, 4, 30, 22, 59, 59, tzinfo=UTC)
    assert made.opens == datetime(2026, 3, 14, tzinfo=UTC)


def test_one_week_is_said_in_the_singular() -> None:
    made = with_calendar(dated('=deadline("letter", date("2026-03-04"))')).start().task("u").deadline
    assert made is not None
    assert made.sentence == "1 week after 4 March 2026"


def test_months_are_clipped_to_the_months_end() -> None:
    case = with_calendar(dated('=deadline("long stop", date("2026-08-31"))')).start()
    assert case.task("u").due == datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC)


def test_a_missing_row_stops_the_step_naming_the_event() -> None:
    case = with_calendar(dated('=deadline("unheard of", now())'))
    with pytest.raises(StepFailed, match="unheard of") as failed:
        case.start()
    assert failed.value.element == "u"


def test_a_deadline_without_a_date_to_count_from_stops_the_step() -> None:
    with pytest.raises(StepFailed, match="no date to count from"):
        with_calendar(dated('=deadline("review", met_on)')).start()


def test_a_timer_on_a_deadline_carries_the_sum() -> None:
    late = boundary("late", "u", timer("timeDate", '=deadline("review", date("2026-01-31")).due'), interrupting=False)
    body = process("p", start(), user("u"), late, user("chase"), end(), lines("s > u > e\n late > chase > e"))
    case = with_calendar(body).start()
    (armed,) = case.timers.values()
    assert armed.due == datetime(2026, 3, 28, tzinfo=UTC)
    assert armed.deadline is not None
    assert armed.deadline.sentence == "8 weeks after 31 January 2026"


def test_a_pack_that_names_a_missing_timescales_table_is_refused() -> None:
    with pytest.raises(PolicyRejected, match="timescales"):
        Case(bundle(dated("=now()"), files={"processes/policy.toml": POLICY})).start()


def test_a_deadline_kept_in_a_variable_still_tells_its_sum() -> None:
    case = with_calendar(dated("=plan_review")).start(
        plan_review={
            "event": "review",
            "anchor": date(2026, 1, 31),
            "due": date(2026, 3, 28),
            "sentence": "8 weeks after 31 January 2026",
        }
    )
    made = case.task("u").deadline
    assert made is not None
    assert (made.sentence, made.due) == ("8 weeks after 31 January 2026", case.task("u").due)


def test_a_sum_never_strays_to_another_task() -> None:
    asks = '=if deadline("review", now()).due = null then now() else null'
    first = f"<zeebe:taskSchedule dueDate='{asks}'/>"
    second = "<zeebe:taskSchedule dueDate='=date(\"2026-05-01\")'/>"
    body = process("p", start(), user("u", zeebe=first), user("v", zeebe=second), end(), lines("s > u > v > e"))
    case = with_calendar(body).start()
    assert case.task("u").due is None
    case.do("u")
    assert case.task("v").deadline is None
    assert case.task("v").due == datetime(2026, 5, 1, 22, 59, 59, tzinfo=UTC)


def test_the_gate_sees_every_diagram_first() -> None:
    seen: list[tuple[str, frozenset[str] | None]] = []

    def gate(path: str, _source: bytes, known: Known) -> list[Fault]:
        seen.append((path, known.decisions))
        return [Fault(path, "u", "it is not allowed")]

    machine = SpiffMachine(gate=gate)
    with pytest.raises(PolicyRejected, match="it is not allowed"):
        machine.compile(bundle(ASKS, files={"processes/route.dmn": ROUTES}))
    assert seen == [("processes/0.bpmn", frozenset({"route"}))]
