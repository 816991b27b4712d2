"""A form as it stands on the page: each question with what was typed, its error, its choices and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from engine.forms import Field, Form, Option, field_name, options_of, part_name, render_text
from engine.forms.readings import identity
from engine.web.forms.typed import Raw, rows_of
from engine.web.words import in_words

#: The words of text components; HTML in them is shown as text, and no image is fetched from anywhere.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True)
class Row:
    """One row of a list: its number in names, its place counted from 1, and its questions."""

    number: int
    place: int
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Question:
    """One field at one place of the page.

    `typed` are the texts under its name, `boxes` those of its parts (day, month, year, time); `error` is "" when there
    is none; `words` is HTML for a text component and plain text for an answer that is only shown.
    """

    field: Field
    name: str
    typed: tuple[str, ...] = ()
    boxes: Mapping[str, str] | None = None
    error: str = ""
    options: tuple[Option, ...] = ()
    inner: tuple[Question, ...] = ()
    rows: tuple[Row, ...] = ()
    words: str | Markup = ""
    is_new: bool = False

    @property
    def kind(self) -> str:
        """Which component shows it."""
        return "shown" if self.field.read_only else self.field.type

    @property
    def text(self) -> str:
        """The one text typed."""
        return self.typed[0] if self.typed else ""

    @property
    def label(self) -> str:
        """The label, which says so when the question may be left empty."""
        rules, asked = self.field.rules, self.field.is_asked
        optional = asked and not rules.required and not rules.checks and self.field.type != "checkbox"
        return f"{self.field.label} (optional)" if optional else self.field.label

    @property
    def anchor(self) -> str:
        """The id of the element that a link to this question leads to."""
        return part_name(self.name, "day") if self.field.type in ("date", "datetime") else self.name


@dataclass(frozen=True)
class Page:
    """What the questions of a page are made from."""

    raw: Raw
    context: Mapping[str, Any]
    now: datetime
    errors: Mapping[str, str]
    hidden: frozenset[str]
    seen: frozenset[str] | None
    needed: frozenset[str] = frozenset()
    functions: Mapping[str, Callable[..., object]] | None = None


def questions(form: Form, page: Page) -> tuple[Question, ...]:
    """The visible questions of a form in order, groups and lists nested."""
    return tuple(_build(form.fields, page, None))


def asked_names(shown: Sequence[Question]) -> Iterator[str]:
    """The names of all questions that wait for an answer on this page."""
    for each in shown:
        if each.field.is_asked:
            yield each.name
        yield from asked_names(each.inner)
        for row in each.rows:
            yield from asked_names(row.questions)


def _build(fields: tuple[Field, ...], page: Page, row: int | None) -> Iterator[Question]:
    """The visible ones of these fields."""
    for each in fields:
        name = field_name(each, row) if each.name else f"{identity(each)}{'' if row is None else row}"
        if name not in page.hidden:
            yield _question(each, name, page, row)


def _question(each: Field, name: str, page: Page, row: int | None) -> Question:
    """One field; what it shows depends on its type."""
    if each.type in ("text", "separator", "spacer"):
        return Question(each, name, words=_prose(each, page))
    if each.type == "group":
        return Question(each, name, inner=tuple(_build(each.fields, page, row)))
    error = page.errors.get(name, "")
    if each.type == "dynamiclist":
        return Question(each, name, error=error, rows=_rows(each, page))
    if each.read_only:
        return Question(each, name, words=in_words(page.context.get(each.key)))
    return Question(
        each,
        name,
        typed=tuple(page.raw.get(name, ())),
        boxes={part: _box(page.raw, name, part) for part in ("day", "month", "year", "time")},
        error=error,
        options=options_of(each, page.context, now=page.now, functions=page.functions),
        is_new=page.seen is not None and name not in page.seen,
    )


def _rows(each: Field, page: Page) -> tuple[Row, ...]:
    """The rows of a list, at least one."""
    numbers = rows_of(page.raw, each.name)
    return tuple(Row(n, place, tuple(_build(each.fields, page, n))) for place, n in enumerate(numbers, 1))


def _box(raw: Raw, name: str, part: str) -> str:
    """What was typed into one box of a date."""
    return (raw.get(part_name(name, part)) or [""])[0]


def _prose(each: Field, page: Page) -> Markup:
    """A text component as HTML; its values are escaped and HTML in it is text."""
    words = render_text(each.text, page.context, now=page.now, functions=page.functions)
    return Markup(_markdown.render(words))  # noqa: S704 - markdown-it with HTML off
