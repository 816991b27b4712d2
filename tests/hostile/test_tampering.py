"""The forger that attacks records: it does its harm where nothing guards, and leaves the guards as it found them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.audit import verify
from engine.hostile.arena import Arena, opened
from engine.hostile.case import HostileCase
from engine.hostile.families import load
from engine.hostile.families.tampering.forgeries import FORGERIES
from engine.hostile.forger import Forger
from engine.hostile.grounds import SQLITE, ground
from tests.office import LEA, Office, acting

AUD = load("AUD")


def test_every_case_has_its_trial() -> None:
    assert sorted(AUD.trials) == [f"AUD-{number:02}" for number in range(1, 13)]


def test_the_control_does_its_harm(tmp_path: Path) -> None:
    control = AUD.control(tmp_path)
    assert control.succeeded, control.what


def _forger(office: Office) -> Forger:
    return Forger(office.uow.engine.url.render_as_string(hide_password=False))


def test_a_journal_written_anew_without_a_change_is_the_same(office: Office) -> None:
    case = office.start()
    office.complete(case.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        before = tx.journal.entries(case.case_id)
    forger = _forger(office)
    assert forger.entries(case.case_id) == list(before)
    forger.rewrite(case.case_id, forger.entries(case.case_id))
    with office.uow.read() as tx:
        assert tx.journal.entries(case.case_id) == before
    assert verify(office.uow, office.machine, case_id=case.case_id).holds


def test_the_triggers_stand_again_when_the_forger_is_done(office: Office) -> None:
    case = office.start()
    forger = _forger(office)
    forger.rewrite(case.case_id, [replace(entry, actor="eve") for entry in forger.entries(case.case_id)])
    for statement in ("UPDATE journal SET actor = 'x'", "DELETE FROM journal", "DELETE FROM policy_files"):
        with pytest.raises(Exception, match="append-only"), forger.connected() as run:
            run(statement)
    done = office.complete(case.opened[0], {"finding": "yes"})
    office.complete(done.opened[0], {"route": "plan"}, acting(LEA))


def _has_anchor(arena: Arena) -> bool:
    with arena.alongside.uow.read() as tx:
        return tx.anchors.last() is not None


@contextmanager
def _arena() -> Iterator[Arena]:
    with ground(SQLITE) as here, opened(here, quick=True, name="tampering") as arena:
        yield arena


def test_forgeries_are_named_and_refused_on_a_running_product() -> None:
    """A seamless forgery, a byte of a file, a closed history, three looks; `alongside hostile` tries all the rest."""
    with _arena() as arena:
        arena.wait(lambda: _has_anchor(arena), "the worker makes its first anchor by itself")
        for case_id in ("AUD-04", "AUD-08", "AUD-10", "AUD-11"):
            verdict = AUD.trials[case_id](arena, HostileCase(case_id, "AUD", "", "", "", "1", (), Path()))
            assert verdict.survived, verdict.why
    assert sum(forgery.is_seamless for of_case in FORGERIES.values() for forgery in of_case) == 5
