"""A case as it stood after each entry of its journal: folded from what the record says, nothing run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine.audit.scopes import is_live, outwards
from engine.feel import decode
from engine.model.case import local_id
from engine.model.journal import Entry
from engine.model.outcome import Token

#: (scope, name): where a value stands, as `Change` says it.
Place = tuple[str, str]
#: The parts of an event that hold what somebody said.
_SAID = ("answers", "payload", "variables", "result")


@dataclass(frozen=True)
class Value:
    """A value with the entry that brought it; `was_given` when the actor said it, else the process worked it out."""

    scope: str
    name: str
    value: object
    old: object
    was_given: bool
    entry: Entry


@dataclass(frozen=True)
class OpenTask:
    """A task that waited for a person; `opened` is the entry that opened it."""

    id: str
    element_id: str
    process_id: str
    where: str
    name: str
    form_id: str
    roles: tuple[str, ...]
    opened: Entry
    assignee: str | None = None
    claimed_by: str | None = None
    due: datetime | None = None
    due_sentence: str = ""
    due_source: str = ""
    planned_for: date | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Advised:
    """What a table advised, with its trace as kept; `departed` is the entry in which a person decided otherwise."""

    decision_id: str
    variable: str
    element_id: str
    process_id: str
    where: str
    result: object
    trace: Mapping[str, Any]
    entry: Entry
    departed: Entry | None = None


@dataclass(frozen=True)
class Letter:
    """A letter that was made, and sent once `sent` is there."""

    document: int
    title: str
    recipient: str
    made: Entry
    sent: Entry | None = None


@dataclass(frozen=True)
class Moment:
    """The case after one entry: mappings are in the order in which things came; `touched` holds what it changed."""

    entry: Entry
    status: str = "open"
    end: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    tasks: Mapping[str, OpenTask] = field(default_factory=dict)
    values: Mapping[Place, Value] = field(default_factory=dict)
    touched: Mapping[Place, Value] = field(default_factory=dict)
    advice: Mapping[Place, Advised] = field(default_factory=dict)
    letters: Mapping[int, Letter] = field(default_factory=dict)

    @property
    def made_advice(self) -> tuple[Advised, ...]:
        """The advice that this entry brought."""
        return tuple(advised for advised in self.advice.values() if advised.entry is self.entry)


def timeline(entries: Sequence[Entry]) -> tuple[Moment, ...]:
    """The case after each entry, in the journal's order; an entry that cannot be read changes nothing."""
    return tuple(_fold(entries))


def _fold(entries: Sequence[Entry]) -> Iterator[Moment]:
    now: Moment | None = None
    for entry in entries:
        now = _after(now, entry)
        yield now


def _after(before: Moment | None, entry: Entry) -> Moment:
    """One entry further."""
    now = replace(before, entry=entry, touched={}) if before else Moment(entry)
    body: Any = entry.body
    if "outcome" in body:
        return _stepped(now, body)
    told = _NOTED.get(entry.kind)
    return told(now, body) if told else now


def _stepped(now: Moment, body: Mapping[str, Any]) -> Moment:
    """After a step of the machine."""
    did = body["outcome"]
    tokens = tuple(Token(**each) for each in did.get("tokens", ()))
    touched = _changes(now.entry, body)
    touched = {**_said_again(now, body, {name for _, name in touched}), **touched}
    values = {place: each for place, each in {**now.values, **touched}.items() if is_live(place[0], tokens)}
    return replace(
        now,
        status="ended" if did.get("ended") else now.status,
        end=tuple(did.get("end", ())),
        tokens=tokens,
        tasks=_tasks(now, did),
        values=values,
        touched=touched,
        advice={**_departed(now, body), **_advice(now.entry, did)},
    )


def _changes(entry: Entry, body: Mapping[str, Any]) -> dict[Place, Value]:
    """Each variable that the step changed, the last value of each."""
    event = body.get("event", {})
    said = {name for part in _SAID for name in event.get(part) or {}}
    found: dict[Place, Value] = {}
    for change in body["outcome"].get("changes", ()):
        scope, name = change["scope"], change["name"]
        old = found[scope, name].old if (scope, name) in found else decode(change["old"])
        found[scope, name] = Value(scope, name, decode(change["new"]), old, name in said, entry)
    return found


def _said_again(now: Moment, body: Mapping[str, Any], changed: set[str]) -> dict[Place, Value]:
    """What somebody said that was so already: it changed nothing, but from now on it is theirs too."""
    event, found = body.get("event", {}), {}
    for name, kept in ((name, kept) for part in _SAID for name, kept in (event.get(part) or {}).items()):
        scope = next((each for each in outwards(body.get("where", "")) if (each, name) in now.values), None)
        if scope is None or name in changed:
            continue
        held = now.values[scope, name]
        if held.value == decode(kept):
            found[scope, name] = replace(held, old=held.value, was_given=True, entry=now.entry)
    return found


def _tasks(now: Moment, did: Mapping[str, Any]) -> dict[str, OpenTask]:
    closed = {task["task_id"] for task in did.get("closed", ())}
    left = {} if did.get("ended") else {task: each for task, each in now.tasks.items() if task not in closed}
    return left | {task["task_id"]: _task(task, now.entry) for task in did.get("opened", ())}


def _task(task: Mapping[str, Any], entry: Entry) -> OpenTask:
    deadline = task.get("deadline") or {}
    return OpenTask(
        id=task["task_id"],
        element_id=task["element_id"],
        process_id=task["process_id"],
        where=task["where"],
        name=task["name"],
        form_id=task["form_id"],
        roles=tuple(task["roles"]),
        opened=entry,
        assignee=task.get("assignee"),
        due=datetime.fromisoformat(task["due"]) if task.get("due") else None,
        due_sentence=deadline.get("sentence", ""),
        due_source=deadline.get("source", ""),
        properties=task.get("properties", {}),
    )


def _advice(entry: Entry, did: Mapping[str, Any]) -> dict[Place, Advised]:
    return {
        (made["where"], made["variable"]): Advised(
            made["decision_id"],
            made["variable"],
            made["element_id"],
            made["process_id"],
            made["where"],
            decode(made["result"]),
            made["trace"],
            entry,
        )
        for made in did.get("decisions", ())
    }


def _departed(now: Moment, body: Mapping[str, Any]) -> dict[Place, Advised]:
    """The advice with the departure, if the task that was completed departed from some."""
    found = dict(now.advice)
    task = now.tasks.get(local_id(str(body.get("task", ""))))
    if task is None or "departed_from_advice" not in body:
        return found
    variable = task.properties.get("advice", "").removeprefix("=").partition(".")[0].strip()
    nearest = max((p for p in found if p[1] == variable and task.where.startswith(p[0])), default=None)
    if nearest is not None:
        found[nearest] = replace(found[nearest], departed=now.entry)
    return found


def _changed_task(now: Moment, body: Mapping[str, Any], **changed: Any) -> Moment:
    task = now.tasks.get(local_id(str(body.get("task", ""))))
    return now if task is None else replace(now, tasks={**now.tasks, task.id: replace(task, **changed)})


def _claimed(now: Moment, body: Mapping[str, Any]) -> Moment:
    return _changed_task(now, body, claimed_by=now.entry.actor)


def _released(now: Moment, body: Mapping[str, Any]) -> Moment:
    return _changed_task(now, body, claimed_by=None)


def _reassigned(now: Moment, body: Mapping[str, Any]) -> Moment:
    return _changed_task(now, body, assignee=body.get("to"), claimed_by=None)


def _postponed(now: Moment, body: Mapping[str, Any]) -> Moment:
    return _changed_task(now, body, planned_for=date.fromisoformat(body["planned_for"][:10]))


def _made(now: Moment, body: Mapping[str, Any]) -> Moment:
    letter = Letter(body["document"], body["name"], body.get("recipient", ""), now.entry)
    return replace(now, letters={**now.letters, letter.document: letter})


def _sent(now: Moment, body: Mapping[str, Any]) -> Moment:
    letter = now.letters.get(body["document"])
    if letter is None:
        return now
    return replace(now, letters={**now.letters, letter.document: replace(letter, sent=now.entry)})


def _withdrawn(now: Moment, _body: Mapping[str, Any]) -> Moment:
    return replace(now, status="withdrawn", tokens=(), tasks={})


_NOTED = {
    "task_claimed": _claimed,
    "task_released": _released,
    "task_reassigned": _reassigned,
    "task_postponed": _postponed,
    "letter_made": _made,
    "letter_sent": _sent,
    "case_withdrawn": _withdrawn,
}
