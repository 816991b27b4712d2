"""Every built-in function by example, with its nulls; no function may be without one."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from engine.feel import DaysTime, Time, YearsMonths, parse_expression
from engine.feel.analysis import infer_type
from engine.feel.builtins import BUILTINS
from engine.feel.types import NAMES

NOW = datetime(2026, 4, 29, 10, 30, tzinfo=UTC)
HOUR = 3600 * 10**9
D = Decimal
EXAMPLES = {
    "date": [
        ('date("2026-04-29")', date(2026, 4, 29)),
        ("date(2026, 4, 29)", date(2026, 4, 29)),
        ('date(@"2026-04-29T10:00:00Z")', date(2026, 4, 29)),
        ("date(2026, 2, 30)", None),
        ('date("29/04/2026")', None),
    ],
    "time": [
        ('time("10:30:00Z")', time(10, 30, tzinfo=UTC)),
        ("time(10, 30, 0)", time(10, 30)),
        ('time(10, 30, 1.5, @"PT1H").time offset', DaysTime(HOUR)),
        ('time(@"2026-04-29T10:30:00")', time(10, 30)),
        ('time("10:30:00.123456789")', Time(37_800_123_456_789)),
        ('time("25:00:00")', None),
        ("time(24, 0, 0)", None),
    ],
    "date and time": [
        ('date and time("2026-04-29T10:30:00Z")', NOW),
        ('date and time(@"2026-04-29", @"10:30:00Z")', NOW),
        ("date and time(2026, 4, 29, 10, 30, 0)", datetime.fromisoformat("2026-04-29T10:30:00")),
        ('date and time(2026, 4, 29, 10, 30, 0, "Europe/London").time offset', DaysTime(HOUR)),
        ('date and time("2026-01-01T24:00:00")', datetime.fromisoformat("2026-01-02T00:00:00")),
        ('date and time("soon")', None),
    ],
    "duration": [
        ('duration("P1Y2M")', YearsMonths(14)),
        ('duration("-PT90M")', DaysTime(-HOUR * 3 // 2)),
        ('duration("P1Y1D")', None),
        ('duration("P")', None),
    ],
    "years and months duration": [
        ('years and months duration(@"2025-12-22", @"2026-04-21")', YearsMonths(3)),
        ('years and months duration(@"2026-04-21", @"2025-12-22")', YearsMonths(-3)),
        ("years and months duration(1, 2)", None),
    ],
    "string": [
        ("string(1.50)", "1.50"),
        ('string(@"P14M")', "P1Y2M"),
        ('string([1, "a", {b: @"2026-04-29"}])', '[1, "a", {b: 2026-04-29}]'),
        ("string(1e3)", "1000"),
        ("string(null)", None),
        ('string("a")', "a"),
    ],
    "number": [
        ('number("1,000.5", ",", ".")', D("1000.5")),
        ('number("1 000,5", " ", ",")', D("1000.5")),
        ('number("1.5")', D("1.5")),
        ('number("x")', None),
        ('number("1", ",", ",")', None),
    ],
    "not": [("not(true)", False), ("not([false])", True), ("not(1)", None)],
    "substring": [
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", -3, 2)', "ba"),
        ('substring("🐎ab", 2)', "ab"),
        ('substring("foobar", 0)', None),
    ],
    "string length": [('string length("🐎ab")', 3), ("string length(1)", None)],
    "upper case": [('upper case("abc")', "ABC"), ('upper case(["abc"])', "ABC"), ("upper case(1)", None)],
    "lower case": [('lower case("ABC")', "abc"), ("lower case(null)", None)],
    "substring before": [('substring before("foobar", "bar")', "foo"), ('substring before("foobar", "x")', "")],
    "substring after": [('substring after("foobar", "ob")', "ar"), ('substring after("foobar", "")', "foobar")],
    "contains": [('contains("foobar", "ob")', True), ('contains("foobar", 1)', None)],
    "starts with": [('starts with("foobar", "fo")', True), ("starts with(1, 1)", None)],
    "ends with": [('ends with("foobar", "r")', True), ('ends with("foobar", null)', None)],
    "matches": [
        ('matches("foobar", "^fo*b")', True),
        ('matches("Ab", "aB", "i")', True),
        ('matches("a b", "a\\sb ", "x")', True),
        ('matches("x", "[a-z-[aeiou]]")', True),
        ('matches("e", "[a-z-[aeiou]]")', False),
        ('matches("a\nb", "a.b")', False),
        ('matches("a\nb", "a.b", "s")', True),
        ('matches("a.b", "a.b", "q")', True),
        ('matches("a", "[")', None),
        ('matches("a", "(?=a)")', None),
        ('matches("a", "a", "z")', None),
        ('matches("é1", "^\\p{L}\\d$")', True),
        ('matches("a", "\\p{IsBasicLatin}")', True),
        ('matches("a", "\\P")', None),
        ('matches("a", "\\i\\c*")', True),
        ('matches("-", "[\\i]")', False),
        ('matches("a", "a\\\\")', None),
        ('matches("a", "\\y")', None),
        ('matches("a", "a++")', None),
        ('matches("aa", "(a)\\1")', True),
        ('matches("h", "(.)\\3")', None),
    ],
    "replace": [
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("a.b", ".", "-", "q")', "a-b"),
        ('replace("abc", "b", "\\\\$")', "a$c"),
        ('replace("abc", "b", "$x")', None),
        ('replace("abc", "b", "\\\\x")', None),
        ('replace("abc", "x*", "-")', None),
        ('replace("abracadabra", "(a)", "$12")', "a2bra2ca2da2bra2"),
    ],
    "split": [('split("a;b;;c", ";")', ["a", "b", "", "c"]), ('split("a  b", "\\s+")', ["a", "b"])],
    "string join": [
        ('string join(["a", null, "b"], ", ")', "a, b"),
        ('string join(["a", "b"])', "ab"),
        ("string join([1])", None),
    ],
    "list contains": [("list contains([1, null], null)", True), ("list contains(null, 1)", None)],
    "count": [("count([1, null])", 2), ("count(5)", 1), ("count(null)", None)],
    "min": [
        ("min([3, 1, 2])", 1),
        ("min(3, 1)", 1),
        ('min(["b", "a"])', "a"),
        ("min([])", None),
        ('min(1, "a")', None),
    ],
    "max": [("max([3, 1])", 3), ('max(@"2026-01-01", @"2026-02-01")', date(2026, 2, 1)), ("max(null)", None)],
    "sum": [("sum([1, 2.5])", D("3.5")), ('sum([@"PT1H", @"PT1H"])', DaysTime(2 * HOUR)), ("sum([])", None)],
    "product": [("product(2, 3, 4)", 24), ("product([])", None)],
    "mean": [("mean([1, 2, 6])", 3), ("mean([])", None)],
    "median": [("median([8, 2, 5, 3])", 4), ("median([3, 1, 2])", 2), ("median([])", None)],
    "stddev": [("stddev([2, 4, 7, 5]) > 2.08", True), ("stddev([1])", None)],
    "mode": [("mode([6, 1, 9, 6, 1])", [1, 6]), ("mode([])", []), ('mode(["a"])', None)],
    "all": [("all([true, true])", True), ("all([true, null])", None), ("all([null, false])", False), ("all([])", True)],
    "any": [("any(false, true)", True), ("any([false, null])", None), ("any([])", False), ("any(null)", None)],
    "sublist": [("sublist([1, 2, 3], 2)", [2, 3]), ("sublist([1, 2, 3], -2, 1)", [2]), ("sublist([1], 2)", None)],
    "append": [("append([1], 2, 3)", [1, 2, 3]), ("append(null, 1)", [None, 1])],
    "concatenate": [("concatenate([1], [2, 3])", [1, 2, 3]), ("concatenate([1], null)", None)],
    "insert before": [("insert before([1, 3], 2, 2)", [1, 2, 3]), ("insert before([1], 9, 2)", None)],
    "remove": [("remove([1, 2, 3], -1)", [1, 2]), ("remove([1], 0)", None)],
    "list replace": [
        ("list replace([1, 2, 3], 2, 9)", [1, 9, 3]),
        ("list replace([1, 5], function(item, newItem) item < newItem, 4)", [4, 5]),
        ("list replace([1], function(item, newItem) 1, 4)", None),
        ("list replace([1], 2, 9)", None),
    ],
    "reverse": [("reverse([1, 2])", [2, 1]), ("reverse(null)", None)],
    "index of": [("index of([1, 2, 1], 1)", [1, 3]), ("index of([1], 2)", [])],
    "union": [("union([1, 2], [2, 3])", [1, 2, 3])],
    "distinct values": [("distinct values([1, null, 1, null])", [1, None])],
    "duplicate values": [("duplicate values([1, 2, 1, 3, 3])", [1, 3])],
    "flatten": [("flatten([[1, [2]], 3])", [1, 2, 3]), ("flatten(null)", None)],
    "sort": [("sort([3, 1, 2], function(a, b) a < b)", [1, 2, 3]), ("sort([1], 2)", None)],
    "decimal": [("decimal(2.5, 0)", 2), ("decimal(1/3, 2)", D("0.33")), ("decimal(1, 9999)", None)],
    "floor": [("floor(-1.5)", -2), ("floor(1.56, 1)", D("1.5"))],
    "ceiling": [("ceiling(1.2)", 2), ("ceiling(-1.56, 1)", D("-1.5"))],
    "round up": [("round up(-5.1, 0)", -6)],
    "round down": [("round down(-5.9, 0)", -5)],
    "round half up": [("round half up(-5.5, 0)", -6)],
    "round half down": [("round half down(5.5, 0)", 5)],
    "abs": [("abs(-3)", 3), ('abs(@"-P1M")', YearsMonths(1)), ('abs("x")', None)],
    "modulo": [("modulo(-12, 5)", 3), ("modulo(12, -5)", -3), ("modulo(1, 0)", None)],
    "sqrt": [("sqrt(16)", 4), ("sqrt(-1)", None)],
    "log": [("log(1)", 0), ("log(0)", None)],
    "exp": [("exp(0)", 1), ("exp(99999)", None)],
    "odd": [("odd(5)", True), ("odd(2.5)", None)],
    "even": [("even(-4)", True), ('even("4")', None)],
    "is": [("is(1, 1.0)", True), ('is(@"10:00:00Z", @"10:00:00")', False), ("is([1], [1])", True)],
    "now": [("now()", NOW)],
    "today": [("today()", date(2026, 4, 29))],
    "day of year": [("day of year(date(2024, 12, 31))", 366)],
    "day of week": [('day of week(@"2026-04-29")', "Wednesday")],
    "month of year": [('month of year(@"2026-04-29T00:00:00")', "April"), ("month of year(4)", None)],
    "week of year": [("week of year(date(2005, 1, 1))", 53)],
    "last day of month": [("last day of month(date(2024, 2, 1))", 29), ("last day of month(date(2024, 12, 1))", 31)],
    "get value": [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ('get value({}, "a")', None),
    ],
    "get entries": [("get entries({a: 1})", [{"key": "a", "value": 1}]), ("get entries(1)", None)],
    "context": [
        ('context([{key: "a", value: 1}, {key: "b", value: 2}])', {"a": 1, "b": 2}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ("context([{a: 1}])", None),
    ],
    "context put": [
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ('context put(context: {}, key: ["a"], value: 2)', None),
        ('context put({a: 1}, ["a", "b"], 2)', None),
    ],
    "context merge": [("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}), ("context merge([1])", None)],
    "before": [
        ("before(1, 2)", True),
        ("before([1..10), 10)", True),
        ('before(1, "a")', None),
        ("before(< 5, 5)", True),
    ],
    "after": [("after([5..6], 4)", True), ("after(> 5, 4)", True), ("after(1, null)", None)],
    "meets": [("meets([1..5], [5..10])", True), ("meets([1..5), [5..10])", False), ("meets(1, 2)", None)],
    "met by": [("met by([5..10], [1..5])", True), ("met by([5..10], [1..5))", False)],
    "overlaps": [("overlaps([1..5], [5..8])", True), ("overlaps([1..5), [5..8])", False), ("overlaps(< 3, > 2)", True)],
    "overlaps before": [("overlaps before([1..5], [3..8])", True), ("overlaps before([3..8], [1..5])", False)],
    "overlaps after": [("overlaps after([3..8], [1..5])", True), ("overlaps after([3..8], [1..3))", False)],
    "finishes": [
        ("finishes(10, [1..10])", True),
        ("finishes([5..10], [1..10])", True),
        ("finishes(10, [1..10))", False),
    ],
    "finished by": [("finished by([1..10], 10)", True), ("finished by([1..10], [5..9])", False)],
    "includes": [
        ("includes([1..10], 10)", True),
        ("includes([1..10], (1..10))", True),
        ("includes((1..10), [1..2])", False),
    ],
    "during": [("during(5, [1..10])", True), ("during([1..2], (1..10))", False)],
    "starts": [("starts(1, [1..10])", True), ("starts([1..2], [1..10])", True), ("starts((1..2], [1..10])", False)],
    "started by": [("started by([1..10], 1)", True), ("started by([1..10], [1..2])", True)],
    "coincides": [("coincides(3, 3)", True), ("coincides([1..5], [1..5))", False)],
    "range": [
        ('range("[1..3)") = [1..3)', True),
        ('range("[3..1]")', None),
        ('range("1")', None),
        ('range("[x..3]")', None),
        ('range("[date(\\"2026-01-01\\")..@\\"2026-02-01\\"]").start', date(2026, 1, 1)),
    ],
}
CASES = [pytest.param(text, wanted, id=text) for examples in EXAMPLES.values() for text, wanted in examples]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_function(text, wanted):
    warnings: list[str] = []
    assert parse_expression(text).evaluate({}, now=NOW, warnings=warnings) == wanted
    if wanted is None and text not in ("min([])", "string(null)", "all([true, null])", "any([false, null])"):
        assert warnings, "a null without a reason"


def test_every_function_has_an_example():
    assert set(EXAMPLES) == set(BUILTINS)
    for name, examples in EXAMPLES.items():
        assert any(f"{name}(" in text for text, _ in examples)


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_what_the_static_analysis_says_of_a_result_is_so(text, wanted):
    parsed = parse_expression(text)
    kind = infer_type(parsed.tree).kind
    internal = parse_expression("x").evaluate({"x": wanted}) if wanted is not None else None
    if internal is not None and kind not in ("Any", "Null"):
        from engine.feel.convert import to_feel

        assert kind == NAMES[type(to_feel(wanted))]


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_wrong_values_are_null_and_never_an_error(name):
    function = BUILTINS[name]
    for odd in ("null", "[]", "{}", '""', "-1", "true", '@"P1D"', "[1..2]", "function(a) a", "1e6000", "0.5"):
        for size in range(5):
            text = f"{name}({', '.join([odd] * size)})"
            parse_expression(text).evaluate({}, now=NOW)
    assert function.name == name
