"""The same request again: a double click, a resubmission after the server was killed, a message sent five times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice, permutations
from threading import Event

from engine.commands import deliver_message
from engine.hostile.arena import Arena, Effect
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.crowd import Tally, at_once
from engine.hostile.families.races.pack import pack
from engine.hostile.verdict import Verdict
from engine.model.person import SYSTEM


@dataclass(frozen=True)
class Request:
    """One request of one person, and the kind of entry that it must leave once."""

    who: str
    path: str
    fields: Mapping[str, object]
    kind: str
    case_id: str = ""
    stored_key: str = "{key}"

    def send(self, client: Client, key: str) -> Answer:
        """As the page sends it."""
        return client.post(self.path, self.fields, key=key)


def pressed_twice(arena: Arena, case: HostileCase) -> Verdict:
    """Every kind of button is pressed twice at once: one effect, one entry, both answers equal."""
    arena.publish(pack("either"))
    tally, times = Tally(), 10 if arena.quick else 100
    for number in range(times):
        request = _KINDS[number % len(_KINDS)](arena)
        tally.runs += 1
        client, key = arena.client(request.who), new_key()
        first, second = at_once([partial(request.send, client, key)] * 2)
        _judge(arena, tally, request, key, first, second)
    return tally.verdict(case.id, f"{times} double clicks on {len(_KINDS)} kinds of page: one effect, equal answers.")


def _judge(arena: Arena, tally: Tally, request: Request, key: str, first: Answer, second: Answer) -> None:
    case_id = request.case_id or first.location.removeprefix("/cases/")
    what = f"{request.kind} of {case_id}"
    same = (first.status, first.location) == (second.status, second.location)
    tally.expect(same, f"{what} was answered {first.status} and then {second.status}.")
    if not tally.expect(first.status == 303, f"{what} was answered {first.status}: {first.text[:200]}"):
        return
    arena.acknowledge(Effect(request.stored_key.format(key=key), request.kind, case_id))
    times = sum(entry.kind == request.kind for entry in arena.journal(case_id))
    tally.expect(times == 1, f"{what} is in the journal {times} times.")


def _start(arena: Arena) -> Request:
    del arena
    return Request("wes", "/cases/start", {"title": "Pressed twice"}, "case_started")


def _word(arena: Arena) -> Request:
    case_id = arena.start_case(title="Pressed twice")
    path = f"/cases/{case_id}/change/word"
    return Request("wes", path, {"note": "word"}, "message_delivered", case_id, f"message:{case_id}:{{key}}")


def _of_task(what: str, kind: str, who: str, fields: Mapping[str, object]) -> Callable[[Arena], Request]:
    def make(arena: Arena) -> Request:
        case_id = arena.start_case(title="Pressed twice")
        arena.client("wes").post(f"/cases/{case_id}/change/word", {"note": "word"})
        path = f"/tasks/{arena.task(case_id, 'answer').id}{what}"
        if what == "/release":
            arena.client(who).post(path.replace("release", "claim"))
        return Request(who, path, fields, kind, case_id)

    return make


def _of_case(what: str, kind: str, fields: Mapping[str, object]) -> Callable[[Arena], Request]:
    def make(arena: Arena) -> Request:
        case_id = arena.start_case(title="Pressed twice")
        return Request("max", f"/cases/{case_id}/{what}", fields, kind, case_id)

    return make


_DAY = {"planned_for-day": "1", "planned_for-month": "3", "planned_for-year": "2099"}
#: Every kind of page that changes a case.
_KINDS: tuple[Callable[[Arena], Request], ...] = (
    _of_task("", "task_completed", "wes", {"note": "once"}),
    _start,
    _word,
    _of_task("/claim", "task_claimed", "wes", {}),
    _of_task("/release", "task_released", "wes", {}),
    _of_task("/postpone", "task_postponed", "wes", {**_DAY, "reason": "Away", "authorised_by": "Max"}),
    _of_task("/reassign", "task_reassigned", "max", {"to": "win", "reason": "Away"}),
    _of_case("reassign", "case_reassigned", {"team": "south", "reason": "Moved"}),
    _of_case("withdraw", "case_withdrawn", {"reason": "In error"}),
)


def resubmitted(arena: Arena, case: HostileCase) -> Verdict:
    """The server is killed after it answered; the same request is sent to the one that is started anew."""
    arena.publish(pack("either"))
    tally, kills, each = Tally(), 1 if arena.quick else 4, 5
    for _ in range(kills):
        requests, clients = [], {who: arena.client(who) for who in ("wes", "max")}
        for number in range(each):
            request, key = _KINDS[(number * 2) % len(_KINDS)](arena), new_key()
            requests.append((request, key, request.send(clients[request.who], key)))
        arena.kill()
        arena.start()
        for request, key, first in requests:
            tally.runs += 1
            _judge(arena, tally, request, key, first, _again(request, clients[request.who], key))
    return tally.verdict(case.id, f"{tally.runs} requests over {kills} kills: the same answer, one effect.")


def _again(request: Request, client: Client, key: str) -> Answer:
    """With the page as it was left open; whoever is asked to sign in again does, and sends it once more."""
    answer = request.send(client, key)
    if answer.status in (400, 401) or answer.location == "/sign-in":
        answer = request.send(client.sign_in(), key)
    return answer


def delivered(arena: Arena, case: HostileCase) -> Verdict:
    """One message with one id comes five times, in five orders, by the page and from another system."""
    arena.publish(pack("either"))
    tally = Tally()
    for order in islice(permutations(range(5)), 0, None, 25):
        tally.runs += 1
        _five_times(arena, tally, order)
        _five_times_from_outside(arena, tally)
    return tally.verdict(case.id, "Five times each in five orders, by the page and from outside: one effect each.")


def _five_times(arena: Arena, tally: Tally, order: tuple[int, ...]) -> None:
    """The page's form, five times; each waits for its place in the order, but for none to come back."""
    case_id, key, client = arena.start_case(title="A message"), new_key(), arena.client("wes")
    began = [Event() for _ in range(6)]
    began[0].set()

    def send(place: int) -> Answer:
        began[place].wait(60)
        began[place + 1].set()
        return client.post(f"/cases/{case_id}/change/word", {"note": "word"}, key=key)

    given = at_once([partial(send, place) for place in order])
    tally.expect({answer.status for answer in given} == {303}, f"Answered {[each.status for each in given]}.")
    tally.expect(len({answer.location for answer in given}) == 1, "The answers differ.")
    arena.acknowledge(Effect(f"message:{case_id}:{key}", "message_delivered", case_id))
    _once(arena, tally, case_id)


def _five_times_from_outside(arena: Arena, tally: Tally) -> None:
    """The same by the command that other systems reach."""
    case_id, key = arena.start_case(title="A message"), new_key()

    def send() -> object:
        product = arena.alongside
        about = {"case_id": case_id, "name": "word", "payload": {"note": "word"}, "message_id": key}
        return deliver_message(product.uow, product.machine, actor=SYSTEM, now=arena.now(), **about)  # type: ignore[arg-type]

    given = at_once([send] * 5)
    tally.expect(len(set(given)) == 1, "The answers differ.")
    _once(arena, tally, case_id)


def _once(arena: Arena, tally: Tally, case_id: str) -> None:
    kinds = [entry.kind for entry in arena.journal(case_id)]
    tally.expect(kinds == ["case_started", "message_delivered"], f"The history of {case_id} is {kinds}.")
    elements = [task.element_id for task in arena.tasks(case_id)]
    tally.expect(elements == ["answer"], f"{case_id} has the tasks {elements} open.")
