"""The pack as it stands, opened once; its data file; worlds over both."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.ports import Guidance
from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.publish import publish_pack
from engine.settings import Settings, from_environment
from engine.simulation.data import PATH, SimulationData, load_data
from engine.simulation.deciding import World
from engine.simulation.hours import Hours, midnight
from engine.store.library import open_version
from engine.wiring import build, read_folder
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


@pytest.fixture(scope="session")
def published(migrated_sqlite: Path, machines: Machines, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database in which the pack is in force and its people are there: publishing takes seconds."""
    there = in_folder(tmp_path_factory.mktemp("published"), migrated_sqlite.read_bytes())
    alongside = build(there, queued=False, machines=machines)
    publish_pack(alongside, ROOT, midnight(date(2025, 4, 1)))
    add_cast(alongside, read_cast(there.people_file))
    alongside.close()
    path = Path(there.database.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


@pytest.fixture
def settings(tmp_path: Path, published: bytes) -> Settings:
    """A database of its own with nothing but the pack and its people."""
    return in_folder(tmp_path, published)


def in_folder(folder: Path, content: bytes) -> Settings:
    """A copy of a database in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "alongside.db").write_bytes(content)
    return replace(from_environment({}), home=ROOT, var=folder, database=f"sqlite:///{folder / 'alongside.db'}")
