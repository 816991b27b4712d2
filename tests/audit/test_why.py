"""Why a task was there: the chain back through arrows, tables and answers to people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.audit.chart import Chart, ChartFlow, ChartNode
from engine.audit.timeline import timeline
from engine.audit.way import way_to
from engine.audit.why import task_of, why_advice, why_task
from engine.model.journal import Entry
from tests.audit.played import NOW, Example, example


@pytest.fixture(scope="module")
def finished() -> Iterator[Example]:
    """The demo's finished case."""
    with example("demo/12-finished") as played:
        yield played


def _task_id(played: Example, element: str) -> str:
    return next(task.id for moment in played.moments for task in moment.tasks.values() if task.element_id == element)


def test_the_meeting_was_there_because_a_manager_decided_it(finished: Example) -> None:
    chain = why_task(finished.moments, finished.chart, _task_id(finished, "legal-planning-meeting"))
    assert [(cause.what, cause.entry.actor) for cause in chain] == [
        ("Record the legal planning meeting", "sam.service"),
        ("Decide whether to hold the meeting", "peter.practice"),
        ("Say whether you agree", "sarah.social"),
        ("Say whether you recommend the meeting", "peter.practice"),
        ("Decide the route", "sarah.social"),
        ("Make the section 47 enquiry", "sarah.social"),
        ("Hold the strategy discussion", "sarah.social"),
    ]


def test_a_choice_on_the_way_says_what_it_read_and_who_had_said_so(finished: Example) -> None:
    nearest = why_task(finished.moments, finished.chart, _task_id(finished, "legal-planning-meeting"))[0]
    turn = nearest.turns[0]
    assert turn.condition
    assert turn.instead_of
    assert {(value.entry.actor, value.was_given) for value in turn.read} == {("sam.service", True)}


def test_the_recommendation_leads_back_to_each_answer_it_read(finished: Example) -> None:
    seq = finished.after("sw-recommend").entry.seq
    chain = why_advice(finished.moments, finished.chart, seq, "lpm_advice")
    (reasoned,) = chain[0].advice
    assert reasoned.advised.trace["hits"] == [1]
    read = {value.name: (value.value, value.entry.actor) for value in reasoned.read}
    assert read["risk_reducing"] == ("no", "sarah.social")
    assert {"progress", "change_likely_in_timeframe", "support_offered"} <= set(read)


@pytest.mark.parametrize(
    "path", ["demo/12-finished", "scenarios/letter-to-two-parents", "demo/13-emergency-protection"]
)
def test_every_chain_ends_with_the_start_or_a_person(path: str) -> None:
    with example(path) as played:
        opened = {task.id for moment in played.moments for task in moment.tasks.values()}
        assert opened
        for task_id in opened:
            chain = why_task(played.moments, played.chart, task_id)
            assert chain[-1].entry.kind in ("case_started", "message_delivered")
            assert all(cause.passed for cause in chain)
            seqs = [cause.entry.seq for cause in chain]
            assert seqs == sorted(set(seqs), reverse=True)


def test_a_task_that_never_was_has_no_chain(finished: Example) -> None:
    assert why_task(finished.moments, finished.chart, "no-such") == ()
    assert why_advice(finished.moments, finished.chart, 1, "no-such") == ()
    assert task_of(finished.moments, "no-such") is None


CHART = Chart(
    "p",
    {
        "left": ChartNode("left", "Left", "userTask"),
        "right": ChartNode("right", "Right", "userTask"),
        "join": ChartNode("join", "Both", "parallelGateway"),
        "asked": ChartNode("asked", "Which?", "exclusiveGateway"),
        "next": ChartNode("next", "Next", "userTask"),
        "other": ChartNode("other", "Other", "userTask"),
    },
    {
        "f1": ChartFlow("f1", "left", "join"),
        "f2": ChartFlow("f2", "right", "join"),
        "f3": ChartFlow("f3", "join", "asked"),
        "f4": ChartFlow("f4", "asked", "next", "No"),
        "f5": ChartFlow("f5", "asked", "other", "Yes", "wanted"),
    },
)


def _entry(seq: int, event: dict[str, object], path: str, **did: object) -> Entry:
    """An entry whose path is written `>x` entered, `<x` left, and a flow by its id."""
    kinds = {">": "entered", "<": "left"}
    passed = [
        {"kind": kinds.get(word[0], "flow"), "element_id": word.lstrip("><"), "process_id": "p", "where": ""}
        for word in path.split()
    ]
    body = {"event": event, "outcome": {"path": passed, **did}}
    return Entry("C", seq, "task_completed", f"person-{seq}", "role", NOW, NOW, "d", seq, body)


def _opened(task: str) -> dict[str, object]:
    about = {"task_id": task, "element_id": task, "process_id": "p", "where": "", "name": task, "form_id": ""}
    return {**about, "roles": []}


ENTRIES = (
    _entry(1, {"type": "CaseStarted"}, ">left >right", opened=[_opened("left"), _opened("right")]),
    _entry(
        2,
        {"task_id": "left", "answers": {"wanted": False}},
        "<left f1",
        changes=[{"scope": "", "name": "wanted", "old": None, "new": False, "created": True}],
    ),
    _entry(3, {"task_id": "right"}, "<right f2 >join <join f3 >asked <asked f4 >next", opened=[_opened("next")]),
)


def test_a_join_names_the_entry_that_it_waited_for() -> None:
    chain = why_task(timeline(ENTRIES), lambda *_: CHART, "next")
    assert [cause.entry.seq for cause in chain] == [3, 1]
    assert [entry.seq for entry in chain[0].joined] == [2]
    assert chain[0].passed == ("Both", "Which?", "Next")


def test_the_other_way_says_what_would_have_had_to_hold() -> None:
    (turn,) = why_task(timeline(ENTRIES), lambda *_: CHART, "next")[0].turns
    assert (turn.question, turn.answer, turn.condition, turn.instead_of) == ("Which?", "No", "", ("Yes",))
    assert [(value.name, value.entry.actor) for value in turn.read] == [("wanted", "person-2")]


def test_the_way_is_told_in_the_order_in_which_it_was_taken() -> None:
    stops = way_to(ENTRIES[2], lambda *_: CHART, "next", "")
    assert [stop.element_id for stop in stops] == ["join", "asked", "next"]
