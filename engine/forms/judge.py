"""Whether one answer meets the rules of its question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

import regex

from engine.feel import Expression
from engine.forms.expressions import Layered, World
from engine.forms.schema import Field
from engine.forms.sentences import missing, must
from engine.forms.template import in_words
from engine.forms.visibility import options_of

#: Seconds that a pattern may take on one answer.
PATTERN_SECONDS = 0.25
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63}){1,8}\Z")
_PHONE = re.compile(r"\+?[\d ()-]{7,25}\Z", re.ASCII)


def settle_choice(each: Field, value: object, world: World, seen: Mapping[str, object]) -> tuple[object, str]:
    """The stored values of the tokens chosen, or a sentence when one is not among the choices."""
    options = options_of(each, Layered(seen, world.context), now=world.now, functions=world.functions)
    by_token = {option.token: option.value for option in options}
    chosen = [str(token) for token in (value if isinstance(value, list) else [value])]
    if not all(token in by_token for token in chosen):
        return None, must(each, "must be one of the choices listed")
    values = [by_token[token] for token in chosen]
    return (values if isinstance(value, list) else values[0]), ""


def fault_of(each: Field, value: object, world: World, seen: Mapping[str, object], zone: tzinfo) -> str:
    """The first rule that the answer breaks, as a sentence; "" when it breaks none."""
    if value is None or value == [] or (each.type == "checkbox" and value is False):
        return missing(each) if each.rules.required else ""
    is_text = isinstance(value, str)
    found = _text_fault(each, str(value)) if is_text else _bounds_fault(each, value, world, seen, zone)
    return found or _check_fault(each, value, world, seen)


def _text_fault(each: Field, text: str) -> str:
    rules = each.rules
    if rules.max_length is not None and len(text) > rules.max_length:
        return must(each, f"must be {rules.max_length:,} characters or fewer")
    if rules.min_length is not None and len(text) < rules.min_length:
        return must(each, f"must be {rules.min_length:,} characters or more")
    if rules.kind == "email" and not _EMAIL.match(text):
        return must(each, "must be an email address, such as name@example.com")
    if rules.kind == "phone" and not _PHONE.match(text):
        return must(each, "must be a telephone number")
    return _pattern_fault(each, text) if rules.pattern else ""


def _pattern_fault(each: Field, text: str) -> str:
    try:
        if regex.search(each.rules.pattern, text, timeout=PATTERN_SECONDS):
            return ""
    except (TimeoutError, RecursionError):
        return must(each, "could not be checked in time: enter it in another way")
    return each.rules.pattern_message or must(each, "must be in the format asked for")


def _bounds_fault(each: Field, value: object, world: World, seen: Mapping[str, object], zone: tzinfo) -> str:
    rules = each.rules
    if rules.decimals is not None and isinstance(value, Decimal) and _places(value) > rules.decimals:
        return must(
            each, f"must have at most {rules.decimals} decimal places" if rules.decimals else "must be a whole number"
        )
    if rules.no_past and _as(value, date, zone) < world.now.astimezone(zone).date():
        return must(each, "must be today or in the future")
    low, high = _bound(rules.low, world, seen, value), _bound(rules.high, world, seen, value)
    if _less(value, low, zone):
        return rules.low_message or must(
            each, f"must be {_limit(low, world, zone)} or {_beyond(value, low, world, zone)}"
        )
    if _less(high, value, zone):
        return rules.high_message or must(
            each, f"must be {_limit(high, world, zone)} or {_below(value, high, world, zone)}"
        )
    return ""


def _bound(bound: Decimal | Expression | None, world: World, seen: Mapping[str, object], value: object) -> object:
    if isinstance(bound, Expression):
        return world.value(bound, {**seen, "value": value})
    return bound


def _less(one: object, other: object, zone: tzinfo) -> bool:
    """Whether one value is below the other; false when they cannot be compared, or one is missing."""
    for kind in (datetime, date, time, Decimal):
        if isinstance(one, kind) or isinstance(other, kind) or (kind is Decimal and isinstance(one, int)):
            low, high = _as(one, kind, zone), _as(other, kind, zone)
            return low is not None and high is not None and bool(low < high)
    return False


def _as(value: object, kind: type, zone: tzinfo) -> Any:
    """A value as another kind of the same thing: the date of a moment, the start of a date; None if it is neither."""
    if kind is Decimal:
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if kind is datetime and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), tzinfo=zone)
    if kind is datetime and isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if kind is date and isinstance(value, datetime):
        return value.astimezone(zone).date()
    if kind is time and isinstance(value, time):
        return value.replace(tzinfo=None)
    return value if isinstance(value, kind) else None


def _check_fault(each: Field, value: object, world: World, seen: Mapping[str, object]) -> str:
    """A check refuses only what it finds false: a rule whose facts are not known yet holds nobody up."""
    for check in each.rules.checks:
        if world.value(check.condition, {**seen, "value": value}) is False:
            return check.message
    return ""


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _is_today(bound: object, world: World, zone: tzinfo) -> bool:
    return not isinstance(bound, datetime) and bound == world.now.astimezone(zone).date()


def _limit(bound: object, world: World, zone: tzinfo) -> str:
    return "today" if _is_today(bound, world, zone) else in_words(bound)


def _beyond(value: object, bound: object, world: World, zone: tzinfo) -> str:
    if isinstance(value, int | Decimal):
        return "more"
    return "in the future" if _is_today(bound, world, zone) else "later"


def _below(value: object, bound: object, world: World, zone: tzinfo) -> str:
    if isinstance(value, int | Decimal):
        return "less"
    return "in the past" if _is_today(bound, world, zone) else "earlier"
