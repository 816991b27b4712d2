"""Errors, escalations, event subprocesses, terminate ends, links."""

from __future__ import annotations

import pytest

from engine.model.errors import StepFailed
from tests.bpmn.cases import Case
from tests.bpmn.models import (
    TERMINATE,
    boundary,
    bundle,
    call,
    catch,
    end,
    error,
    escalation,
    gateway,
    link,
    mapping,
    message,
    process,
    service,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.bpmn.models import flows as lines


def failing(*catchers: str, extra: str = "") -> Case:
    body = process(
        "p",
        start(),
        service("l"),
        *catchers,
        user("after"),
        user("mend"),
        end(),
        end("e2"),
        lines(f"s > l > after > e\n mend > e2\n {extra}"),
        errors="no-address other",
    )
    return Case(bundle(body)).start()


def test_a_business_error_of_a_job_is_caught_on_its_border() -> None:
    caught = boundary("b", "l", error("no-address"), zeebe=mapping(outputs={"why": "=errorMessage"}))
    case = failing(caught, boundary("c", "l", error()), extra="b > mend\n c > after")
    out = case.job_error("l", "no-address", "it is unknown")
    assert case.open == ["mend"]
    assert case.variables() == {"why": "it is unknown"}
    assert not out.jobs_cancelled


def test_an_error_without_a_code_catches_every_other() -> None:
    case = failing(boundary("b", "l", error("no-address")), boundary("c", "l", error()), extra="b > mend\n c > after")
    case.job_error("l", "other")
    assert case.open == ["after"]


def test_an_error_that_nobody_catches_stops_the_step() -> None:
    case = failing(extra="")
    with pytest.raises(StepFailed, match="no-address") as failed:
        case.job_error("l", "no-address")
    assert failed.value.element == "l"


def test_an_error_end_leaves_nested_called_processes_through_the_nearest_border() -> None:
    top = process(
        "p",
        start(),
        call("c", "q"),
        boundary("b", "c", error("stop")),
        user("mend"),
        end(),
        lines("s > c > e\n b > mend > e"),
        errors="stop",
    )
    middle = process(
        "q",
        start(),
        gateway("parallel", "g"),
        call("d", "r"),
        user("beside"),
        end(),
        lines("s > g > d > e\n g > beside > e"),
    )
    inner = process("r", start(), user("u"), end("e", error("stop")), lines("s > u > e"), errors="stop")
    case = Case(bundle(top, middle, inner)).start()
    assert case.open == ["beside", "u"]
    case.do("u")
    assert case.open == ["mend"]


def raised(*, interrupting: bool) -> Case:
    inside = start("s2") + throw("t", escalation("late")) + user("u") + end("e2") + lines("s2 > t > u > e2")
    body = process(
        "p",
        start(),
        sub("box", inside),
        boundary("b", "box", escalation("late"), interrupting=interrupting),
        user("manager"),
        end(),
        end("e3"),
        lines("s > box > e\n b > manager > e3"),
        escalations="late",
    )
    return Case(bundle(body)).start()


def test_an_escalation_is_caught_on_the_border_and_the_work_goes_on() -> None:
    assert raised(interrupting=False).open == ["manager", "u"]


def test_an_interrupting_escalation_ends_the_work() -> None:
    assert raised(interrupting=True).open == ["manager"]


def test_an_escalation_that_nobody_catches_is_no_error() -> None:
    body = process(
        "p", start(), throw("t", escalation("late")), user("u"), end(), lines("s > t > u > e"), escalations="late"
    )
    assert Case(bundle(body)).start().open == ["u"]


def watched(trigger: str, *, interrupting: str) -> Case:
    handler = start("hs", trigger, isInterrupting=interrupting) + user("handle") + end("he") + lines("hs > handle > he")
    body = process(
        "p",
        start(),
        gateway("parallel", "g"),
        user("a"),
        call("c", "q"),
        end(),
        sub("handler", handler, triggeredByEvent="true"),
        lines("s > g > a > e\n g > c > e"),
        messages="halt",
        errors="stop",
        escalations="late",
    )
    called = process("q", start(), user("inner"), end("e", error("stop")), lines("s > inner > e"), errors="stop")
    return Case(bundle(body, called)).start()


def test_an_interrupting_event_subprocess_interrupts_strands_in_called_processes_too() -> None:
    case = watched(message("halt"), interrupting="true")
    assert case.open == ["a", "inner"]
    case.send("halt", reason="danger")
    assert case.open == ["handle"]
    assert not case.waits
    assert case.task("handle").where == "handler"
    assert case.variables() == {"reason": "danger"}
    assert case.do("handle").ended


def test_a_non_interrupting_event_subprocess_runs_beside_and_again() -> None:
    case = watched(message("halt"), interrupting="false")
    case.send("halt")
    case.send("halt")
    assert case.open == ["a", "handle", "handle", "inner"]
    assert {case.tasks[i].where for i in case.tasks if case.tasks[i].element_id == "handle"} == {"handler", "handler~2"}


def test_an_event_subprocess_catches_an_error_of_a_called_process() -> None:
    case = watched(error("stop"), interrupting="true")
    case.do("inner")
    assert case.open == ["handle"]


def test_an_event_subprocess_hears_an_escalation_and_the_work_goes_on() -> None:
    handler = start("hs", escalation("late"), isInterrupting="false") + user("handle") + end("he")
    top = process(
        "p",
        start(),
        call("c", "q"),
        end(),
        sub("handler", handler + lines("hs > handle > he"), triggeredByEvent="true"),
        lines("s > c > e"),
        escalations="late",
    )
    called = process(
        "q", start(), throw("t", escalation("late")), user("u"), end(), lines("s > t > u > e"), escalations="late"
    )
    assert Case(bundle(top, called)).start().open == ["handle", "u"]


def test_what_an_event_subprocess_throws_is_not_its_own_to_catch() -> None:
    handler = start("hs", error("stop")) + end("he", error("stop")) + lines("hs > he")
    inside = (
        start("s2") + end("e2", error("stop")) + sub("handler", handler, triggeredByEvent="true") + lines("s2 > e2")
    )
    body = process(
        "p",
        start(),
        sub("box", inside),
        boundary("b", "box", error("stop")),
        user("mend"),
        end(),
        lines("s > box > e\n b > mend > e"),
        errors="stop",
    )
    assert Case(bundle(body)).start().open == ["mend"]


def test_the_end_of_an_interrupting_event_subprocess_is_the_end_of_the_case() -> None:
    case = watched(message("halt"), interrupting="true")
    case.do("a")
    case.send("halt")
    out = case.do("handle")
    assert (out.ended, out.end) == (True, ("e", "he"))


def test_a_timer_starts_an_event_subprocess_once() -> None:
    case = watched(timer("timeDuration", "P16W"), interrupting="false")
    case.fire("hs")
    assert case.open == ["a", "handle", "inner"]
    assert not case.timers


def test_an_armed_event_subprocess_keeps_no_process_alive() -> None:
    handler = (
        start("hs", message("halt"), isInterrupting="false") + user("handle") + end("he") + lines("hs > handle > he")
    )
    body = process(
        "p",
        start(),
        user("a"),
        end(),
        sub("handler", handler, triggeredByEvent="true"),
        lines("s > a > e"),
        messages="halt",
    )
    case = Case(bundle(body)).start()
    out = case.do("a")
    assert out.ended
    assert len(out.waits_closed) == 1


def test_a_terminate_end_ends_every_strand_of_its_process_only() -> None:
    top = process("p", start(), call("c", "q"), user("after"), end(), lines("s > c > after > e"))
    called = process(
        "q",
        start(),
        gateway("parallel", "g"),
        user("a"),
        user("b"),
        end(),
        end("t", TERMINATE),
        lines("s > g > a > t\n g > b > e"),
    )
    case = Case(bundle(top, called)).start()
    out = case.do("a")
    assert case.open == ["after"]
    assert ("cancelled", "b") in [(p.kind, p.element_id) for p in out.path]


def test_a_link_goes_on_at_its_other_end() -> None:
    body = process(
        "p",
        start(),
        throw("there", link("on")),
        catch("here", link("on")),
        user("u"),
        end(),
        lines("s > there\n here > u > e"),
    )
    assert Case(bundle(body)).start().open == ["u"]


def test_the_ends_reached_are_named() -> None:
    body = process(
        "p",
        start(),
        gateway("parallel", "g"),
        user("a"),
        user("b"),
        end("e1"),
        end("e2"),
        lines("s > g > a > e1\n g > b > e2"),
    )
    case = Case(bundle(body)).start()
    case.do("b")
    assert case.do("a").end == ("e2", "e1")
