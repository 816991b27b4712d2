"""The pack as it stands, opened once; its data file; worlds over both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.ports import Guidance
from engine.rehearsal.cast import read_cast
from engine.settings import Settings, from_environment
from engine.simulation.data import PATH, SimulationData, load_data
from engine.simulation.deciding import World
from engine.simulation.hours import Hours
from engine.store.library import open_version
from engine.wiring import read_folder
from engine.wiring.build import Machines, make_machines
from engine.wiring.holidays import bank_holidays

ROOT = Path(__file__).parents[2]
#: Five lives of this seed reach every part of the guidance between them.
SEED, CHILDREN, MONTHS = 27, 5, 12


@pytest.fixture(scope="session")
def machines() -> Machines:
    """One machine, so that the pack is compiled once."""
    return make_machines()


@pytest.fixture(scope="session")
def guidance(machines: Machines) -> Guidance:
    """The pack in this folder, opened."""
    return open_version(machines.within, read_folder(ROOT))


@pytest.fixture(scope="session")
def data() -> SimulationData:
    """The pack's data file."""
    return load_data(ROOT / PATH)


@pytest.fixture(scope="session")
def world(machines: Machines, guidance: Guidance, data: SimulationData) -> World:
    """A year of the pack."""
    people = sorted(read_cast(ROOT / "processes/demo/people.yaml").people, key=lambda person: person.username)
    return World(data, guidance, machines.within, people, Hours(bank_holidays()), SEED, MONTHS)


@pytest.fixture
def settings(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    """A database of its own that is migrated and empty."""
    path = tmp_path / "alongside.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return replace(from_environment({}), home=ROOT, var=tmp_path, database=f"sqlite:///{path}")
