"""Any form can be filled, with or without a data file that knows it."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from engine.forms import Accepted, accept_json, parse_form
from engine.simulation.data import SimulationData, read_data
from engine.simulation.filling import CannotFill, fill
from engine.simulation.hours import Hours
from engine.simulation.scene import Scene
from tests.simulation.conftest import ROOT

FORMS = sorted((ROOT / "forms").glob("*.form"))
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOTHING = read_data(b"start: 2025-04-01", "nothing")


def scene(seed: int) -> Scene:
    """A Monday morning about which nothing is known."""
    return Scene({}, NOW, random.Random(seed), Hours(frozenset()))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_of_the_pack_is_filled_without_knowing_it(path):
    form = parse_form(path.read_bytes())
    for seed in range(3):
        answers = fill(form, NOTHING, scene(seed))
        assert isinstance(accept_json(form, answers, {}, now=NOW), Accepted)


def test_the_same_chance_fills_alike_and_another_differently(data: SimulationData):
    form = parse_form((ROOT / "forms/core-group.form").read_bytes())
    first, again, other = (fill(form, data, scene(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_the_schema_refuses_is_mended():
    form = parse_form(
        b'{"type": "default", "id": "f", "components": ['
        b'{"type": "datetime", "subtype": "date", "key": "on", "dateLabel": "On", "validate": {"required": true},'
        b' "properties": {"min": "=today() + duration(\\"P20D\\")"}},'
        b'{"type": "radio", "key": "so", "label": "So", "validate": {"required": true},'
        b' "values": [{"value": "no", "label": "No"}, {"value": "yes", "label": "Yes"}],'
        b' "properties": {"check": "=value = \\"yes\\"", "checkMessage": "It must be so"}}]}'
    )
    assert fill(form, NOTHING, scene(1))["so"] == "yes"


def test_a_form_that_no_answer_satisfies_is_given_up():
    form = parse_form(
        b'{"type": "default", "id": "f", "components": [{"type": "number", "key": "n", "label": "N",'
        b' "validate": {"required": true}, "properties": {"check": "=1 = 2", "checkMessage": "Never"}}]}'
    )
    with pytest.raises(CannotFill, match="Never"):
        fill(form, NOTHING, scene(1))
