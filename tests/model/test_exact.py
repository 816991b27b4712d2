"""The one text of a JSON value is what the standard library writes, whichever writer wrote it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.exact import exact, stamp

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def standard(value: Any, by_name: bool) -> bytes:
    return json.dumps(value, sort_keys=by_name, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


@given(PLAIN, st.booleans())
def test_any_value_has_the_standard_text(value: Any, by_name: bool) -> None:
    assert exact(value, by_name=by_name) == standard(value, by_name)


def test_every_character_is_written_as_the_standard_library_writes_it() -> None:
    everything = "".join(chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000)
    assert exact({everything: everything}) == standard({everything: everything}, False)


@pytest.mark.parametrize("value", [1e16, 1e-7, [1e16], {"a": -1e300}, {"a": [0, 1e22]}, [[1e-9]]])
def test_a_float_is_written_as_the_standard_library_writes_it(value: object) -> None:
    assert exact(value) == standard(value, False)


def test_the_hour_that_comes_twice_is_two_moments() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    assert [stamp(first), stamp(first.replace(fold=1)), stamp(first), stamp(first.astimezone(UTC))] == [
        "2026-10-25T00:30:00.000000Z",
        "2026-10-25T01:30:00.000000Z",
        "2026-10-25T00:30:00.000000Z",
        "2026-10-25T00:30:00.000000Z",
    ]
