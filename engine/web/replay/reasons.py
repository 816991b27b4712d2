"""The chain behind a task or advice, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.audit.timeline import Moment, Value
from engine.audit.why import Cause, Turn
from engine.policy.guidance import Sentence
from engine.queries import HistoryLine
from engine.web.replay.record import Record
from engine.web.replay.told import ToldAdvice, ToldValue, tell_advice, tell_values
from engine.web.sentences import sentences


@dataclass(frozen=True)
class ToldTurn:
    """A choice on the way with the values that it read."""

    turn: Turn
    read: tuple[ToldValue, ...]


@dataclass(frozen=True)
class Reason:
    """One link of the chain in words."""

    cause: Cause
    line: HistoryLine
    turns: tuple[ToldTurn, ...]
    advice: tuple[tuple[ToldAdvice, tuple[ToldValue, ...]], ...]
    given: tuple[ToldValue, ...]
    guidance: tuple[Sentence, ...]
    joined: tuple[HistoryLine, ...]


def reasons(record: Record, chain: Sequence[Cause]) -> tuple[Reason, ...]:
    """Each link in words, nearest first."""
    return tuple(_reason(record, cause) for cause in chain)


def _reason(record: Record, cause: Cause) -> Reason:
    moment = record.at(cause.entry.seq) or Moment(cause.entry)

    def told(values: Sequence[Value]) -> tuple[ToldValue, ...]:
        return tuple(tell_values(record, values, moment))

    return Reason(
        cause=cause,
        line=record.line(cause.entry.seq),
        turns=tuple(ToldTurn(turn, told(turn.read)) for turn in cause.turns),
        advice=tuple((tell_advice(record, each.advised, moment), told(each.read)) for each in cause.advice),
        given=told(cause.given),
        guidance=sentences(cause.entry.policy_digest, cause.guidance),
        joined=tuple(record.line(entry.seq) for entry in cause.joined),
    )
