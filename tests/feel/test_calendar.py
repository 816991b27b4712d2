"""Working days, which the host's calendar decides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import parse_expression, working_day_functions

EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
FUNCTIONS = working_day_functions(EASTER)
CASES = [
    ('add working days(date("2026-04-02"), 1)', date(2026, 4, 7)),
    ('add working days(date("2026-04-07"), -1)', date(2026, 4, 2)),
    ('add working days(date("2026-04-04"), 0)', date(2026, 4, 4)),
    ('add working days(@"2026-04-02T10:00:00Z", 1)', date(2026, 4, 7)),
    ('add working days(days: 1, date: @"2026-04-02")', date(2026, 4, 7)),
    ('working days between(@"2026-04-01", @"2026-04-08")', 3),
    ('working days between(@"2026-04-08", @"2026-04-01")', -3),
    ('is working day(@"2026-04-03")', False),
    ('is working day(@"2026-04-04")', False),
    ('is working day(@"2026-04-07")', True),
    ('add working days("soon", 1)', None),
    ('add working days(@"2026-04-02", 1.5)', None),
    ('add working days(@"2026-04-02", 99999)', None),
    ('add working days(@"9999-12-31", 1)', None),
    ('working days between(@"0001-01-01", @"9999-01-01")', None),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_working_days(text, wanted):
    warnings: list[str] = []
    assert parse_expression(text).evaluate({}, functions=FUNCTIONS, warnings=warnings) == wanted
    assert bool(warnings) == (wanted is None)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-200, 200))
def test_counting_undoes_adding(day, days):
    text = "working days between(d, add working days(d, n))"
    assert parse_expression(text).evaluate({"d": day, "n": days}, functions=FUNCTIONS) == days


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_next_working_day_works_and_none_between_does(day):
    found = parse_expression("add working days(d, 1)").evaluate({"d": day}, functions=FUNCTIONS)
    works = FUNCTIONS["is working day"]
    assert works(found)
    assert not any(works(day + timedelta(days=n)) for n in range(1, (found - day).days))
