"""Each limit of the budget against an attack that would go on, or grow, without it."""

import time

import pytest

from engine.feel import Budget, FeelBudgetExceeded, parse_expression

DOUBLING = "{a: [1, 1]" + "".join(
    f", {b}: [{a}, {a}]" for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
)
ATTACKS = [
    ("items", "for i in 1..90000, j in 1..90000 return i"),
    ("steps", "some x in 1..90000 satisfies (every y in 1..90000 satisfies x > y)"),
    ("steps", "sort(for i in 1..90000 return -i, function(a, b) a < b)"),
    ("steps", "distinct values(for i in 1..90000 return i)"),
    ("steps", "{l: for i in 1..60000 return i, r: for i in 1..60000 return list contains(l, 0)}.r"),
    ("steps", "{l: for i in 1..60000 return i, r: for i in 1..60000 return l instance of list<number>}.r"),
    ("steps", "{l: for i in 1..60000 return i, m: for i in l return l, n: for i in l return l, r: m = n}.r"),
    ("steps", "for i in 1..90000 return partial"),
    ("steps", DOUBLING + "}.z"),
    ("steps", DOUBLING + ", out: string(z)}.out"),
    ("steps", DOUBLING + ", out: flatten(z)}.out"),
    ("steps", DOUBLING + ", out: is(z, [1])}.out"),
    ("depth", "{f: function(n) f(n + 1), r: f(1)}.r"),
    ("depth", "{f: function(g) g(g), r: f(f)}.r"),
    ("string", '{a: "xxxxxxxxxxxxxxxx", f: function(s) s + s + s + s + s + s + s + s + s + s, r: f(f(f(f(f(a)))))}.r'),
    ("string", 'replace("' + "a" * 2000 + '", "a", "' + "b" * 2000 + '")'),
    ("items", "{f: function(l) concatenate(l, l, l, l, l, l, l, l, l, l), r: f(f(f(f(f(f([1]))))))}.r"),
    ("exponent", "2 ** 1000000"),
    ("exponent", "1.000000001 ** 99999999999"),
    ("range", "for i in 1..1000000000 return i"),
    ("range", 'for d in @"0001-01-01"..@"9999999-01-01" return d'),
    ("regex", 'matches("' + "a" * 40 + 'c", "^(a|aa)+$")'),
    ("regex", 'replace("' + "a" * 50000 + 'b", "(a+)+$", "x")'),
    ("regex", 'matches("a", "' + "a" * 3000 + '")'),
    ("regex", 'for i in 1..1000 return matches("' + "a" * 26 + 'c", "^(a|aa)+$")'),
]


@pytest.mark.parametrize(("limit", "text"), ATTACKS, ids=lambda value: value[:60])
def test_attack_is_stopped_soon(limit, text):
    parsed = parse_expression(text)
    started = time.process_time()
    with pytest.raises(FeelBudgetExceeded) as caught:
        parsed.evaluate({})
    assert caught.value.limit == limit
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    "text", ["9 ** 9 ** 9 ** 9 > 1", "10 ** 6000 * 10 ** 6000", "exp(1e6000)", "modulo(1e6000, 3)"]
)
def test_huge_numbers_cost_nothing(text):
    started = time.process_time()
    parse_expression(text).evaluate({})
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("for i in 1..200000 return i", Budget(steps=2_000_000, range_length=300_000, items=300_000)),
        ("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(50)}.r", Budget(depth=60)),
        ("1.0001 ** 20000", Budget(exponent=30_000)),
    ],
)
def test_a_larger_budget_allows_more(text: str, budget: Budget):
    with pytest.raises(FeelBudgetExceeded):
        parse_expression(text).evaluate({})
    assert parse_expression(text).evaluate({}, budget=budget) is not None


def test_too_deep_a_python_stack_is_a_budget_stop():
    text = "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(5000)}.r"
    with pytest.raises(FeelBudgetExceeded) as caught:
        parse_expression(text).evaluate({}, budget=Budget(depth=100_000))
    assert caught.value.limit == "depth"


def test_warnings_do_not_grow_without_end():
    warnings: list[str] = []
    parse_expression("for i in 1..5000 return i + null").evaluate({}, warnings=warnings)
    assert 0 < len(warnings) <= 200


def test_a_function_leaves_the_depth_as_it_was():
    text = "{f: function(n) n, r: for i in 1..1000 return f(i)}.r[-1]"
    assert parse_expression(text).evaluate({}) == 1000
