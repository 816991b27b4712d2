"""The faults of SpiffWorkflow 3.2.0 in timers and stored states: shown on the raw engine, absent from ours."""

from __future__ import annotations

import builtins
import json
from datetime import UTC, datetime, timedelta

import pytest
from SpiffWorkflow.bpmn.serializer.migration.version_1_2 import convert_timer_expressions
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import LOCALTZ, TimerEventDefinition
from SpiffWorkflow.dmn.serializer.task_spec import BaseBusinessRuleTaskConverter
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import codec
from engine.model.errors import StateUnreadable, StepFailed
from tests.bpmn.cases import Case
from tests.bpmn.models import boundary, bundle, catch, end, process, rule, start, timer, user
from tests.bpmn.models import flows as lines
from tests.bpmn.raw import opened, raw
from tests.bpmn.tables import table


def waiting(kind: str, text: str) -> bytes:
    return process("p", start(), catch("c", timer(kind, text)), user("u"), end(), lines("s > c > u > e"))


def armed(kind: str, text: str, now: datetime) -> datetime:
    (found,) = Case(bundle(waiting(kind, text)), now=now).start().timers.values()
    return found.due


def test_months_are_added_wrongly() -> None:
    begin = datetime(2026, 1, 31, 9, tzinfo=UTC)
    added = TimerEventDefinition.get_timedelta_from_start({"months": 1}, begin)
    assert begin + added == datetime(2026, 3, 3, 9, tzinfo=UTC)

    assert armed("timeDuration", "P1M", begin) == datetime(2026, 2, 28, 9, tzinfo=UTC)


def test_naive_times_take_the_machines_offset() -> None:
    read = TimerEventDefinition.get_datetime("2026-07-15T17:00")
    fixed = datetime(2026, 7, 15, 17, tzinfo=LOCALTZ)
    assert read == fixed
    assert LOCALTZ.utcoffset(datetime(2026, 1, 1)) == LOCALTZ.utcoffset(datetime(2026, 7, 1))  # noqa: DTZ001

    with pytest.raises(StepFailed, match="no time zone"):
        armed("timeDate", "2026-07-15T17:00", datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "P"])
def test_a_duration_that_says_nothing_fires_at_once(text: str) -> None:
    spiff = raw(waiting("timeDuration", f'"{text}"'))
    spiff.do_engine_steps()
    spiff.do_engine_steps()
    assert opened(spiff) == ["u"]

    with pytest.raises(StepFailed, match="cannot be set"):
        Case(bundle(waiting("timeDuration", text))).start()


def test_a_repeat_without_an_interval_grows_for_ever() -> None:
    def repeating(text: str) -> bytes:
        tick = boundary("b", "u", timer("timeCycle", text), interrupting=False)
        return process("p", start(), user("u"), tick, user("v"), end(), end("e2"), lines("s > u > e\n b > v > e2"))

    spiff = raw(repeating('"R/PT0S"'))
    sizes = []
    for _ in range(3):
        spiff.do_engine_steps()
        sizes.append(len(spiff.get_tasks(state=TaskState.READY)))
    assert sizes[0] < sizes[1] < sizes[2]

    with pytest.raises(StepFailed, match="number of times stated"):
        Case(bundle(repeating("R/PT0S"))).start()
    case = Case(bundle(repeating("R2/PT1M"))).start()
    while case.timers:
        case.fire("b")
    assert case.open == ["u", "v", "v"]


ONE_TASK = process("p", start(), user("u"), user("v"), end(), lines("s > u > v > e"))


def test_a_key_named_typename_bricks_the_stored_case() -> None:
    spiff = raw(ONE_TASK)
    (task,) = spiff.get_tasks(state=TaskState.READY, manual=True)
    task.data["row"] = {"typename": "Anything"}
    serializer = BpmnWorkflowSerializer()
    with pytest.raises(TypeError):
        serializer.deserialize_json(serializer.serialize_json(spiff))

    case = Case(bundle(ONE_TASK)).start(row={"typename": "Anything"}, typename="BpmnWorkflow")
    case.do("u", typename="other", serializer_version="1.0")
    assert case.open == ["v"]
    assert case.variables()["row"] == {"typename": "Anything"}


def test_an_unknown_version_is_read_in_silence() -> None:
    serializer = BpmnWorkflowSerializer()
    stored = json.loads(serializer.serialize_json(raw(ONE_TASK)))
    stored["serializer_version"] = "99.0"
    assert opened(serializer.deserialize_json(json.dumps(stored))) == ["u"]

    case = Case(bundle(ONE_TASK)).start()
    assert case.state is not None
    case.state = case.state[: len(codec.MAGIC)] + bytes([99]) + case.state[len(codec.MAGIC) + 1 :]
    with pytest.raises(StateUnreadable, match="version 99"):
        case.do("u")


def test_old_versions_run_code_on_load() -> None:
    ran: list[str] = []
    builtins.ran_by_the_loader = ran.append  # type: ignore[attr-defined]
    definition = {"label": "x", "typename": "TimerEventDefinition", "dateTime": "ran_by_the_loader('code')"}
    task_spec = {"name": "t", "typename": "IntermediateCatchEvent", "event_definition": definition}
    convert_timer_expressions(
        {"spec": {"task_specs": {"t": task_spec}}, "subprocess_specs": {}, "tasks": {}, "subprocesses": {}}
    )
    del builtins.ran_by_the_loader  # type: ignore[attr-defined]
    assert ran == ["code"]

    case = Case(bundle(ONE_TASK)).start(dateTime="ran_by_the_loader('code')")
    assert case.do("u").opened[0].element_id == "v"


def test_the_serializer_rebuilds_the_stock_decision_engine() -> None:
    assert "DMNEngine" in BaseBusinessRuleTaskConverter.from_dict.__code__.co_names

    tables = {"processes/t.dmn": table("route", ["risk"], ["way"], [('"high"', '"now"')])}
    body = process("p", start(), user("u"), rule("r", "route", "way"), user("v"), end(), lines("s > u > r > v > e"))
    case = Case(bundle(body, files=tables)).start(risk="high")
    assert case.state is not None
    assert b"DMNEngine" not in case.state
    assert b"route" not in case.state
    assert case.do("u").decisions[0].result == "now"


def test_spiff_stores_the_specs_and_every_task_with_each_case() -> None:
    spiff = raw(ONE_TASK)
    assert len(BpmnWorkflowSerializer().serialize_json(spiff)) > 5_000

    case = Case(bundle(ONE_TASK)).start(x=1)
    assert case.state is not None
    assert len(case.state) < 100


def test_our_timers_never_read_the_machines_clock() -> None:
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    assert armed("timeDuration", "PT1H", long_ago) == long_ago + timedelta(hours=1)
