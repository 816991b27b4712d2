"""Properties that hold of every text and every tree."""

import random
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import (
    Budget,
    DateTime,
    DaysTime,
    FeelBudgetExceeded,
    FeelSyntaxError,
    Range,
    YearsMonths,
    decode,
    encode,
    parse_expression,
    parse_unary_tests,
)
from engine.feel import Date as FeelDate
from engine.feel import Time as FeelTime
from engine.feel.budget import Run
from engine.feel.compiler import compile_node
from engine.feel.frames import Frame
from engine.feel.lexer import NameIndex
from engine.feel.parser import parse_text
from engine.feel.printer import print_node
from tests.feel import reference
from tests.feel.trees import NAMES, any_text, trees

ROOMY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)
SCOPE = {"a": Decimal(2), "b": [Decimal(1), {"a": "x", "c": Decimal(3)}], "c": {"a": True, "b": None}}


def typed(value):
    """The value with its kinds, so that true is not 1 and 1 equals 1.0."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    return type(value).__name__, value


@ROOMY
@given(any_text)
def test_parsing_any_text_ends_in_a_tree_or_in_the_parsers_own_error(text):
    for parse in (parse_expression, parse_unary_tests):
        fault = None
        try:
            parse(text, names=("first name",))
        except FeelSyntaxError as error:
            fault = error
        assert fault is None or (0 <= fault.position <= len(text) and fault.sentence)


@ROOMY
@given(any_text)
def test_evaluating_any_text_ends_in_a_value_or_a_budget_stop(text):
    try:
        parsed = parse_expression(text)
    except FeelSyntaxError:
        return
    try:
        parsed.evaluate({"x": 1, "date": [1, "a"]}, budget=Budget(steps=5_000, regex_seconds=0.05))
    except FeelBudgetExceeded:
        return


@ROOMY
@given(trees)
def test_what_is_printed_parses_to_the_same_tree(tree):
    assert parse_text(print_node(tree), NameIndex(NAMES), {}) == tree


@ROOMY
@given(trees)
def test_the_compiled_evaluator_agrees_with_the_reference_interpreter(tree):
    compiled = compile_node(tree)(Frame(dict(SCOPE), None, Run()))
    assert typed(compiled) == typed(reference.evaluate(tree, dict(SCOPE)))


def test_ten_thousand_random_and_mutated_texts_take_less_than_a_second_each():
    chance = random.Random(7)
    seeds = [
        'if x > 1 then "a" else [1..3]',
        "for i in [1,2], j in 1..3 return {a: i, b: j}",
        'some x in y satisfies x instance of list<number> and date("2026-04-29") < @"P1D"',
        "(" * 50 + "1" + ")" * 50,
        "function(a: number, b) a.first name + b[item > 3][1]",
    ]
    slowest = 0.0
    for _ in range(10_000):
        text = mutate(chance, chance.choice(seeds))
        started = time.process_time()
        with suppress(FeelSyntaxError):
            parse_text(text, NameIndex(("first name",)), {})
        slowest = max(slowest, time.process_time() - started)
    assert slowest < 1


def mutate(chance, text):
    for _ in range(chance.randint(1, 6)):
        at, other = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[other:]
            case 1:
                text = text[:at] + text[at:other] * 3 + text[other:]
            case 2:
                text = text[:at] + chance.choice('()[]{},:."@<>=-+*/ \\x1?') + text[at:]
            case 3:
                text = text[:at] + chr(chance.randrange(1, 0x3000)) + text[other:]
    return text


@pytest.mark.parametrize("depth", [20, 50, 100])
def test_nested_parentheses_cost_no_more_than_their_number(depth):
    started = time.process_time()
    assert parse_text("(" * depth + "1" + ")" * depth, NameIndex(), {})
    assert time.process_time() - started < 0.2


offsets = st.integers(-64_800, 64_800)
zones = st.one_of(st.none(), offsets, st.sampled_from(["Europe/London", "Etc/UTC"]))
feel_dates = st.builds(FeelDate, st.integers(-999_999_999, 999_999_999), st.integers(1, 12), st.integers(1, 28))
feel_times = st.builds(FeelTime, st.integers(0, 86_399_999_999_999), zones)
tzinfos = st.one_of(st.none(), st.just(UTC), st.just(ZoneInfo("Europe/London")))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=tzinfos),
    st.times(),
    st.builds(YearsMonths, st.integers(-10_000, 10_000)),
    st.builds(DaysTime, st.integers(-(10**18), 10**18)),
)
wide = st.one_of(
    feel_dates.filter(lambda d: not 1 <= d.year <= 9999),
    st.builds(DateTime, feel_dates.filter(lambda d: not 1 <= d.year <= 9999), feel_times),
    feel_times.filter(lambda t: t.nanos % 1000),
)
keys = st.one_of(st.text(max_size=5), st.sampled_from(["@date", "@number", "@context", "@", "@range"]))
values = st.recursive(
    st.one_of(scalars, wide),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


@ROOMY
@given(values)
def test_every_value_survives_being_stored(value):
    assert decode(encode(value)) == value


@ROOMY
@given(json_values)
def test_every_json_object_survives_being_stored(value):
    assert decode(encode(value)) == value


@ROOMY
@given(st.one_of(st.dates(), st.datetimes(timezones=tzinfos), st.times(), st.booleans(), st.text()))
def test_native_values_come_back_as_they_went_in(value):
    assert parse_expression("x").evaluate({"x": value}) == value


@ROOMY
@given(st.timedeltas(min_value=timedelta(days=-10_000), max_value=timedelta(days=10_000)))
def test_a_timedelta_becomes_a_duration_of_its_length(value):
    found = parse_expression("x").evaluate({"x": value})
    assert found == DaysTime(round(value / timedelta(microseconds=1)) * 1000)


@ROOMY
@given(st.dates(min_value=date(1, 2, 1), max_value=date(9998, 1, 1)), st.integers(-30, 30))
def test_days_are_added_as_the_calendar_counts_them(day, days):
    made = parse_expression('d + n * @"P1D"').evaluate({"d": day, "n": days})
    assert made == day + timedelta(days=days)


@ROOMY
@given(st.dates())
def test_weeks_and_weekdays_are_those_of_iso(day):
    found = parse_expression("[d.weekday, week of year(d), day of year(d)]").evaluate({"d": day})
    assert found == [day.isoweekday(), day.isocalendar().week, day.timetuple().tm_yday]


def test_stored_values_have_the_documented_marks():
    stored = encode(
        {
            "n": Decimal("1.50"),
            "i": Decimal(3),
            "d": date(2026, 4, 29),
            "t": datetime(2026, 4, 29, 9, 30, tzinfo=UTC),
            "c": clock(9, 30),
            "m": YearsMonths(1),
            "o": {"@date": "no date"},
            "r": Range(Decimal(1), Decimal(2)),
        }
    )
    assert stored == {
        "n": {"@number": "1.50"},
        "i": 3,
        "d": {"@date": "2026-04-29"},
        "t": {"@datetime": "2026-04-29T09:30:00Z"},
        "c": {"@time": "09:30:00"},
        "m": {"@duration": "P1M"},
        "o": {"@context": {"@date": "no date"}},
        "r": {"@range": [1, 2, True, True, ""]},
    }


@pytest.mark.parametrize("bad", [{"@date": "x"}, {"@number": "x"}, {"@nothing": "1"}, {"@date": 3}])
def test_a_malformed_mark_is_refused(bad):
    with pytest.raises(ValueError, match=r"mark|number"):
        decode(bad)


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError):
        encode(object())
