"""Values that are decoded when they are read are the values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.feel import Decoded, encode

VALUES = {"held": date(2026, 3, 4), "score": Decimal("1.50"), "people": [{"name": "A"}], "none": None}


def test_decoded_values_are_the_values() -> None:
    seen = Decoded({name: encode(value) for name, value in VALUES.items()})
    assert seen == VALUES
    assert list(seen) == list(VALUES)
    assert len(seen) == 4
    assert seen["people"] is seen["people"]


def test_a_name_that_is_not_there_is_not_there() -> None:
    seen = Decoded({"a": 1})
    assert "b" not in seen
    assert seen.get("b") is None
    with pytest.raises(KeyError, match="b"):
        seen["b"]


def test_what_is_never_read_is_never_decoded() -> None:
    seen = Decoded({"good": 1, "damaged": {"@date": "no day"}})
    assert seen["good"] == 1
    with pytest.raises(ValueError, match="@date"):
        seen["damaged"]
