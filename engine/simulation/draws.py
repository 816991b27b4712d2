"""How the data file says an answer is drawn: one kind of draw a word, each read once and then a plain function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import Expression, FeelSyntaxError, parse_expression
from engine.simulation.chances import between, pick, skewed
from engine.simulation.scene import DataRefused, Scene, as_day

#: Gives an answer as a form takes it, None where nothing is answered.
Draw = Callable[[Scene], object]


def read_draw(raw: object, where: str) -> Draw:
    """A draw as it is written.

    A text that begins with "=" is FEEL, any other text, number or truth value is the answer itself. A list holds
    draws with `when`: the first whose condition holds. A map has one of the words of `KINDS`. Raises DataRefused.
    """
    if isinstance(raw, str) and raw.startswith("="):
        expression = feel(raw, where)
        return lambda scene: scene.value(expression)
    if isinstance(raw, list):
        return _first_of([_guarded(each, where) for each in raw])
    if not isinstance(raw, dict):
        return lambda _: raw
    for kind, reader in KINDS.items():
        if kind in raw:
            return reader(raw, f"{where}: {kind}")
    raise DataRefused(f"{where}: one of {', '.join(KINDS)} was expected, not {', '.join(map(str, raw))}")


def feel(text: object, where: str) -> Expression:
    """An expression written as "=..."; raises DataRefused."""
    if not isinstance(text, str) or not text.startswith("="):
        raise DataRefused(f"{where}: FEEL that begins with “=” was expected, not {text!r}")
    try:
        return parse_expression(text[1:])
    except FeelSyntaxError as error:
        raise DataRefused(f"{where}: {error.sentence}") from error


def optional_feel(raw: Mapping[str, Any], name: str, where: str) -> Expression | None:
    """The expression of that name, None where there is none."""
    return feel(raw[name], where) if name in raw else None


def weights(raw: object, where: str) -> dict[Any, float]:
    """A map of things to how likely they are."""
    if not isinstance(raw, dict) or not raw or not all(isinstance(w, int | float) and w >= 0 for w in raw.values()):
        raise DataRefused(f"{where}: a map of answers to weights was expected")
    return {key: float(weight) for key, weight in raw.items()}


def pair(raw: object, where: str) -> tuple[float, float]:
    """Two numbers."""
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(n, int | float) for n in raw):
        raise DataRefused(f"{where}: two numbers were expected")
    return float(raw[0]), float(raw[1])


def _guarded(raw: object, where: str) -> tuple[Expression | None, Draw]:
    if not isinstance(raw, dict):
        return None, read_draw(raw, where)
    return optional_feel(raw, "when", where), read_draw({k: v for k, v in raw.items() if k != "when"}, where)


def _first_of(choices: list[tuple[Expression | None, Draw]]) -> Draw:
    def draw(scene: Scene) -> object:
        found = next((each for condition, each in choices if scene.holds(condition)), None)
        return found(scene) if found else None

    return draw


def _is(raw: Mapping[str, Any], where: str) -> Draw:
    return read_draw(raw["is"], where)


def _one_of(raw: Mapping[str, Any], where: str) -> Draw:
    choices = weights(raw["one_of"], where)
    return lambda scene: pick(scene.chance, choices)


def _many_of(raw: Mapping[str, Any], where: str) -> Draw:
    choices = weights(raw["many_of"], where)

    def draw(scene: Scene) -> object:
        return [each for each, likely in choices.items() if scene.chance.random() < likely] or [
            pick(scene.chance, choices)
        ]

    return draw


def _number(raw: Mapping[str, Any], where: str) -> Draw:
    low, high = pair(raw["number"], where)
    return lambda scene: between(scene.chance, int(low), int(high))


def _any(raw: Mapping[str, Any], where: str) -> Draw:
    """Any one of a list, each as likely."""
    listed = feel(raw["any"], where) if isinstance(raw["any"], str) else None

    def draw(scene: Scene) -> object:
        found = scene.value(listed) if listed else raw["any"]
        return found[between(scene.chance, 0, len(found) - 1)] if isinstance(found, list) and found else None

    return draw


def _words(raw: Mapping[str, Any], where: str) -> Draw:
    """A few of the file's sentences, in a row."""
    median, ninety = pair(raw["words"], where)

    def draw(scene: Scene) -> object:
        count = max(1, round(skewed(scene.chance, median, ninety)))
        sentences = scene.sentences or ("In words.",)
        return " ".join(sentences[between(scene.chance, 0, len(sentences) - 1)] for _ in range(count))

    return draw


def _follow(raw: Mapping[str, Any], where: str) -> Draw:
    """What an expression says, with a chance; otherwise, or where it says nothing, something else."""
    advised, likely = feel(raw["follow"], where), float(raw.get("chance", 1))
    other = read_draw(raw.get("else"), where)

    def draw(scene: Scene) -> object:
        value = scene.value(advised) if scene.chance.random() < likely else None
        return other(scene) if value is None else value

    return draw


def _sometimes(raw: Mapping[str, Any], where: str) -> Draw:
    """Answered with a chance, else left blank."""
    likely, then = float(raw["sometimes"]), read_draw(raw.get("then"), where)
    return lambda scene: then(scene) if scene.chance.random() < likely else None


def _day(raw: Mapping[str, Any], where: str) -> Draw:
    """A day counted from another, in working days or days of the calendar, late with a chance."""
    spec = raw["day"] if isinstance(raw["day"], dict) else {}
    start = feel(spec.get("from", "=today()"), where)
    unit = "working" if "working" in spec else "calendar"
    low, high = pair(spec.get(unit, [0, 0]), where)
    late = spec.get("late") or {}
    likely = float(late.get("chance", 0))
    late_low, late_high = pair(late.get(unit, [0, 0]), where)
    not_before = optional_feel(spec, "not_before", where)

    def draw(scene: Scene) -> object:
        is_late = scene.chance.random() < likely
        count = between(scene.chance, int(late_low if is_late else low), int(late_high if is_late else high))
        day = as_day(scene.value(start)) or scene.today
        day = scene.hours.shifted(day, count) if unit == "working" else day + timedelta(days=count)
        earliest = as_day(scene.value(not_before)) if not_before else None
        return _not_before(day, earliest, scene, unit)

    return draw


def _not_before(day: date, earliest: date | None, scene: Scene, unit: str) -> date:
    if earliest is None or day >= earliest:
        return day
    return scene.hours.shifted(earliest, 0) if unit == "working" else earliest


def as_answer(value: object) -> object:
    """A FEEL value as a form takes it: whole numbers as such."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


#: The words of the data file, each with what reads it.
KINDS: Mapping[str, Callable[[Mapping[str, Any], str], Draw]] = {
    "is": _is,
    "one_of": _one_of,
    "many_of": _many_of,
    "number": _number,
    "any": _any,
    "words": _words,
    "follow": _follow,
    "sometimes": _sometimes,
    "day": _day,
}
