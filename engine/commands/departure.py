"""Advice, then a person: departing from a table's advice needs a reason, and is remembered (DESIGN decision 5)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel import encode, parse_expression
from engine.model.errors import AnswersRejected
from engine.model.task import Task


def departure(task: Task, answers: Mapping[str, object], variables: Mapping[str, object]) -> dict[str, object] | None:
    """What was advised, what was answered and why, when they differ; None when they agree or nothing was advised.

    Raises AnswersRejected, naming the question for the reason, when the person departs without giving one.
    """
    path, key = task.properties.get("advice", ""), task.properties.get("adviceAnswer", "")
    advised = _value(path, variables)
    if not key or advised is None or _same(answers.get(key), advised):
        return None
    asked = task.properties.get("adviceReason", "")
    reason = answers.get(asked)
    if not isinstance(reason, str) or not reason.strip():
        raise AnswersRejected({asked or key: "Give the reason for departing from the advice"})
    return {"advice": path, "advised": encode(advised), "answered": encode(answers.get(key)), "reason": reason}


def _value(path: str, variables: Mapping[str, object]) -> object:
    return parse_expression(path.removeprefix("=")).evaluate(variables) if path else None


def _same(answer: object, advised: object) -> bool:
    """Equal, a list of one being its only member."""
    one = [advised] if isinstance(answer, list) and not isinstance(advised, list) else advised
    return answer == one
