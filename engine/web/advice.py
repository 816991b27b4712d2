"""What a table advised, in words: the value, the rule that was hit, and what the rule looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from engine.dmn.trace import RuleTrace, Trace
from engine.forms import Form
from engine.web.words import in_words, joined, named

_ANY = ("", "-")


@dataclass(frozen=True)
class RuleInWords:
    """One rule that was hit: its number, each condition as (what, required, what it was), and the reasons it gives."""

    number: int
    conditions: tuple[tuple[str, str, str], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Advice:
    """The advice beside a form; `words` are those of the question's own choices."""

    words: str
    table: str
    rules: tuple[RuleInWords, ...]
    guidance: tuple[str, ...]
    made_at: datetime | None = None
    is_default: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason once."""
        return tuple(dict.fromkeys(reason for rule in self.rules for reason in rule.reasons))


def advised(page: Any) -> Advice | None:
    """The advice that the task's page shows, None when no table advised on it."""
    shown = page.advice
    if shown is None:
        return None
    words = choice_words(page.form, shown.answer_key, shown.value)
    return in_full(words, trace_of(shown.decision_id, shown.trace), shown.made_at)


def in_full(words: str, trace: Trace, made_at: datetime | None) -> Advice:
    """The advice of a trace."""
    hit = [rule for rule in trace.rules if rule.index in trace.hits]
    return Advice(
        words=words,
        table=trace.decision_name,
        rules=tuple(_rule(rule, trace) for rule in hit),
        guidance=trace.guidance,
        made_at=made_at,
        is_default=trace.default_used,
    )


def choice_words(form: Form | None, key: str | None, value: object) -> str:
    """The advised value as the question's choice reads."""
    field = next((each for each in form.walk() if each.key == key), None) if form else None
    labels = {option.token: option.label for option in field.options} if field else {}
    items = value if isinstance(value, (list, tuple)) else [value]
    return in_words([labels.get(_token(each), each) for each in items])


def _token(value: object) -> str:
    """A value as a choice's token."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _rule(rule: RuleTrace, trace: Trace) -> RuleInWords:
    """A rule with its conditions; those that take anything are left out."""
    pairs = zip(trace.inputs, rule.cells, strict=False)
    conditions = tuple((i.name, cell.text, in_words(i.value)) for i, cell in pairs if cell.text.strip() not in _ANY)
    return RuleInWords(rule.index, conditions, (*_notes(rule.annotations), *_sentences(rule)))


def _sentences(rule: RuleTrace) -> Iterable[str]:
    """What the rule answers in whole sentences, as a column such as "Why" does."""
    return (value for _, value in rule.outputs if is_sentence(value))


def is_sentence(value: object) -> TypeGuard[str]:
    """Whether a value is said to a reader rather than to the process."""
    return isinstance(value, str) and len(value.split()) > 3


def _notes(annotations: Iterable[tuple[str, str]]) -> Iterable[str]:
    """The annotations that say something in words."""
    return (text for name, text in annotations if text.strip() and name.lower() != "guidance")


def decided(row: Any) -> Advice:
    """A decision of a case, for its page: what it answers in words, the sentences apart."""
    result = row.result.values() if isinstance(row.result, Mapping) else [row.result]
    words = [in_words(each) for each in result if each is not None and not is_sentence(each)]
    return in_full(joined(map(named, words)) or "No answer", trace_of(row.decision_id, row.trace), row.made_at)


def trace_of(decision_id: str, kept: Mapping[str, Any]) -> Trace:
    """The trace as it was kept; of one that another release wrote differently, only the decision's name."""
    try:
        return Trace.from_json(kept)
    except (KeyError, TypeError, ValueError):
        return Trace(decision_id, named(decision_id))
