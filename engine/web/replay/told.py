"""A moment of a case in words: strands, open tasks, advice with its reasons, values with who gave them, letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.scopes import parent
from engine.audit.timeline import Advised, Letter, Moment, OpenTask, Value
from engine.feel import decode
from engine.model.case import AdviceRow
from engine.model.outcome import Token
from engine.policy.guidance import Sentence
from engine.queries import HistoryLine
from engine.web.advice import Advice, choice_words, decided
from engine.web.diagrams import drawings
from engine.web.replay.record import WHOLE, Record, StrandNames, field_of, form_of, strands_of
from engine.web.sentences import sentences
from engine.web.words import in_words, named

_HOLDERS = ("call", "subprocess")


@dataclass(frozen=True)
class ToldValue:
    """A value with its question; `who` gave it, "" where the process worked it out; `by` brought it."""

    name: str
    label: str
    words: str
    before: str
    who: str
    by: HistoryLine
    is_new: bool
    scope: str


@dataclass(frozen=True)
class Departure:
    """What a person decided against the advice, and why."""

    advised: str
    answered: str
    reason: str
    by: HistoryLine


@dataclass(frozen=True)
class ToldAdvice:
    """Advice with its rules, the sentences they cite, and the departure from it if there was one."""

    advice: Advice
    guidance: tuple[Sentence, ...]
    variable: str
    by: HistoryLine
    departure: Departure | None
    is_new: bool


@dataclass(frozen=True)
class ToldTask:
    """A task that waited; overdue as judged at that moment."""

    task: OpenTask
    holder: str
    is_overdue: bool
    is_new: bool


@dataclass(frozen=True)
class ToldStrand:
    """One strand: where it stood, and its open tasks."""

    strand: StrandNames
    is_running: bool
    places: tuple[str, ...]
    tasks: tuple[ToldTask, ...]


@dataclass(frozen=True)
class Told:
    """All that a page says of one moment; `now` is the moment at which due dates are judged."""

    moment: Moment
    line: HistoryLine
    now: datetime
    strands: tuple[ToldStrand, ...]
    advice: tuple[ToldAdvice, ...]
    values: tuple[ToldValue, ...]
    letters: tuple[Letter, ...]


def tell(record: Record, moment: Moment, now: datetime | None = None) -> Told:
    """One moment in words; due dates are judged at `now`, else when the entry was recorded."""
    at = now or moment.entry.recorded_at
    return Told(
        moment=moment,
        line=record.line(moment.entry.seq),
        now=at,
        strands=tuple(_strands(record, moment, at)),
        advice=tuple(tell_advice(record, made, moment) for made in moment.advice.values())[::-1],
        values=tuple(tell_values(record, moment.values.values(), moment)),
        letters=tuple(moment.letters.values())[::-1],
    )


def _strands(record: Record, moment: Moment, now: datetime) -> Iterable[ToldStrand]:
    digest = moment.entry.policy_digest
    strands = strands_of(digest)
    taken = {process for strand in strands for process in strand.processes}
    for strand in (*strands, WHOLE):
        own = [t for t in moment.tokens if in_strand(strand, t.process_id, taken)]
        tasks = [t for t in moment.tasks.values() if in_strand(strand, t.process_id, taken)]
        told = tuple(_task(record, task, moment, now) for task in tasks)
        if strand is not WHOLE or own or tasks:
            yield ToldStrand(strand, bool(own), tuple(_places(digest, own)), told)


def in_strand(strand: StrandNames, process_id: str, taken: Iterable[str]) -> bool:
    """Whether a process belongs to the strand; to the whole belongs what no other has."""
    return process_id not in taken if strand is WHOLE else process_id in strand.processes


def _places(digest: str, tokens: Sequence[Token]) -> Iterable[str]:
    """The elements where something waits, by name, each once."""
    drawn = drawings(digest)
    waiting = [token for token in tokens if token.kind not in _HOLDERS]
    found = ((drawn.get(t.process_id), t.element_id) for t in waiting)
    return dict.fromkeys(
        (drawing.elements.get(element) if drawing else "") or named(element) for drawing, element in found
    )


def _task(record: Record, task: OpenTask, moment: Moment, now: datetime) -> ToldTask:
    holder = task.claimed_by or task.assignee
    is_overdue = task.due is not None and task.due < now
    return ToldTask(task, record.who(holder) if holder else "", is_overdue, task.opened is moment.entry)


def tell_advice(record: Record, made: Advised, moment: Moment) -> ToldAdvice:
    """Advice in words, as it stood at a moment."""
    place = (made.decision_id, made.element_id, made.process_id, made.result, made.trace)
    row = AdviceRow("", made.variable, made.where, *place, made.entry.recorded_at, made.entry.seq)
    advice = decided(row)
    cited = sentences(made.entry.policy_digest, advice.guidance)
    is_new = moment.entry in (made.entry, made.departed)
    return ToldAdvice(advice, cited, made.variable, record.line(made.entry.seq), _departure(record, made), is_new)


def _departure(record: Record, made: Advised) -> Departure | None:
    if made.departed is None:
        return None
    body: Any = made.departed.body
    said, form = body["departed_from_advice"], form_of(made.departed.policy_digest, body.get("form", ""))
    key = next((name for name, value in body["event"].get("answers", {}).items() if value == said["answered"]), None)
    advised, answered = (choice_words(form, key, decode(said[name])) for name in ("advised", "answered"))
    return Departure(advised, answered, said["reason"], record.line(made.departed.seq))


def tell_values(record: Record, values: Iterable[Value], moment: Moment) -> Iterable[ToldValue]:
    """Values with their questions, what was said last first."""
    for value in sorted(values, key=lambda each: -each.entry.seq):
        body: Any = value.entry.body
        form_id, digest = str(body.get("form", "")), value.entry.policy_digest
        field = field_of(digest, form_id, value.name)
        form = form_of(digest, form_id)
        line = record.line(value.entry.seq)
        yield ToldValue(
            name=value.name,
            label=field.label if field and field.label else named(value.name),
            words=choice_words(form, value.name, value.value) if field else in_words(value.value),
            before="" if value.old in (None, value.value) else in_words(value.old),
            who=line.actor_name if value.was_given else "",
            by=line,
            is_new=value.entry is moment.entry,
            scope=scope_words(value.scope, digest),
        )


def scope_words(scope: str, digest: str) -> str:
    """A scope by the name of the element that it is inside of, numbered where there are several; "" at the top."""
    if not scope:
        return ""
    element, _ = parent(scope)
    number = scope.rpartition("/")[2].partition("#")[2]
    names = (drawn.elements.get(element) for drawn in drawings(digest).values())
    name = next((name for name in names if name), named(element))
    return f"{name} {number}" if number else name
