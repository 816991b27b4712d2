"""The language by example: what each construct of DMN 1.5, chapter 10, gives."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from engine.feel import Date, DaysTime, FeelError, YearsMonths, parse_expression

D = Decimal
CONTEXT = {
    "x": 3,
    "name": "Ada",
    "nothing": None,
    "born": date(2020, 2, 29),
    "list": [1, 2, 3],
    "first name": "Ann",
    "rate-per-day": 5,
    "children's needs": "met",
    "person": {"age": 9, "home address": {"city": "Leeds"}},
    "people": [{"age": 9, "name": "A"}, {"age": 12, "name": "B"}],
    "count": 7,
}
EXAMPLES = {
    "arithmetic": [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 / 4", D("2.5")),
        ("1 / 3 * 3 = 1", False),
        ("0.1 + 0.2 = 0.3", True),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("--3", 3),
        ("5 - -3", 8),
        ("7 - 2 - 1", 4),
        ("1.5e3", 1500),
        (".5 + .5", 1),
        ("1 / 0", None),
        ("1 + null", None),
        ('1 + "a"', None),
        ('"a" + "b"', "ab"),
        ("10 ** 6145", None),
    ],
    "comparison": [
        ("1 < 2", True),
        ("2 <= 2", True),
        ('"a" < "b"', True),
        ("1 = 1.0", True),
        ('1 = "1"', None),
        ("null = null", True),
        ("1 = null", False),
        ("1 != 2", True),
        ("1 < null", None),
        ("[1, 2] = [1, 2]", True),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("x between 1 and 3", True),
        ("x between 4 and 5", False),
        ("x in [1..3)", False),
        ("x in (1, 2, 3)", True),
        ("x in > 2", True),
        ("x in (< 2, > 2)", True),
        ("x in list", True),
        ("5 in (2..7)", True),
        ("2 in ]2..7]", False),
        ("7 in [2..7[", False),
        ('name in ("Bob", "Ada")', True),
        ("x in != 3", False),
    ],
    "logic": [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ('true and "a"', None),
        ("true or false and false", True),
        ("not(true)", False),
        ("not(null)", None),
    ],
    "names": [
        ("first name", "Ann"),
        ("rate-per-day * 2", 10),
        ("children's needs", "met"),
        ("person.home address.city", "Leeds"),
        ("count", 7),
        ("count(list) + count", 10),
        ("progres", None),
        ("{a b: 1, c: a b + 1}.c", 2),
        ('{"odd key!": 1}', {"odd key!": 1}),
        ("{foo+bar: 1}.foo+bar", 1),
        ("// a comment\n1 /* and another */ + 1", 2),
        ("{🐎: 2}.🐎", 2),
    ],
    "conditions": [
        ('if x > 2 then "more" else "less"', "more"),
        ('if null then "yes" else "no"', "no"),
        ('if "text" then "yes" else "no"', None),
        ("if x = 3 then if x > 5 then 1 else 2 else 3", 2),
    ],
    "loops": [
        ("for i in 1..3 return i * 2", [2, 4, 6]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in list, j in 1..i return j", [1, 1, 2, 1, 2, 3]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("for i in [1..3) return i", [1, 2]),
        ('for d in @"2026-01-01"..@"2026-01-03" return d.day', [1, 2, 3]),
        ("for i in nothing return i", None),
        ("for i in 5 return i", [5]),
        ("some i in list satisfies i > 2", True),
        ("every i in list satisfies i > 2", False),
        ("some i in [1, null] satisfies i > 1", None),
        ("every i in [] satisfies false", True),
        ('some i in list satisfies "text"', None),
        ("some i in list, j in list satisfies i + j = 6", True),
    ],
    "lists": [
        ("list[1]", 1),
        ("list[-1]", 3),
        ("list[0]", None),
        ("list[9]", None),
        ("list[item > 1]", [2, 3]),
        ("people[age > 10].name", ["B"]),
        ('people[name = "A"][1].age', 9),
        ("people.age", [9, 12]),
        ("[{item: 1}, {item: 2}][item > 1]", [{"item": 2}]),
        ("x[1]", 3),
        ("list[x]", 3),
        ("[][1]", None),
        ("list[true]", [1, 2, 3]),
        ('list["a"]', None),
    ],
    "contexts": [
        ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
        ("{a: 1}.b", None),
        ("{a: 1, a: 2}", None),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ("{a: [1, 2]}.a[2]", 2),
    ],
    "functions": [
        ("(function(a, b) a + b)(1, 2)", 3),
        ('(function(a: number) a)("x")', None),
        ("(function(a: number) a)([1])", 1),
        ("(function(a) a + x)(1)", 4),
        ("{add: function(a, b) a - b}.add(b: 1, a: 3)", 2),
        ("no such function(1)", None),
        ("x(1)", None),
        ("abs(1, 2)", None),
        ('substring(start position: 2, string: "abc")', "bc"),
        ('substring(text: "abc", start position: 2)', None),
        ("sort(list, function(a, b) a > b)", [3, 2, 1]),
    ],
    "types": [
        ("x instance of number", True),
        ("-1 instance of number", True),
        ("nothing instance of number", False),
        ("null instance of Null", True),
        ("list instance of list<number>", True),
        ("list instance of list<string>", False),
        ("person instance of context<age: number>", True),
        ("[1..2] instance of range<number>", True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("born instance of date", True),
        ("x instance of nonsense", None),
    ],
    "dates": [
        ('date("2026-04-29")', date(2026, 4, 29)),
        ('@"2026-04-29"', date(2026, 4, 29)),
        ('born + @"P1Y"', date(2021, 2, 28)),
        ('date("2020-01-31") + duration("P1M")', date(2020, 2, 29)),
        ('@"2026-03-01" - @"P1D"', date(2026, 2, 28)),
        ('@"2026-03-01" - @"2026-02-01"', DaysTime(28 * 86_400 * 10**9)),
        ("born.weekday", 6),
        ('date("2026-02-30")', None),
        ('@"9999-12-31" + @"P1D"', Date(10000, 1, 1)),
        ('date("-0044-03-15").year', -44),
        ('@"2026-04-29T10:00:00+01:00"', datetime.fromisoformat("2026-04-29T10:00:00+01:00")),
        ('@"2026-04-29T10:00:00+01:00" = @"2026-04-29T09:00:00Z"', True),
        ('@"2026-07-01T10:00:00@Europe/London".time offset', DaysTime(3600 * 10**9)),
        ('@"2026-07-01T10:00:00@Europe/London" = @"2026-07-01T09:00:00Z"', True),
        ('@"2026-01-01T23:30:00" + @"PT1H"', datetime.fromisoformat("2026-01-02T00:30:00")),
        ('@"10:30:00"', time(10, 30)),
        ('@"23:30:00" + @"PT1H"', time(0, 30)),
        ('@"10:30:00".minute', 30),
        ('@"P1Y2M"', YearsMonths(14)),
        ('@"P1D" * 1.5 = @"P1DT12H"', True),
        ('@"P1D" / @"PT1H"', 24),
        ('@"P1Y" < @"P13M"', True),
        ('@"P1Y" < @"P400D"', None),
        ('-@"P1D" = @"-P1D"', True),
        ('@"P1DT2H".hours', 2),
        ('@"2026-01-01" < 3', None),
    ],
    "ranges": [
        ("[1..3].start", 1),
        ("(1..3).start included", False),
        ("]1..3[.end included", False),
        ("(< 3).end", 3),
        ("(< 3) = (< 3)", True),
        ("5 in (null..10]", None),
        ('[1.."a"]', None),
    ],
}
CASES = [pytest.param(text, wanted, id=text) for group in EXAMPLES.values() for text, wanted in group]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_expression(text, wanted):
    found = parse_expression(text, names=CONTEXT.keys() | {"no such function"}).evaluate(CONTEXT)
    assert found == wanted
    assert type(found) is (Decimal if type(wanted) is int else type(wanted))


def test_each_null_has_its_reason():
    warnings: list[str] = []
    assert parse_expression("progres").evaluate({"progress": 1}, warnings=warnings) is None
    assert warnings == ["`progres` is not known here; did you mean `progress`? It is null."]


def test_the_clock_is_the_hosts():
    now = datetime(2026, 4, 29, 10, 30, tzinfo=UTC)
    assert parse_expression("now()").evaluate({}, now=now) == now
    assert parse_expression("today()").evaluate({}, now=now) == date(2026, 4, 29)
    warnings: list[str] = []
    assert parse_expression("now()").evaluate({}, warnings=warnings) is None
    assert warnings == ["No clock was given: `now()` is null."]


def test_host_functions_are_called_by_position_and_by_name():
    functions = {"fee for": lambda child_age, base=Decimal(1): child_age * base}
    call = parse_expression("fee for(3, 2) + fee for(base: 5, child age: 2)", names=["fee for"])
    assert call.evaluate({}, functions=functions) == 16


def test_a_host_functions_refusal_is_null_with_its_reason():
    def refuse():
        raise FeelError("the register is closed.")

    warnings: list[str] = []
    assert parse_expression("ask()").evaluate({}, functions={"ask": refuse}, warnings=warnings) is None
    assert warnings == ["`ask`: the register is closed. The result is null."]


def test_an_expression_knows_the_variables_it_uses():
    text = "for i in list return i + first name + {a: 1, b: a + other}.b + count(list) + people[age > limit].x"
    assert parse_expression(text, names=["first name"]).names == {
        "list",
        "first name",
        "other",
        "people",
        "age",
        "limit",
    }


def test_no_attribute_of_a_python_object_can_be_reached():
    for text in ("name.__class__", "list.append", "born.today", "x.__class__.__mro__", "name.upper"):
        assert parse_expression(text).evaluate(CONTEXT) in (None, [None, None, None])


def test_objects_of_the_host_are_null():
    assert parse_expression("thing = null").evaluate({"thing": object()}) is True
