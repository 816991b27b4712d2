"""Messages reach every place that waits, inside one case, and nothing is kept for later."""

from __future__ import annotations

import pytest

from engine.model.errors import NobodyWaiting
from tests.bpmn.cases import Case
from tests.bpmn.models import (
    boundary,
    bundle,
    call,
    catch,
    end,
    gateway,
    mapping,
    message,
    node,
    process,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.bpmn.models import flows as lines


def listening(*, interrupting: bool) -> Case:
    heard = boundary("heard", "u", message("news"), interrupting=interrupting)
    return Case(
        bundle(
            process(
                "p",
                start(),
                user("u"),
                heard,
                user("handle"),
                end(),
                end("e2"),
                lines("s > u > e\n heard > handle > e2"),
                messages="news",
            )
        )
    ).start()


def test_a_non_interrupting_message_is_handled_every_time() -> None:
    case = listening(interrupting=False)
    for _ in range(3):
        case.send("news")
    assert case.open == ["handle", "handle", "handle", "u"]
    assert len(case.waits) == 1
    case.do("u")
    assert not case.ended
    for _ in range(3):
        case.do("handle")
    assert case.ended


def test_an_interrupting_message_takes_the_task_away() -> None:
    case = listening(interrupting=True)
    case.send("news", said="so")
    assert case.open == ["handle"]
    assert case.variables() == {"said": "so"}
    with pytest.raises(NobodyWaiting):
        case.send("news")


def test_a_message_that_nobody_waits_for_is_refused_from_outside() -> None:
    case = listening(interrupting=False)
    before = case.state
    with pytest.raises(NobodyWaiting):
        case.send("other")
    assert case.state == before


def test_payload_is_local_to_output_mappings() -> None:
    got = catch("c", message("news"), zeebe=mapping(outputs={"kept": "=said + 1"}))
    body = process("p", start(), got, user("u"), end(), lines("s > c > u > e"), messages="news")
    case = Case(bundle(body)).start()
    case.send("news", said=1)
    assert case.variables() == {"kept": 2}


def test_a_message_thrown_in_one_called_process_is_caught_in_another() -> None:
    top = process(
        "p",
        start(),
        gateway("parallel", "split", "join"),
        call("c1", "q"),
        call("c2", "r"),
        end(),
        lines("s > split > c1 > join > e\n split > c2 > join"),
    )
    sends = throw("t", message("news"), zeebe=mapping({"n": "=x"}))
    one = process("q", start(), user("a"), sends, end(), lines("s > a > t > e"), messages="news")
    receive = node("receiveTask", "w", messageRef="M_news")
    two = process("r", start(), receive, user("b"), end(), lines("s > w > b > e"), messages="news")
    case = Case(bundle(top, one, two)).start(x=5)
    (wait,) = case.waits.values()
    out = case.do("a")
    (thrown,) = out.messages
    assert (thrown.name, thrown.payload, thrown.caught) == ("news", {"n": 5}, (wait.wait_id,))
    assert case.open == ["b"]
    assert case.variables()["n"] == 5


def test_a_thrown_message_that_nobody_awaits_is_told_and_dropped() -> None:
    body = process(
        "p",
        start(),
        throw("t", message("news")),
        user("u"),
        end("e", message("news")),
        lines("s > t > u > e"),
        messages="news",
    )
    case = Case(bundle(body)).start()
    assert [m.caught for m in case.last.messages] == [()]
    assert [m.element_id for m in case.do("u").messages] == ["e"]
    assert case.ended


def test_a_send_task_with_a_message_throws_it() -> None:
    sends = node("sendTask", "t", messageRef="M_news")
    body = process("p", start(), sends, user("u"), end(), lines("s > t > u > e"), messages="news")
    case = Case(bundle(body)).start()
    assert [m.name for m in case.last.messages] == ["news"]
    assert case.open == ["u"]


def test_an_interrupting_message_on_a_subprocess_ends_all_strands_inside_also_in_called_processes() -> None:
    inside = (
        start("s2")
        + gateway("parallel", "split")
        + user("a")
        + call("c", "q")
        + end("e2")
        + lines("s2 > split > a > e2\n split > c > e2")
    )
    body = process(
        "p",
        start(),
        sub("box", inside),
        boundary("stop", "box", message("halt")),
        user("after"),
        user("last"),
        end(),
        lines("s > box > after > e\n stop > last > e"),
        messages="halt",
    )
    called = process("q", start(), user("inner"), end(), lines("s > inner > e"))
    case = Case(bundle(body, called)).start()
    assert case.open == ["a", "inner"]
    case.send("halt")
    assert case.open == ["last"]
    assert {t.element_id for t in case.last.tokens} == {"last"}
    case.do("last")
    assert case.ended


def race() -> Case:
    events = catch("got", message("news")) + catch("slow", timer("timeDuration", "P7D"))
    body = process(
        "p",
        start(),
        gateway("eventBased", "g"),
        events,
        user("a"),
        user("b"),
        end(),
        lines("s > g > got > a > e\n g > slow > b > e"),
        messages="news",
    )
    return Case(bundle(body)).start()


def test_the_first_event_behind_an_event_based_gateway_wins() -> None:
    case = race()
    assert (len(case.waits), len(case.timers)) == (1, 1)
    out = case.send("news")
    assert case.open == ["a"]
    assert not case.timers
    assert ("flow", "g_got") in [(p.kind, p.element_id) for p in out.path]
    case = race()
    case.fire("slow")
    assert case.open == ["b"]
    assert not case.waits
    case.do("b")
    assert case.ended


def test_events_that_race_are_where_the_case_is() -> None:
    assert {(t.element_id, t.kind) for t in race().last.tokens} == {("got", "message"), ("slow", "timer")}
