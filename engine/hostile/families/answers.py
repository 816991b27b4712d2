"""Hostile answers: each body sent as it stands, and again as the fields of the form it was made for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from engine.bpmn import codec
from engine.bpmn.budget import Budget, Meter
from engine.bpmn.definitions import CompiledDefinitions
from engine.bpmn.run import Run
from engine.hostile import packs, stock
from engine.hostile.arena import Arena, Effect
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.crowd import Tally
from engine.hostile.families import Family
from engine.hostile.verdict import Control, Verdict

_FORM = "application/x-www-form-urlencoded"
#: What the form asks.
ASKED = ("note", "date", "decision")
#: How a spreadsheet would know a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Names with the very bytes sent under them.
Fields = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Body:
    """One hostile body: its bytes, and what it holds as the fields of a form, in one or two ways."""

    number: int
    raw: bytes
    forms: tuple[Fields, ...]


def lines(arena: Arena, case: HostileCase) -> Verdict:
    """The bodies of a file of lines."""
    return _all(arena, case, [line for line in case.text().split(b"\n") if line.strip()])


def whole(arena: Arena, case: HostileCase) -> Verdict:
    """Each file is one body."""
    return _all(arena, case, [case.text(number) for number in range(len(case.files))])


def _all(arena: Arena, case: HostileCase, bodies: list[bytes]) -> Verdict:
    arena.publish(packs.bundle())
    tally, taken, sent = Tally(), 0, 0
    for number, raw in enumerate(bodies, 1):
        tally.runs += 1
        body = Body(number, raw, tuple(_forms(raw)))
        _as_it_stands(arena, tally, body)
        for fields in body.forms:
            sent += 1
            taken += _as_a_form(arena, tally, number, fields)
    what = f"{len(bodies)} bodies refused as they stand; as {sent} forms {taken} kept as plain text"
    return tally.verdict(case.id, f"{what}, the others refused by the field's name.")


def _as_it_stands(arena: Arena, tally: Tally, body: Body) -> None:
    """A page takes forms: any other body is refused, and the task stays open."""
    case_id = arena.start_case(title="Hostile answers")
    client, before = arena.client("wes"), arena.case(case_id)
    path = f"/tasks/{arena.task(case_id, 'write').id}"
    for kind in ("application/json", "text/plain"):
        answer = client.raw("POST", path, body.raw, kind, headers={"X-CSRFToken": client.token})
        tally.expect(400 <= answer.status < 500, f"Body {body.number} as {kind} was answered {answer.status}.")
    tally.expect(arena.case(case_id) == before, f"Body {body.number} changed the case.")


def _as_a_form(arena: Arena, tally: Tally, number: int, fields: Fields) -> bool:
    """The same texts as fields: kept exactly, or refused by the field's name. Whether they were kept."""
    case_id = arena.start_case(title="Hostile answers")
    key, client, task = new_key(), arena.client("wes"), arena.task(case_id, "write").id
    answer = _sent(client, f"/tasks/{task}", fields, key)
    told = f"Body {number} as the form {[name for name, _ in fields]} was answered {answer.status}"
    if answer.status == 303:
        arena.acknowledge(Effect(key, "task_completed", case_id, task))
        _kept(arena, tally, case_id, number, fields)
    else:
        wrong = [name for name, _ in fields if name in ASKED and f'href="#{name}' in answer.text]
        tally.expect(answer.status == 413 or (answer.status == 422 and wrong), f"{told} without naming the field.")
        tally.expect([each.id for each in arena.tasks(case_id)] == [task], f"{told}, and the task is gone.")
    _afterwards(arena, tally, case_id, number)
    return answer.status == 303


def _sent(client: Client, path: str, fields: Fields, key: str) -> Answer:
    """The fields byte for byte, whatever they hold."""
    own = [("csrf_token", client.token.encode()), ("key", key.encode()), ("do", b"complete")]
    encoded = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in (*own, *fields))
    return client.raw("POST", path, encoded.encode(), _FORM)


def _kept(arena: Arena, tally: Tally, case_id: str, number: int, fields: Fields) -> None:
    """What was asked for is the text that was sent; nothing else is anywhere in the case."""
    known = {"title", "case_id", *ASKED}
    variables = arena.variables(case_id)
    tally.expect(set(variables) <= known, f"Body {number} left {sorted(set(variables) - known)} in the case.")
    for name, text in fields:
        if name in ("note", "decision"):
            same = str(variables.get(name)).encode() == text.strip()
            tally.expect(same, f"Body {number} is kept as {str(variables.get(name))[:60]!r}.")
    (entry,) = [entry for entry in arena.journal(case_id) if entry.kind == "task_completed"]
    event = entry.body.get("event")
    given = set(event.get("answers", {})) if isinstance(event, dict) else set()
    tally.expect(given <= set(ASKED), f"Body {number} is in the journal with {sorted(given)}.")


def _afterwards(arena: Arena, tally: Tally, case_id: str, number: int) -> None:
    """The case loads and saves alike, its page shows text as text, and a spreadsheet finds nothing to run."""
    page = arena.client("wes").get(f"/cases/{case_id}")
    tally.expect(page.status == 200, f"After body {number} the case's page answers {page.status}.")
    tally.expect("<script>alert" not in page.text, f"After body {number} the page holds a script.")
    tally.expect(_is_stable(arena, case_id), f"After body {number} loading and saving changes the state.")
    export = arena.client("ada").get(f"/cases/{case_id}/export/csv")
    cells = [cell for row in csv.reader(io.StringIO(export.text)) for cell in row]
    tally.expect(export.status == 200 and cells, f"After body {number} the export answers {export.status}.")
    tally.expect(
        not any(cell.startswith(_FORMULA) for cell in cells), f"After body {number} the export holds a formula."
    )


def _is_stable(arena: Arena, case_id: str) -> bool:
    """Whether what is loaded is written as it was read."""
    with arena.alongside.uow.read() as tx:
        case = tx.cases.find(case_id)
        definitions = arena.alongside.uow.library.open(tx, case.head.policy_digest).definitions
    assert isinstance(definitions, CompiledDefinitions)  # noqa: S101 - what the machine's own library holds
    run = Run(definitions, case_id, arena.now(), Meter(Budget()))
    codec.load(case.state, run)
    return codec.dump(run) == case.state


def _forms(raw: bytes) -> Iterator[Fields]:
    """A body as a form: its own names; and where none of them is asked for, its first text as the note."""
    try:
        found = json.loads(raw, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
        fields = tuple(_flat("", found))
    except (ValueError, RecursionError):  # what cannot be read as JSON is a text of its own
        yield (("note", raw),)
        return
    yield fields
    if not {name for name, _ in fields} & set(ASKED):
        yield (*fields, ("note", fields[0][1]))


class _Pairs(list[tuple[str, object]]):
    """An object's members in order, doubles kept."""


def _flat(prefix: str, value: object) -> Iterator[tuple[str, bytes]]:
    """Members of members under dotted names; texts as the bytes that a browser without scruples would send."""
    if isinstance(value, _Pairs):
        for name, inner in value:
            yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
    elif isinstance(value, bool):
        yield prefix, b"true" if value else b"false"
    else:
        yield prefix, str(value).encode("utf-8", "surrogatepass")


def bricked(scratch: Path) -> Control:
    """The raw engine keeps a key named `typename` among its data, and cannot load what it saved."""
    del scratch
    workflow = stock.begun(packs.model("races", "one.bpmn"), "one")
    stock.complete(workflow, "A", **json.loads('{"home": {"typename": "flat"}}'))
    try:
        stock.loaded(stock.saved(workflow))
    except (KeyError, TypeError, AttributeError) as problem:
        return Control(
            "DATA", True, f"The raw engine saved an answer and could not load the case: {type(problem).__name__}."
        )
    return Control("DATA", False, "The raw engine loaded what it saved.")


DATA = Family(trials={"DATA-01": lines, "DATA-02": whole}, control=bricked)
