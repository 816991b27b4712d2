"""What the tests of whole policies share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.model.bundle import Bundle
from engine.policy import read_folder
from tests.policy.small import SMALL

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hostile() -> Path:
    """The folder of hostile files that the house is tried with, when it is at hand."""
    shared = os.environ.get("ALONGSIDE_SHARED")
    if not shared:
        pytest.skip("ALONGSIDE_SHARED names no folder of shared hostile files")
    return Path(shared) / "hostile"


@pytest.fixture
def small() -> Bundle:
    """A whole pack of one process, one table, one form and one letter."""
    return Bundle(SMALL)


@pytest.fixture(scope="session")
def ours() -> Bundle:
    """The pack of this repository."""
    return read_folder(ROOT)
