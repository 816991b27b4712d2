"""Answers before the case's variables, neither copied."""

from __future__ import annotations

from engine.forms.expressions import Layered


def test_the_upper_layer_comes_first_even_where_it_holds_nothing() -> None:
    both = Layered({"a": None, "b": 2}, {"a": 1, "c": 3})
    assert dict(both) == {"a": None, "c": 3, "b": 2}
    assert len(both) == 3
    assert "a" in both
    assert "d" not in both
    assert both.get("d", "nothing") == "nothing"
