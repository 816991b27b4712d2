"""Events and outcomes survive the journal: what replay reads is what the step was given."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.model.event import CaseStarted, JobErrored, MessageDelivered, TaskCompleted, TimerFired
from engine.model.outcome import Change, DecisionMade, OpenTask, Outcome
from engine.model.wire import event_from, event_json, outcome_json, state_digest, told

VALUES = {
    "held": date(2026, 3, 4),
    "at": datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
    "score": Decimal("1.50"),
    "people": [{"name": "A", "age": 3}],
    "none": None,
    "@odd": {"@date": "not a date"},
}


@pytest.mark.parametrize(
    "event",
    [
        CaseStarted("top", VALUES),
        TaskCompleted("t1", VALUES),
        JobErrored("j1", "E1", "no"),
        TimerFired("x"),
        MessageDelivered("moved", {"@odd": 1}),
    ],
)
def test_an_event_read_back_from_json_is_the_event(event: object) -> None:
    written = json.loads(json.dumps(event_json(event)))  # type: ignore[arg-type]
    assert event_from(written) == event


def test_the_tale_gives_the_step_the_values_that_replay_will_read() -> None:
    event = event_from(told(TaskCompleted("t1", {"weeks": Decimal("6"), "pair": (1, 2)})))
    assert event == TaskCompleted("t1", {"weeks": 6, "pair": [1, 2]})
    assert type(event.answers["weeks"]) is int  # type: ignore[union-attr]


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown event 'Nonsense'"):
        event_from({"type": "Nonsense"})


def test_an_outcome_is_plain_json_with_the_digest_of_its_state() -> None:
    outcome = Outcome(
        b"state",
        opened=(OpenTask("t", "e", "p", "", "Do it", "f", ("r",), due=datetime(2026, 3, 4, tzinfo=UTC)),),
        changes=(Change("", "held", None, {"@date": "2026-03-04"}, True),),
        decisions=(DecisionMade("d", "p", "", "D1", "advice", {"n": Decimal("0.5")}, {"inputs": [Decimal("0.5")]}),),
    )
    body = json.loads(json.dumps(outcome_json(outcome), allow_nan=False))
    assert body["state"] == state_digest(b"state")
    assert body["changes"][0]["new"] == {"@date": "2026-03-04"}
    assert body["decisions"][0]["result"] == {"n": {"@number": "0.5"}}
    assert body["opened"][0]["due"] == "2026-03-04T00:00:00Z"
    assert "timers" not in body
    assert "ended" not in body
