"""What a report's object holds, as JSON has it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.cli.report import plain
from engine.commands.hold_after_restore import Held
from engine.model.outcome import Token


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Held(jobs=2), {"jobs": 2, "timers": 0}),
        (Token("e", "p", "", "task"), {"element_id": "e", "process_id": "p", "where": "", "kind": "task"}),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-02T09:30:00+00:00"),
        (Decimal("1.50"), 1.5),
        (Decimal(7), 7),
        ({"b", "a"}, ["a", "b"]),
        (Path("a/b"), "a/b"),
    ],
)
def test_our_own_values_are_told_as_json_has_them(value: object, said: object) -> None:
    assert json.loads(json.dumps(value, default=plain)) == said
