"""Answers to a form: accepted as values, or rejected with a sentence for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from engine.forms.document import read_document
from engine.forms.expressions import World
from engine.forms.judge import fault_of, settle_choice
from engine.forms.page import read_page
from engine.forms.readings import Placed, Readings, placed
from engine.forms.schema import Form
from engine.forms.sentences import missing
from engine.forms.visibility import Scope, hidden_names, tree

Functions = Mapping[str, Callable[..., object]] | None
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Accepted:
    """Answers by variable: text, int or Decimal, bool, date, time, zone-aware datetime, list, dict; None if blank."""

    answers: dict[str, object]


@dataclass(frozen=True)
class Rejected:
    """A sentence for each question, by its name on the page and in the page's order; `raw` is what was sent."""

    errors: dict[str, str]
    raw: Mapping[str, object]
    hidden: frozenset[str] = frozenset()


def accept(
    form: Form,
    raw: Mapping[str, Sequence[str]],
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Functions = None,
    zone: tzinfo = LONDON,
) -> Accepted | Rejected:
    """What a page sent (names as `field_name` gives them), against the form and the case's variables.

    Dates come in boxes (`part_name`) or as ISO 8601; dates and times are local to `zone`. Hidden questions are neither
    required nor stored, and names that the form does not have are passed over.
    """
    return _judge(form, read_page(form, raw, zone), raw, World(context, now, functions), zone)


def accept_json(
    form: Form,
    data: Mapping[str, object],
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Functions = None,
    zone: tzinfo = LONDON,
) -> Accepted | Rejected:
    """The same for answers by key, as an API or a worked example gives them; unknown names are errors."""
    return _judge(form, read_document(form, data, zone), data, World(context, now, functions), zone)


def hidden(
    form: Form,
    raw: Mapping[str, Sequence[str]],
    context: Mapping[str, object],
    *,
    now: datetime,
    functions: Functions = None,
    zone: tzinfo = LONDON,
) -> frozenset[str]:
    """The names on the page of what is hidden, given what has been answered so far."""
    readings, world = read_page(form, raw, zone), World(context, now, functions)
    for place in placed(form, readings.rows):
        _settle(place, readings, world)
    return hidden_names(form, readings, world)


def _judge(
    form: Form, readings: Readings, raw: Mapping[str, object], world: World, zone: tzinfo
) -> Accepted | Rejected:
    places = list(placed(form, readings.rows))
    names = {place.name for place in places}
    errors = {name: text for name, text in readings.errors.items() if name not in names}
    for place in places:  # choices first: what is hidden may depend on the values they stand for
        _settle(place, readings, world)
    hidden = hidden_names(form, readings, world)
    scope = Scope(form, readings, hidden)
    for place in places:
        if place.name not in hidden and (sentence := _fault(place, readings, scope, world, zone)):
            errors[place.name] = sentence
    if errors:
        return Rejected(errors, raw, hidden)
    return Accepted(tree(form.fields, readings, hidden, without_hidden=True))


def _settle(place: Placed, readings: Readings, world: World) -> None:
    """Put the stored values in the place of the tokens chosen."""
    chosen = readings.values.get(place.name)
    if place.field.type in ("radio", "select", "checklist") and chosen not in (None, []):
        value, fault = settle_choice(place.field, chosen, world, {})
        readings.values[place.name] = value
        if fault:
            readings.errors.setdefault(place.name, fault)


def _fault(place: Placed, readings: Readings, scope: Scope, world: World, zone: tzinfo) -> str:
    """What is wrong at one place of the page, as a sentence; "" when nothing is."""
    if place.name in readings.errors:
        return readings.errors[place.name]
    each = place.field
    if each.type == "dynamiclist":
        return missing(each) if each.rules.required and not readings.rows.get(each.name) else ""
    if not each.is_asked:
        return ""
    return fault_of(each, readings.values.get(place.name), world, scope.at(place), zone)
