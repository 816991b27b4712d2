"""The demo's clock: moved once, read by every process, never backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.store import open_store
from engine.store.product import Remembered, StoredOffset
from engine.wiring import ClockCannotMove, DemoClock, FixedClock, RealClock

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def offsets(database_url, machine):
    """The same database as two processes see it."""
    stores = [open_store(database_url, machine=machine) for _ in range(2)]
    yield [StoredOffset(store.engine) for store in stores]
    for store in stores:
        store.close()


def test_what_one_process_moves_another_reads(offsets):
    seconds = [0.0]
    web, worker = (DemoClock(offset, real=lambda: START, steady=lambda: seconds[0]) for offset in offsets)
    assert worker.now() == START
    assert web.move(timedelta(days=28)) == START + timedelta(days=28)
    assert web.now() == START + timedelta(days=28)
    seconds[0] = 1.0
    assert worker.now() == START + timedelta(days=28)
    worker.move(timedelta(hours=1))
    seconds[0] = 2.0
    assert web.now() == START + timedelta(days=28, hours=1)


def test_no_clock_goes_backwards(offsets):
    for clock in (DemoClock(offsets[0]), FixedClock(START)):
        with pytest.raises(ClockCannotMove, match="only be moved ahead"):
            clock.move(timedelta(seconds=-1))


def test_only_the_demos_clock_moves():
    with pytest.raises(ClockCannotMove, match="Only the demo"):
        RealClock().move(timedelta(days=1))
    assert abs(RealClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_fixed_clock_stands_until_it_is_set():
    clock = FixedClock(START)
    assert clock.now() == clock.now() == START
    assert clock.set(START + timedelta(days=1)) == clock.now() == START + timedelta(days=1)


def test_values_are_remembered_by_name(database_url):
    remembered = Remembered(database_url)
    assert remembered.read("a") == ""
    remembered.write("a", "1")
    remembered.write("a", "2")
    assert remembered.read("a") == "2"
    remembered.close()


def test_one_press_of_a_button_moves_the_clock_once(offsets):
    web, other = (DemoClock(offset, real=lambda: START) for offset in offsets)
    assert web.move(timedelta(days=7), "one") == START + timedelta(days=7)
    assert other.move(timedelta(days=7), "one") == START + timedelta(days=7)
    assert web.move(timedelta(days=7), "two") == START + timedelta(days=14)
