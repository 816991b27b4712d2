"""The whole flow chart in a browser: every task by the person the guidance names, every page looked at by axe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.rehearsal.cast import Cast
from engine.rehearsal.script import moment_of, read
from engine.wiring import Alongside
from tests.journeys.conftest import Journey

ROOT = Path(__file__).resolve().parents[2]
#: A folder for screenshots, where pictures are wanted.
PICTURES = Path(os.environ["ALONGSIDE_PICTURES"]) if os.environ.get("ALONGSIDE_PICTURES") else None


@pytest.mark.journey
@pytest.mark.slow
def test_from_strategy_discussion_to_the_end_of_pre_proceedings(
    product: tuple[Alongside, Cast, str], browser: Browser
) -> None:
    alongside, cast, address = product
    script = read(ROOT / "processes/scenarios/whole-chart.yaml")
    journey = Journey(alongside, address, browser, cast, PICTURES, moment_of(script.starts, alongside.now()))
    journey.begin(script)
    for step in script.steps:
        journey.walk(step)
    auditor = next(person for person in cast.people if "auditor" in person.roles)
    page = journey.as_person(auditor.username)
    journey.look(page, f"/cases/{journey.case_id}")
    journey.picture(page, "case")
    assert journey.wrong == {}
    with alongside.uow.read() as tx:
        letters = {document.letter for document in tx.documents.of_case(journey.case_id)}
        assert list(tx.incidents.listed()) == []
    assert {"letter-before-proceedings", "pre-proceedings-record", "end-of-pre-proceedings"} <= letters
