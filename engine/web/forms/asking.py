"""Asks a form's questions: shows them, and judges what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.forms import Accepted, Form, Rejected, accept, initial
from engine.forms.accept import hidden
from engine.web.forms.questions import Page, Question, asked_names, questions
from engine.web.forms.typed import Raw, raw_of_values, seen_questions, with_empty_rows


@dataclass(frozen=True)
class Asked:
    """A form as it stands on a page.

    `errors` by name in the page's order; `carried` is what was typed into questions that are hidden now, kept in case
    they come back; `can_change` says whether answers make questions come and go.
    """

    shown: tuple[Question, ...] = ()
    errors: Mapping[str, str] | None = None
    names: tuple[str, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    can_change: bool = False
    has_new: bool = False

    @property
    def links(self) -> dict[str, str]:
        """Id of the element to go to -> sentence, for the summary of errors."""
        anchors = dict(_anchors(self.shown))
        return {anchors.get(name, name): sentence for name, sentence in (self.errors or {}).items()}

    @property
    def has_files(self) -> bool:
        """Whether a file may be given."""
        return any(q.field.type == "filepicker" for q in _all(self.shown))


def begin(form: Form | None, variables: Mapping[str, Any], now: datetime) -> Raw:
    """What the page begins with."""
    return raw_of_values(initial(form, variables, now=now)) if form else {}


def ask(
    form: Form | None,
    raw: Raw,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    errors: Mapping[str, str] | None = None,
    seen: frozenset[str] | None = None,
) -> Asked:
    """The visible questions with what was typed; those not in `seen` are marked as new."""
    if form is None:
        return Asked(errors=errors or {})
    gone = hidden(form, with_empty_rows(form, raw), variables, now=now)
    shown = questions(form, Page(raw, variables, now, errors or {}, gone, seen))
    names = tuple(asked_names(shown))
    return Asked(
        shown=shown,
        errors=errors or {},
        names=names,
        carried=tuple(_carried(raw, gone)),
        can_change=any(each.hide is not None for each in form.walk()),
        has_new=seen is not None and not seen.issuperset(names),
    )


def judge(form: Form | None, raw: Raw, variables: Mapping[str, Any], *, now: datetime) -> Accepted | Asked:
    """The answers, or the page to show again: with a sentence for each that is wrong, or with questions not yet seen.

    A question that the answers just made visible is asked first, without complaining that it is empty.
    """
    if form is None:
        return Accepted({})
    seen = seen_questions(raw)
    asked = ask(form, raw, variables, now=now, seen=seen)
    result = accept(form, raw, variables, now=now)
    if isinstance(result, Accepted) and not asked.has_new:
        return result
    errors = result.errors if isinstance(result, Rejected) else {}
    fair = {name: text for name, text in errors.items() if seen is None or name in seen or name not in asked.names}
    return ask(form, raw, variables, now=now, errors=fair, seen=seen)


def _carried(raw: Raw, gone: frozenset[str]) -> list[tuple[str, str]]:
    """Texts typed into what is hidden now: under the hidden names, their parts and their rows."""
    return [
        (name, value)
        for name, values in raw.items()
        if not name.startswith("_") and any(name == g or name.startswith((g + "-", g + ".")) for g in gone)
        for value in values
        if value
    ]


def _anchors(shown: tuple[Question, ...]) -> list[tuple[str, str]]:
    """Name -> id to link to, for every question on the page."""
    return [(q.name, q.anchor) for q in _all(shown)]


def _all(shown: tuple[Question, ...]) -> list[Question]:
    """Every question, outer before inner."""
    found: list[Question] = []
    for each in shown:
        found += [each, *_all(each.inner), *(q for row in each.rows for q in _all(row.questions))]
    return found
