"""Which questions are shown, and which choices they offer, in the light of the case and of the other answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine.forms.expressions import World
from engine.forms.options import stored
from engine.forms.readings import Placed, Readings, placed
from engine.forms.schema import Field, Form, Option, field_name

_ROUNDS = 10


def hidden_names(form: Form, readings: Readings, world: World) -> frozenset[str]:
    """The names of the fields that are hidden now, those inside a hidden group included.

    A hidden question has no answer, so hiding one may hide or show another: repeated until nothing changes, at most
    ten rounds, after which what still changes is shown.
    """
    hidden: frozenset[str] = frozenset()
    if not form.may_hide:
        return hidden
    places = list(placed(form, readings.rows))
    for _ in range(_ROUNDS):
        found = _hidden(places, Scope(form, readings, hidden), world)
        if found == hidden:
            return found
        hidden = found
    return hidden & _hidden(places, Scope(form, readings, hidden), world)


@dataclass(frozen=True)
class Scope:
    """What expressions see of the answers: None for what is hidden, unanswered or unreadable."""

    form: Form
    readings: Readings
    hidden: frozenset[str]

    @cached_property
    def answers(self) -> dict[str, object]:
        """The answers as a tree."""
        return tree(self.form.fields, self.readings, self.hidden)

    def at(self, place: Placed) -> Mapping[str, object]:
        """The answers as seen from one place: in a row of a list, the row's own first."""
        if place.of is None:
            return self.answers
        return {**self.answers, **tree(place.of.fields, self.readings, self.hidden, place.row)}


def _hidden(places: list[Placed], scope: Scope, world: World) -> frozenset[str]:
    hidden: set[str] = set()
    for place in places:
        hides = place.field.hide
        if hidden.intersection(place.outer) or (hides and world.value(hides, scope.at(place)) is True):
            hidden.add(place.name)
    return frozenset(hidden)


def tree(
    fields: tuple[Field, ...],
    readings: Readings,
    hidden: frozenset[str],
    row: int | None = None,
    *,
    without_hidden: bool = False,
) -> dict[str, object]:
    """The answers to these fields by key, groups and rows nested; what is hidden is None or, if asked, left out."""
    found: dict[str, object] = {}
    for each in fields:
        name = field_name(each, row)
        if each.type == "group" and not each.key:
            found |= tree(each.fields, readings, hidden, row, without_hidden=without_hidden)
        elif name in hidden:
            found |= {} if without_hidden or not each.key else {each.key: None}
        elif each.type == "group":
            found[each.key] = tree(each.fields, readings, hidden, row, without_hidden=without_hidden)
        elif each.type == "dynamiclist":
            found[each.key] = [
                tree(each.fields, readings, hidden, number, without_hidden=without_hidden)
                for number in readings.rows.get(each.name, ())
            ]
        elif each.is_asked:
            found[each.key] = readings.values.get(name)
    return found


def options_of(
    each: Field,
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Mapping[str, Callable[..., object]] | None = None,
) -> tuple[Option, ...]:
    """The choices of a question: those written, or those that its expression gives for this case.

    An expression gives a list of texts or numbers, or of objects with `label` and `value`; anything else is left out.
    """
    if each.options_from is None:
        return each.options
    found = World(context, now, functions).value(each.options_from, {})
    made = (_option(one, each.stores) for one in (found if isinstance(found, list) else [])[:500])
    return tuple({option.token: option for option in made if option is not None}.values())


def _option(one: object, stores: str) -> Option | None:
    value, label = (one.get("value"), one.get("label")) if isinstance(one, Mapping) else (one, one)
    try:
        return Option(stored(value, stores), str(value if label is None else label))
    except ValueError:
        return None
