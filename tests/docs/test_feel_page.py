"""The page for policy owners says what is so: every example is evaluated, and every function is on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.dmn import parse_dmn
from engine.dmn.cells import check_cells
from engine.feel import DEFAULT_BUDGET, FeelSyntaxError, parse_expression, parse_unary_tests, working_day_functions
from engine.feel.builtins import BUILTINS
from engine.feel.calendar import FUNCTION_NAMES
from engine.feel.compare import equal
from engine.feel.convert import to_feel
from engine.feel.lexer import KEYWORDS
from tests.dmn.tables import decision, definitions, table

PAGE = (Path(__file__).parents[2] / "docs/feel.md").read_text("utf-8")
NOW = datetime(2026, 4, 29, 14, 30, tzinfo=ZoneInfo("Europe/London"))
HOST: dict[str, Any] = {"now": NOW, "functions": working_day_functions(frozenset({date(2026, 5, 4)}))}
CELL = re.compile(r"^`` ?(.+?) ?``$|^`(.+)`$")


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of every table with this heading, without the quotation of code."""
    found: list[tuple[str, ...]] = []
    for part in re.split(r"\n\n", PAGE):
        head, *rest = part.split("\n")
        if head == heading:
            found += [tuple(_plain(cell) for cell in line.strip("| ").split(" | ")) for line in rest[1:]]
    return found


def _plain(cell: str) -> str:
    quoted = CELL.match(cell.strip())
    return (quoted[1] or quoted[2]) if quoted and "`" not in (quoted[1] or quoted[2])[:-1] else cell.strip()


def _context() -> dict[str, object]:
    block = re.search(r"```feel\n(.+?)```", PAGE, re.DOTALL)
    assert block
    found = parse_expression(block[1].strip()).evaluate({})
    assert isinstance(found, dict)
    return found


CONTEXT = _context()
EXPRESSIONS = rows("| You write | It is |")
CELLS = rows("| Cell | Value | Accepts |")
MISTAKES = rows("| Written | What the product says |")
NOTHINGS = rows("| Written | Why it is nothing |")
REFUSED = rows("| Cell | Column of | What the product says |")


def evaluated(text: str, warnings: list[str] | None = None) -> object:
    return parse_expression(text, names=CONTEXT).evaluate(CONTEXT, warnings=warnings, **HOST)


def test_the_page_has_examples() -> None:
    assert (len(EXPRESSIONS), len(CELLS)) > (200, 25)
    assert min(len(MISTAKES), len(NOTHINGS), len(REFUSED)) >= 10 - 1


@pytest.mark.parametrize(("written", "result"), EXPRESSIONS)
def test_an_expression_is_what_the_page_says(written: str, result: str) -> None:
    wanted = evaluated(result)
    assert wanted is not None or result in ("null", "unknown"), f"`{result}` is nothing"
    got = evaluated(written)
    assert equal(to_feel(got), to_feel(wanted)) is True, f"it is {got!r}"


@pytest.mark.parametrize(("cell", "value", "accepts"), CELLS)
def test_a_cell_accepts_what_the_page_says(cell: str, value: str, accepts: str) -> None:
    tests = parse_unary_tests(cell, names=CONTEXT)
    assert tests.evaluate(evaluated(value), CONTEXT, **HOST) is {"true": True, "false": False, "null": None}[accepts]


@pytest.mark.parametrize(("written", "sentence"), MISTAKES)
def test_a_mistake_is_refused_in_these_words(written: str, sentence: str) -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        parse_expression(written, names=CONTEXT, unknown_ok=False)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(("written", "sentence"), NOTHINGS)
def test_what_is_nothing_says_why(written: str, sentence: str) -> None:
    warnings: list[str] = []
    assert evaluated(written, warnings) is None
    assert sentence in warnings


@pytest.mark.parametrize(("cell", "kind", "sentence"), REFUSED)
def test_a_cell_that_could_never_hold_is_refused_in_these_words(cell: str, kind: str, sentence: str) -> None:
    other = '"neglect"' if kind == "string" else "-"
    logic = table([("x", kind, "")], [("o", "string", "", "")], [[cell, '"a"'], [other, '"b"']])
    found = [fault.sentence for fault in check_cells(parse_dmn(definitions(decision("advice", logic))))]
    assert found == [f"Rule 1, “x”: {sentence}"]


def _examples() -> Iterator[str]:
    yield from (text for row in (*EXPRESSIONS, *CELLS) for text in row)


@pytest.mark.parametrize("name", sorted({*BUILTINS, *FUNCTION_NAMES}))
def test_every_function_is_on_the_page(name: str) -> None:
    called = re.compile(rf"(?<![\w ]){re.escape(name)}\(")
    assert any(called.search(text) for text in _examples()), f"`{name}` has no example"


@pytest.mark.parametrize("word", sorted(KEYWORDS - {"external"}))
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert any(re.search(rf"\b{word}\b", text) for text in _examples()), f"`{word}` has no example"


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "..", "@", "?"])
def test_every_sign_is_on_the_page(sign: str) -> None:
    assert any(sign in text for text in _examples())


def test_the_limits_are_those_of_the_budget() -> None:
    budget = DEFAULT_BUDGET
    assert (budget.steps, budget.depth, budget.items, budget.string) == (250_000, 40, 100_000, 1_000_000)
    assert budget.regex_seconds == 0.25
    assert all(
        said in PAGE for said in ("250,000 steps", "40 deep", "100,000", "a million characters", "quarter of a second")
    )
