"""A form as the engine holds it: frozen questions in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from engine.feel import Expression

#: Stands for the row's number in the name of a question inside a list: `people.#.name`.
ROW = "#"
#: At most this many rows in one list.
MAX_ROWS = 100


@dataclass(frozen=True)
class Option:
    """One choice of a radio, select or checklist; `value` is what is stored."""

    value: object
    label: str
    hint: str = ""

    @property
    def token(self) -> str:
        """The value as a page sends it: `true`, `7`, `text`."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True)
class Check:
    """A FEEL condition that must not be false; it sees `value`, the answers and the case's variables."""

    condition: Expression
    message: str


@dataclass(frozen=True)
class Rules:
    """What an answer must meet; bounds are inclusive, lengths in characters (files and rows: a count)."""

    required: bool = False
    required_message: str = ""
    low: Decimal | Expression | None = None
    low_message: str = ""
    high: Decimal | Expression | None = None
    high_message: str = ""
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_message: str = ""
    decimals: int | None = None
    kind: str = ""
    no_past: bool = False
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Field:
    """One component of a form.

    `type` is the form-js type, but `date`, `time` and `datetime` stand for its three datetimes. `key` is the variable
    ("" for what is only shown); `name` is the name on the page, with `#` for a row's number. `stores` says what a
    choice is stored as: "text", "boolean" or "number".
    """

    id: str
    type: str
    key: str = ""
    name: str = ""
    label: str = ""
    description: str = ""
    text: str = ""
    rules: Rules = Rules()
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    hide: Expression | None = None
    prefill: Expression | None = None
    default: object = None
    stores: str = "text"
    read_only: bool = False
    multiple: bool = False
    fields: tuple[Field, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def is_asked(self) -> bool:
        """Whether it holds an answer of its own: not a group, a list or something only shown."""
        return bool(self.key) and self.type not in ("group", "dynamiclist") and not self.read_only

    @property
    def guidance(self) -> tuple[str, ...]:
        """The ids of the sentences it carries."""
        return tuple(part.strip() for part in self.properties.get("guidance", "").split(",") if part.strip())


@dataclass(frozen=True)
class Form:
    """A form: `id` as the file names it, `title` for the page's heading, `fields` in order, groups and lists nested."""

    id: str
    title: str
    fields: tuple[Field, ...]
    properties: Mapping[str, str] = field(default_factory=dict)

    def walk(self) -> Iterator[Field]:
        """Every field, outer before inner."""
        return walk(self.fields)

    @cached_property
    def may_hide(self) -> bool:
        """Whether any question is shown only on a condition."""
        return any(each.hide is not None for each in self.walk())

    @property
    def keys(self) -> tuple[str, ...]:
        """The variables that its answers become, in order."""
        return tuple(answer_keys(self.fields))


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field of these, outer before inner."""
    for each in fields:
        yield each
        yield from walk(each.fields)


def answer_keys(fields: tuple[Field, ...]) -> Iterator[str]:
    """The variables of these fields; a group without a path gives those of its members."""
    for each in fields:
        if each.type == "group" and not each.key:
            yield from answer_keys(each.fields)
        elif each.key and not each.read_only:
            yield each.key


def field_name(field: Field, row: int | None = None) -> str:
    """The name on the page: `people.0.name` for row 0 of a list, `name` elsewhere."""
    return field.name if row is None else field.name.replace(ROW, str(row), 1)


def part_name(name: str, part: str) -> str:
    """The name of one box of a date or date and time: `born-day`; parts are day, month, year and time."""
    return f"{name}-{part}"
