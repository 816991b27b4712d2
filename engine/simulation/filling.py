"""Fills any form as its schema asks, guided by the data file; what the schema then refuses is mended or given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import Expression
from engine.forms import Field, Form, Rejected, accept_json, options_of
from engine.simulation.chances import between
from engine.simulation.data import SimulationData
from engine.simulation.draws import as_answer
from engine.simulation.scene import Scene

#: How often answers that were refused are mended before the form is given up.
MOST_MENDS = 12
#: The share of optional questions that are left blank where the data file does not say.
BLANK = 0.5
_KINDS_OF_TEXT = {"email": "somebody@example.org", "phone": "01632 960123"}


class CannotFill(Exception):
    """Answers that a form takes could not be found."""


@dataclass(frozen=True)
class _Filling:
    """One form being filled at one moment."""

    form: Form
    data: SimulationData
    scene: Scene


def fill(form: Form, data: SimulationData, scene: Scene) -> dict[str, object]:
    """Answers by key that the form accepts now, drawn from the scene's chance. Raises CannotFill."""
    filling = _Filling(form, data, scene)
    answers = _level(filling, form.fields, (), dict(scene.names), {})
    errors: Mapping[str, str] = {}
    for attempt in range(MOST_MENDS):
        judged = accept_json(form, answers, scene.names, now=scene.now, functions=scene.functions)
        if not isinstance(judged, Rejected):
            return answers
        errors = judged.errors
        for name in errors:
            _mend(filling, answers, name, attempt)
    raise CannotFill(f"{form.id}: {dict(errors)}")


def _level(
    filling: _Filling,
    fields: tuple[Field, ...],
    path: tuple[str, ...],
    names: dict[str, object],
    ready: Mapping[str, object],
) -> dict[str, object]:
    """Answers to the fields of one level; `ready` is what it begins with, `names` what is known, which grows."""
    found: dict[str, object] = {}
    scene = replace(filling.scene, names=names)
    for each in fields:
        if each.hide is not None and scene.value(each.hide) is True:
            continue
        if each.type == "group" and not each.key:
            found |= _level(filling, each.fields, path, names, ready)
        elif (answer := _field(filling, each, path, scene, ready)) is not None:
            found[each.key] = names[each.key] = answer
    return found


def _field(filling: _Filling, each: Field, path: tuple[str, ...], scene: Scene, ready: Mapping[str, object]) -> object:
    """What one field is answered: a group's answers, a list's rows, or one answer; None when nothing is."""
    if each.type == "group":
        return _level(filling, each.fields, (*path, each.key), dict(scene.names), {})
    if each.type == "dynamiclist":
        return _rows(filling, each, path, scene)
    if each.is_asked and each.type != "filepicker":
        return _answer(filling, each, path, scene, ready.get(each.key))
    return None


def _rows(filling: _Filling, each: Field, path: tuple[str, ...], scene: Scene) -> list[dict[str, object]]:
    """The rows of a list: what it begins with, else as many as the data file says, one where it must have any."""
    here = (*path, each.key)
    begun = scene.value(each.prefill) if each.prefill else None
    draw = filling.data.answer(filling.form.id, *here)
    drawn = draw(scene) if draw else None
    count = drawn if isinstance(drawn, int) else 1 if each.rules.required else 0
    rows: list[Mapping[str, object]] = [{} for _ in range(count)]
    if isinstance(begun, list) and begun:
        rows = [row for row in begun if isinstance(row, Mapping)]
    return [_level(filling, each.fields, here, {**scene.names, "row": number}, row) for number, row in enumerate(rows)]


def _answer(filling: _Filling, each: Field, path: tuple[str, ...], scene: Scene, ready: object) -> object:
    """One answer: as the data file says, else what the question begins with, else anything of its kind."""
    draw = filling.data.answer(filling.form.id, *path, each.key)
    if draw is not None:
        answer = as_answer(draw(scene))
        return answer if answer is not None or not each.rules.required else _anything(filling, each, scene)
    begun = ready if ready is not None else scene.value(each.prefill) if each.prefill else None
    if begun is not None:
        return as_answer(begun)
    blank = filling.data.blank.get(each.type, BLANK)
    if not each.rules.required and scene.chance.random() < blank:
        return None
    return _anything(filling, each, scene)


def _anything(filling: _Filling, each: Field, scene: Scene) -> object:
    """A plausible answer of the question's kind."""
    if each.rules.kind in _KINDS_OF_TEXT:
        return _KINDS_OF_TEXT[each.rules.kind]
    if each.type in filling.data.texts:
        return as_answer(filling.data.texts[each.type](scene))
    options = _tokens(each, scene)
    if each.type in ("radio", "select"):
        return options[between(scene.chance, 0, len(options) - 1)] if options else None
    if each.type == "checklist":
        return [option for option in options if scene.chance.random() < 0.4] or options[:1]
    kinds: dict[str, object] = {
        "date": scene.today,
        "time": time(10),
        "datetime": scene.now,
        "checkbox": True if each.rules.required else scene.chance.random() < 0.5,
        "number": _low(each, scene),
    }
    return kinds.get(each.type, "In words.")


def _tokens(each: Field, scene: Scene) -> list[str]:
    """What may be chosen."""
    return [option.token for option in options_of(each, scene.names, now=scene.now, functions=scene.functions)]


def _low(each: Field, scene: Scene) -> object:
    low = _bound(each.rules.low, scene)
    return low if isinstance(low, int | float) else 1


def _bound(bound: Decimal | Expression | None, scene: Scene) -> object:
    return as_answer(scene.value(bound) if isinstance(bound, Expression) else bound)


def _mend(filling: _Filling, answers: dict[str, object], name: str, attempt: int) -> None:
    """Put another candidate in the place of a refused answer; what has no place is left out."""
    parts = name.split(".")
    each = next((field for field in filling.form.walk() if field.name == _generic(parts)), None)
    holder: Any = answers
    for part in parts[:-1]:
        holder = holder[int(part)] if isinstance(holder, list) else holder.setdefault(part, {})
    if each is None:
        holder.pop(parts[-1], None)
        return
    if each.type == "dynamiclist":
        row = _level(filling, each.fields, (each.key,), dict(filling.scene.names), {})
        holder[parts[-1]] = [row]
        return
    candidates = list(_candidates(filling, each))
    holder[parts[-1]] = candidates[attempt % len(candidates)]


def _generic(parts: list[str]) -> str:
    """A field's own name from its name on the page: `people.#.name` from `people.0.name`."""
    return ".".join("#" if part.isdigit() else part for part in parts)


def _candidates(filling: _Filling, each: Field) -> Iterator[object]:
    """Answers to try in turn."""
    scene = filling.scene
    low, high = _bound(each.rules.low, scene), _bound(each.rules.high, scene)
    if each.type in ("radio", "select", "checklist"):
        tokens = _tokens(each, scene)
        yield from ([token] for token in tokens) if each.type == "checklist" else tokens
    elif each.type == "date":
        dated = (value for value in (scene.today, low, high) if isinstance(value, date))
        yield from dated
        for days in (1, -1, 7, -3, 14, 30, 60, 120):
            yield scene.hours.shifted(scene.today + timedelta(days=days), 0)
    elif each.type == "number":
        yield from (value for value in (low, high, 1, 0) if value is not None)
    elif each.type == "checkbox":
        yield True
    yield _anything(filling, each, scene)
