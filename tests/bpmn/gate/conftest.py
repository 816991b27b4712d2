"""What the tests of the gate share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def hostile() -> Path:
    """The folder of hostile files that the house is tried with, when it is at hand."""
    shared = os.environ.get("ALONGSIDE_SHARED")
    if not shared:
        pytest.skip("ALONGSIDE_SHARED names no folder of shared hostile files")
    return Path(shared) / "hostile"
