"""Tables, advice and strands as pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.dmn import CellTrace, InputTrace, RuleTrace, Trace
from engine.model.task import TaskRow
from engine.queries import NextDate, Strand
from engine.web.advice import in_full, trace_of
from engine.web.diagrams import drawing
from engine.web.strands import timelines
from engine.web.tables import cell

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TRACE = Trace(
    decision_id="route",
    decision_name="Which route?",
    hit_policy="FIRST",
    inputs=(InputTrace("Found", "found", "likely"), InputTrace("Needed", "needed", None)),
    rules=(
        RuleTrace(
            "r2",
            2,
            (CellTrace('"likely"', True), CellTrace("-", True)),
            annotations=(("Guidance", "T-1"), ("Note", "As the sentence says")),
            outputs=(("route", "plan"), ("why", "It was found likely, so a plan is made.")),
        ),
        RuleTrace("r3", 3, (CellTrace('"no"', False), CellTrace("-", True))),
    ),
    hits=(2,),
    output={"route": "plan"},
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"yes"', "yes"),
        ('"suffering","likely"', "suffering or likely"),
        ('"a_b" , "c"', "a b or c"),
        (">= 2", ">= 2"),
        ('not("x")', 'not("x")'),
        ("-", "-"),
        ("", ""),
    ],
)
def test_a_cell_of_quoted_words_is_read_without_its_quotes(text: str, said: str) -> None:
    assert cell(text) == said


def test_advice_gives_the_rule_its_conditions_and_its_reasons() -> None:
    advice = in_full("plan", TRACE, NOW)
    (rule,) = advice.rules
    assert rule.number == 2
    assert rule.conditions == (("Found", '"likely"', "likely"),)
    assert advice.reasons == ("As the sentence says", "It was found likely, so a plan is made.")


def test_a_trace_of_another_shape_leaves_the_decisions_name() -> None:
    assert trace_of("which-route", {"rules": 4}).decision_name == "Which route"
    assert trace_of("route", TRACE.to_json()) == TRACE


def row(name: str, due: datetime | None) -> TaskRow:
    """A task of a strand."""
    about = (None, None, due, None, None, None, NOW, "", False, False)
    return TaskRow("AL-1.1", "AL-1", "t", "north", None, name, "e", "p", "", "f", ("worker",), *about)


def test_a_strand_tells_tasks_and_dates_in_one_order() -> None:
    later, soon = NOW + timedelta(days=9), NOW + timedelta(days=2)
    dates = (NextDate(later, "Reminder", "timer", "", False), NextDate(soon, "Assess", "task", "", False))
    (line,) = timelines([Strand("one", "One", (row("Undated", None), row("Assess", soon)), dates, (), True)])
    assert [step.task.name if step.task else step.date and step.date.what for step in line.ahead] == [
        "Assess",
        "Reminder",
        "Undated",
    ]
    assert line.state == "Running"


def test_what_belongs_to_no_strand_is_shown_only_while_something_waits() -> None:
    assert timelines([Strand("other", "Other", (), (), (), True)]) == ()
    assert len(timelines([Strand("other", "Other", (row("x", None),), (), (), True)])) == 1


def test_a_diagrams_names_are_read_as_they_are_written() -> None:
    source = b"""<bpmn:process id="p" name="A &amp; B"><bpmn:userTask id="t" name="Ask&#10;twice" /></bpmn:process>"""
    drawn = drawing("processes/p.bpmn", source)
    assert drawn is not None
    assert (drawn.process_id, drawn.name, drawn.tasks) == ("p", "A & B", {"t": "Ask twice"})
    assert drawing("processes/none.bpmn", b"<x/>") is None
