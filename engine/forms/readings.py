"""What was answered, question by question, before anything is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from engine.forms.schema import MAX_ROWS, Field, Form, field_name


class Unreadable(ValueError):
    """An answer that cannot be read as its type; its text is the sentence to show."""


@dataclass
class Readings:
    """Values by the name on the page (None: not answered), sentences for what could not be read, rows by list."""

    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    rows: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def read(self, name: str, get: Callable[[], object]) -> None:
        """Read one answer; what cannot be read is None, with its sentence."""
        try:
            self.values[name] = get()
        except Unreadable as error:
            self.values[name] = None
            self.errors[name] = str(error)

    def keep_rows(self, each: Field, rows: tuple[int, ...]) -> None:
        """Note which rows of a list were answered; more than the limit are an error."""
        if len(rows) > MAX_ROWS:
            self.errors[each.name] = f"There can be at most {MAX_ROWS} rows"
        self.rows[each.name] = rows[:MAX_ROWS]


class Placed(Struct, frozen=True):
    """A field at one place of the page: in row `row` of the list `of`, or in none; `outer` are the fields around it."""

    field: Field
    name: str
    row: int | None = None
    of: Field | None = None
    outer: tuple[str, ...] = ()


def placed(form: Form, rows: Mapping[str, tuple[int, ...]]) -> Iterator[Placed]:
    """Every field of the form as often as it stands on the page, in order."""
    return _placed(form.fields, rows, None, None, ())


def identity(each: Field) -> str:
    """A name for any field, also for one that stores nothing."""
    return each.name or f"({each.id or id(each)})"


def _placed(
    fields: tuple[Field, ...],
    rows: Mapping[str, tuple[int, ...]],
    of: Field | None,
    row: int | None,
    outer: tuple[str, ...],
) -> Iterator[Placed]:
    for each in fields:
        name = field_name(each, row) if each.name else f"{identity(each)}{'' if row is None else row}"
        yield Placed(each, name, row, of, outer)
        if each.type == "dynamiclist":
            for number in rows.get(each.name, ()):
                yield from _placed(each.fields, rows, each, number, (*outer, name))
        elif each.fields:
            yield from _placed(each.fields, rows, of, row, (*outer, name))
