"""What ran under a release before must run again now: the first step that comes out otherwise fails the build."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.audit.histories import Kept, first_mismatch, keep_history, read_files, read_histories
from engine.model.journal import GENESIS, seal
from engine.ports import Definitions, Machine
from engine.wiring.build import make_machines

RELEASES = Path(__file__).parent / "releases"
HISTORIES = [(folder, kept) for folder in sorted(RELEASES.glob("[0-9]*")) for kept in read_histories(folder)]
NAMES = [f"{folder.name}-{kept.name}" for folder, kept in HISTORIES]


@pytest.fixture(scope="module")
def within() -> Machine:
    return make_machines().within


@pytest.fixture(scope="module")
def known() -> dict[str, Definitions]:
    return {}


def test_every_release_has_its_histories() -> None:
    assert {folder.name for folder, _ in HISTORIES} >= {"0.1"}
    assert len(HISTORIES) >= 3
    assert all(len(kept.entries) > 10 for _, kept in HISTORIES)


@pytest.mark.parametrize(("folder", "kept"), HISTORIES, ids=NAMES)
def test_a_history_of_an_earlier_release_runs_again(
    folder: Path, kept: Kept, within: Machine, known: dict[str, Definitions]
) -> None:
    difference = first_mismatch(within, folder, kept, known)
    assert difference is None, difference


def test_a_history_that_comes_out_otherwise_is_named(within: Machine, known: dict[str, Definitions]) -> None:
    folder, kept = HISTORIES[0]
    step = next(entry for entry in kept.entries[4:] if "outcome" in entry.body)
    outcome = step.body["outcome"]
    assert isinstance(outcome, dict)
    other = replace(step, body={**step.body, "outcome": {**outcome, "state": "0" * 64}})
    previous, chained = GENESIS, []
    for entry in kept.entries:
        chained.append(seal(other if entry.seq == step.seq else entry, previous))
        previous = chained[-1].hash
    found = first_mismatch(within, folder, dataclasses.replace(kept, entries=tuple(chained)), known)
    assert found is not None
    assert (found.seq, found.what) == (step.seq, "state")
    unchained = tuple(other if entry.seq == step.seq else entry for entry in kept.entries)
    found = first_mismatch(within, folder, dataclasses.replace(kept, entries=unchained), known)
    assert found is not None
    assert (found.seq, found.what) == (step.seq, "chain")


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    folder, kept = HISTORIES[0]
    keep_history(tmp_path, "again", kept.entries, lambda digest: read_files(folder, digest))
    assert read_histories(tmp_path) == [dataclasses.replace(kept, name="again")]
    digest = kept.entries[0].policy_digest
    (tmp_path / f"{'0' * 64}.files.gz").write_bytes((tmp_path / f"{digest}.files.gz").read_bytes())
    with pytest.raises(ValueError, match="are not its own"):
        read_files(tmp_path, "0" * 64)
