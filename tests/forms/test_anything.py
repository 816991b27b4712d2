"""Whatever is sent, a form is refused or read, and answers are accepted or rejected: nothing falls over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.forms import Accepted, FormError, Rejected, accept, accept_json, initial, parse_form
from tests.forms.test_parse_form import EDITOR

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FORM = parse_form(EDITOR)
NAMES = [each.name.replace("#", "0") for each in FORM.walk() if each.name]
PARTS = [f"{name}{part}" for name in NAMES for part in ("", "-day", "-month", "-year", "-time", ".0.person")]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*FORM.keys, "x"]), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(PARTS), st.lists(st.text(max_size=30), max_size=3), max_size=20))
def test_any_page_is_accepted_or_rejected(raw: dict[str, list[str]]) -> None:
    result = accept(FORM, raw, {}, now=NOW)
    if isinstance(result, Accepted):
        assert set(result.answers) <= set(FORM.keys)
    else:
        assert result.errors
        assert result.raw is raw
        assert all(sentence.strip() for sentence in result.errors.values())


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*FORM.keys, "x"]), JSON, max_size=10))
def test_any_document_is_accepted_or_rejected(data: dict[str, object]) -> None:
    result = accept_json(FORM, data, {}, now=NOW)
    assert isinstance(result, Accepted | Rejected)
    if "x" in data:
        assert isinstance(result, Rejected)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*FORM.keys]), JSON, max_size=10))
def test_any_case_gives_a_page_to_begin_with(variables: dict[str, object]) -> None:
    assert set(initial(FORM, variables, now=NOW)) <= set(NAMES)


PARTS_OF_A_COMPONENT = ["type", "key", "path", "label", "validate", "values", "properties", "conditional", "text"]
KINDS = st.sampled_from(["textfield", "radio", "group", "datetime", "dynamiclist", "text", "number"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(PARTS_OF_A_COMPONENT), JSON | KINDS, max_size=6), max_size=4))
def test_any_components_are_read_or_refused_in_words(components: list[dict[str, object]]) -> None:
    assert all(refusals(components))


def refusals(components: list[dict[str, object]]) -> list[str]:
    """The sentences with which a form of these components is refused; none when it is read."""
    try:
        parse_form(json.dumps({"type": "default", "components": components}, allow_nan=True).encode())
    except FormError as error:
        return [fault.sentence for fault in error.faults]
    return []
