"""Tables made to be hard to analyse are given up on in seconds, and the report says what it does not know."""

import random
import time

import pytest

from engine.dmn import parse_dmn
from engine.dmn.analysis import analyse
from tests.dmn.tables import decision, definitions, table

LETTERS = '"a","b","c","d","e"'


def hard(kind, cell):
    rows = [[*(cell() for _ in range(10)), f'"{n}"'] for n in range(200)]
    columns = [(f"x{n}", kind, LETTERS if kind == "string" else "") for n in range(10)]
    return parse_dmn(definitions(decision("hard", table(columns, [("o", "string", "", "")], rows, policy="FIRST"))))


@pytest.mark.parametrize("kind", ["string", "number"])
def test_two_hundred_rules_of_negations_take_less_than_ten_seconds(kind):
    chosen = random.Random(3)
    words = [f"not({letter})" for letter in LETTERS.split(",")]
    cell = (lambda: chosen.choice(words)) if kind == "string" else (lambda: f"not({chosen.randint(0, 400)})")
    model = hard(kind, cell)
    start = time.process_time()
    report = analyse(model)[0]
    assert time.process_time() - start < 10
    assert report.overlaps_total == 19_900
    assert (
        report.gaps_complete or report.gaps or "The table is too intricate to say whether it has gaps." in report.notes
    )
    assert len(report.notes) <= 2
