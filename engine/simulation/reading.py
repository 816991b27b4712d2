"""Reads a simulated database: every case from its journal, added up, and the size of it all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine.settings import Settings
from engine.simulation.data import SimulationData
from engine.simulation.hours import months_after
from engine.simulation.measured import Sums, add_up
from engine.simulation.running import Order
from engine.simulation.told import Told, told
from engine.store.vitals import look_at
from engine.wiring import Alongside, build

Bar = Callable[[Iterable[str], int], Iterable[str]]


@dataclass(frozen=True)
class Size:
    """What a simulated database weighs, and what went wrong in it."""

    database_bytes: int
    incidents: int


def read_all(settings: Settings, order: Order, data: SimulationData, bar: Bar) -> tuple[Sums, Size]:
    """Every case of the database added up; `bar` shows the way through their references."""
    alongside = build(settings, queued=False)
    try:
        with alongside.uow.read() as tx:
            ids = tx.cases.ids()
            incidents = len(tx.incidents.listed(status="open"))
        last = months_after(order.start or data.start, order.months) - timedelta(days=1)
        sums = add_up(data, _each(alongside, bar(ids, len(ids))), last)
    finally:
        alongside.close()
    return sums, Size(look_at(settings.database).size_bytes, incidents)


def _each(alongside: Alongside, ids: Iterable[str]) -> Iterator[Told]:
    for case_id in ids:
        with alongside.uow.read() as tx:
            case, entries = tx.cases.find(case_id), tx.journal.told(case_id)
            tasks = tx.tasks.of_case(case_id)
        yield told(case.head, entries, tasks)
