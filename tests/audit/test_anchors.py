"""Anchors prove what no chain can: a journal written anew, or cut short, is not the one that was seen."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.audit import verify
from engine.audit.anchor import make_anchor
from engine.audit.anchored import AnchorVerdict, check_anchors
from engine.audit.signing import KeyUnreadable, Signer, public_from
from engine.cli import main
from engine.commands import claim_task, keep_attachment
from engine.hostile.forger import Forger
from engine.model.anchor import FORMAT, Anchor, Mark, anchor_from, root_of
from engine.model.merkle import merkle_root
from engine.queries import mailbox
from engine.settings import from_environment
from engine.store import open_store
from engine.wiring import Alongside, FixedClock, anchor_when_due, build, migrate, throwaway
from engine.wiring.anchor_files import read_copies, write_copy
from engine.wiring.anchors import hand_out, is_due, signer
from tests.fake_machine import FakeMachine
from tests.office import CHE, LEA, WES, Office, acting, open_office

OWN = Signer(bytes(range(32)))
#: The eight inputs and roots by which implementations of RFC 6962 are commonly checked.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_tree_is_that_of_the_standard(count: int) -> None:
    assert merkle_root(bytes.fromhex(text) for text in INPUTS[:count]).hex() == ROOTS[count - 1]


def test_the_tree_is_the_recursive_definition() -> None:
    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        half = 1 << ((len(leaves) - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    assert merkle_root([]) == hashlib.sha256(b"").digest()
    for count in (*range(1, 40), 127, 128, 129, 1000):
        leaves = [str(number).encode() for number in range(count)]
        assert merkle_root(leaves) == root(leaves), count


def test_the_order_of_leaves_is_that_of_the_ids() -> None:
    marks = [Mark(f"AL-{number}", number, "0" * 64) for number in range(20)]
    mixed = random.Random(1).sample(marks, len(marks))
    assert root_of({mark.case_id: mark for mark in marks}) == root_of({mark.case_id: mark for mark in mixed})


def test_an_anchor_is_read_as_it_was_written_or_not_at_all() -> None:
    text = _anchor().text.decode()
    assert anchor_from(text) == _anchor()
    for other in (text + " ", text.replace(FORMAT, "other"), "[]", "{}", "nonsense", json.dumps({"format": FORMAT})):
        with pytest.raises(ValueError, match=r"."):
            anchor_from(other)


def _anchor() -> Anchor:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return Anchor(1, at, "0" * 64, "1" * 64, cases=2, entries=3, added=3, marks="2" * 64, broken=0, key=OWN.public)


def test_a_public_key_goes_out_and_comes_back() -> None:
    assert public_from(OWN.pem) == OWN.public
    for wrong in (b"", b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", OWN.pem[:60]):
        with pytest.raises(KeyUnreadable):
            public_from(wrong)


# Against a database


def _seen(office: Office, folder: Path) -> AnchorVerdict:
    return check_anchors(office.uow, read_copies(folder), [OWN.public])


def _pin(office: Office, folder: Path) -> Anchor:
    """Make an anchor and carry it away."""
    made = make_anchor(office.uow, OWN, now=office.now)
    assert made is not None
    with office.uow.read() as tx:
        for kept in tx.anchors.kept():
            write_copy(folder, kept, tx.anchors.packed)
    return made.anchor


def _case(office: Office) -> str:
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes"})
    second = office.complete(first.opened[0], {"route": "court", "why": "Danger"}, acting(LEA))
    return office.complete(second.opened[0], {"held_on": "2026-02-20"}, acting(CHE)).case_id


def _forger(office: Office) -> Forger:
    return Forger(office.uow.engine.url.render_as_string(hide_password=False))


def test_what_was_seen_and_not_changed_holds(office: Office, tmp_path: Path) -> None:
    _case(office)
    first = _pin(office, tmp_path)
    later = office.start()
    second = _pin(office, tmp_path)
    assert (first.cases, first.entries, first.added) == (1, 4, 4)
    assert (second.cases, second.entries, second.added, second.previous) == (2, 5, 1, first.digest)
    office.complete(later.opened[0], {"finding": "no"})
    verdict = _seen(office, tmp_path)
    assert (verdict.holds, verdict.anchors, verdict.newest, verdict.entries, verdict.faults) == (True, 2, 2, 5, ())


def test_an_entry_changed_and_chained_anew_is_named(office: Office, tmp_path: Path) -> None:
    case_id, forger = _case(office), _forger(office)
    _pin(office, tmp_path)
    entries = forger.entries(case_id)
    forger.rewrite(case_id, [replace(entry, actor="lee") if entry.seq == 3 else entry for entry in entries])
    assert verify(office.uow, office.machine, case_id=case_id).holds
    verdict = _seen(office, tmp_path)
    assert [(fault.what, fault.case_id, fault.seq) for fault in verdict.faults] == [("entry", case_id, 3)]
    assert "entry 3 is not the one that anchor 1 of 2 March 2026, 09:30 UTC saw" in verdict.faults[0].sentence


def test_an_entry_slipped_in_and_chained_anew_is_named(office: Office, tmp_path: Path) -> None:
    case_id, forger = _case(office), _forger(office)
    _pin(office, tmp_path)
    entries = forger.entries(case_id)
    noted = replace(entries[1], kind="task_claimed", body={"task": "t"}, done_at=office.now - timedelta(days=9))
    forger.rewrite(case_id, [entries[0], noted, *entries[1:]])
    assert verify(office.uow, office.machine, case_id=case_id).holds
    assert [fault.seq for fault in _seen(office, tmp_path).faults] == [2]


def test_a_tail_cut_off_is_named(office: Office, tmp_path: Path) -> None:
    case = office.start()
    claim_task(office.uow, actor=acting(WES), task_id=case.opened[0], now=office.now)
    _pin(office, tmp_path)
    forger = _forger(office)
    unclaim = ("UPDATE tasks SET claimed_by = NULL WHERE case_id = ?", (case.case_id,))
    forger.rewrite(case.case_id, forger.entries(case.case_id)[:1], unclaim)
    assert verify(office.uow, office.machine, case_id=case.case_id).holds
    faults = _seen(office, tmp_path).faults
    assert [(fault.case_id, fault.seq) for fault in faults] == [(case.case_id, 2)]
    assert "is gone" in faults[0].sentence


def test_a_whole_case_removed_is_named(office: Office, tmp_path: Path) -> None:
    case_id = office.start().case_id
    _pin(office, tmp_path)
    with _forger(office).at_work() as run:
        for table in ("journal", "offers", "tasks", "timers"):
            run(f"DELETE FROM {table} WHERE case_id = ?", case_id)  # noqa: S608
        run("DELETE FROM cases WHERE id = ?", case_id)
    assert [(fault.case_id, fault.seq) for fault in _seen(office, tmp_path).faults] == [(case_id, 1)]


def test_the_next_anchor_says_that_a_case_is_broken_and_keeps_what_was_seen(office: Office, tmp_path: Path) -> None:
    case_id, forger = _case(office), _forger(office)
    root = _pin(office, tmp_path).root
    forger.rewrite(case_id, [replace(entry, role="other") for entry in forger.entries(case_id)])
    made = make_anchor(office.uow, OWN, now=office.now)
    assert made is not None
    assert (made.broken, made.anchor.broken, made.anchor.root) == ((case_id,), 1, root)


def test_only_the_cases_that_changed_are_accused(office: Office, tmp_path: Path) -> None:
    cases = [office.start().case_id for _ in range(5)]
    _pin(office, tmp_path)
    forger = _forger(office)
    for case_id in cases[1:3]:
        forger.rewrite(case_id, [replace(entry, actor="eve") for entry in forger.entries(case_id)])
    assert [fault.case_id for fault in _seen(office, tmp_path).faults] == sorted(cases[1:3])
    only = check_anchors(office.uow, read_copies(tmp_path), [OWN.public], case_id=cases[0])
    assert only.holds


# The copies themselves


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path, machine: FakeMachine, now: datetime) -> Iterator[Office]:
    """An office on SQLite alone: the copies are files, whatever the database."""
    shutil.copy(migrated_sqlite, tmp_path / "alongside.db")
    with closing(open_store(f"sqlite:///{tmp_path / 'alongside.db'}", machine=machine)) as uow:
        yield open_office(uow, machine, now)


@pytest.fixture
def three(desk: Office, tmp_path: Path) -> Path:
    """A folder with three anchors."""
    for _ in range(3):
        desk.start()
        _pin(desk, tmp_path)
    return tmp_path


def _what(office: Office, folder: Path) -> list[tuple[str, int]]:
    return [(fault.what, fault.anchor) for fault in _seen(office, folder).faults]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _rewrite(path: Path, change: Any) -> None:
    told = json.loads(path.read_text())
    change(told)
    path.chmod(0o644)
    path.write_text(json.dumps(told))


def test_a_missing_anchor_is_named(desk: Office, three: Path) -> None:
    _files(three)[1].unlink()
    assert _what(desk, three) == [("chain", 3)]


def test_an_anchor_written_twice_is_one(desk: Office, three: Path) -> None:
    shutil.copy(_files(three)[1], three / "anchor-copy.json")
    shutil.copy(_files(three)[1].with_suffix(".marks.gz"), three / "anchor-copy.marks.gz")
    assert _what(desk, three) == []


def test_a_changed_text_or_signature_is_no_anchor(desk: Office, three: Path) -> None:
    _rewrite(_files(three)[2], lambda told: told.update(text=told["text"].replace('"broken":0', '"broken":1')))
    assert _what(desk, three) == [("signature", 3)]
    _rewrite(_files(three)[1], lambda told: told.update(signature="00" * 64))
    assert _what(desk, three) == [("signature", 2), ("signature", 3)]
    _rewrite(_files(three)[0], lambda told: told.update(text="?"))
    assert _what(desk, three)[0] == ("unreadable", 0)


def test_another_key_signs_nothing(desk: Office, three: Path) -> None:
    verdict = check_anchors(desk.uow, read_copies(three), [Signer(b"e" * 32).public])
    assert [fault.what for fault in verdict.faults] == ["signature"] * 3
    assert not verdict.holds


def test_marks_that_were_not_signed_accuse_nobody(desk: Office, three: Path) -> None:
    marks = _files(three)[1].with_suffix(".marks.gz")
    marks.chmod(0o644)
    marks.write_bytes(gzip.compress(b"AL-X 1 00\n"))
    assert _what(desk, three) == [("marks", 2)]
    marks.write_bytes(b"not gzip")
    assert _what(desk, three) == [("marks", 2)]
    marks.unlink()
    assert _what(desk, three) == [("marks", 2)]


def test_an_empty_folder_proves_nothing(desk: Office, tmp_path: Path) -> None:
    assert _what(desk, tmp_path) == [("none", 0)]


def test_anchors_forged_in_the_database_do_not_help(desk: Office, three: Path) -> None:
    """Somebody with the machine and its key writes the last anchor anew; the copy elsewhere says otherwise."""
    with _forger(desk).at_work() as run:
        run("DELETE FROM anchors WHERE number = 3")
    assert _what(desk, three) == [("database", 3)]
    desk.start()
    _pin(desk, three)
    assert {("chain", 3), ("database", 3)} <= set(_what(desk, three))


def test_an_anchor_is_never_changed_or_removed(desk: Office, three: Path) -> None:
    for statement in ("UPDATE anchors SET signature = ''", "DELETE FROM anchors"):
        with pytest.raises(Exception, match="append-only"), _forger(desk).connected() as run:
            run(statement)


# In time


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-01-10T02:00", "2026-01-10T23:00", False),
        ("2026-01-10T02:00", "2026-01-11T01:59", False),
        ("2026-01-10T02:00", "2026-01-11T02:00", True),
        ("2026-01-11T01:30", "2026-01-11T02:01", False),
        ("2026-01-11T01:30", "2026-01-11T02:30", True),
        ("2026-01-10T02:00", "2026-06-01T12:00", True),
        ("2026-07-10T12:00", "2026-07-11T00:59", False),
        ("2026-07-10T12:00", "2026-07-11T01:00", True),
        ("2026-07-10T12:00", "2026-07-10T09:00", False),
    ],
)
def test_an_anchor_is_due_each_night_in_london_and_at_most_once_an_hour(last: str, now: str, due: bool) -> None:
    assert is_due(_moment(last), _moment(now)) is due


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Alongside]:
    """The product on an empty database, with its clock, a mailbox and somebody to send anchors to."""
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path), "ALONGSIDE_DEMO": "1"})
    settings = dataclasses.replace(
        settings, anchors_mail=("records@example.org",), anchors_folder=tmp_path / "elsewhere"
    )
    with throwaway(settings, datetime(2026, 1, 10, 9, tzinfo=UTC)) as opened:
        yield opened


def test_each_night_has_its_anchor_file_and_mail(product: Alongside) -> None:
    assert isinstance(product.clock, FixedClock)
    made = []
    for hours in (0, 1, 16, 1, 23, 1):
        product.clock.move(timedelta(hours=hours))
        made.append(anchor_when_due(product))
    assert made == [1, 0, 1, 0, 1, 0]
    folder = product.settings.anchors
    assert len(_files(folder)) == 3
    public = public_from((folder / "public-key.pem").read_bytes())
    assert check_anchors(product.uow, read_copies(folder), [public]).holds
    mails = mailbox(product.uow).rows
    assert len(mails) == 3
    digest = json.loads(_files(folder)[2].read_text())["digest"]
    assert digest in mails[0].text
    assert mails[0].to == ("records@example.org",)


def test_what_a_full_disk_lost_is_handed_out_later(product: Alongside) -> None:
    anchor_when_due(product)
    for path in product.settings.anchors.iterdir():
        path.unlink()
    assert len(hand_out(product)) == 1
    assert hand_out(product) == []


def test_the_key_is_its_owners_only(product: Alongside) -> None:
    public = signer(product.settings).public
    assert signer(product.settings).public == public
    assert (product.settings.var / "anchor.key").stat().st_mode & 0o777 == 0o600


def test_the_command_line_makes_and_checks_them(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE", database_url)
    monkeypatch.setenv("ALONGSIDE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ALONGSIDE_ANCHORS", str(tmp_path / "elsewhere"))
    key = str(tmp_path / "key.pem")
    assert main(["anchor", "--export-key", key]) == 0
    assert main(["anchor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert (told["number"], told["cases"]) == (1, 0)
    asked = ["verify", "--all", "--anchors", str(tmp_path / "elsewhere"), "--key", key, "--json"]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["anchors"]["holds"] is True
    next((tmp_path / "elsewhere").glob("*.json")).unlink()
    assert main(asked) == 1
    assert main(["verify", "--all", "--anchors", str(tmp_path)]) == 2
    assert main([*asked[:-2], str(tmp_path / "elsewhere" / "nowhere")]) == 2


def test_openssl_checks_a_signature_without_us(three: Path, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    told = json.loads(_files(three)[0].read_text())
    for name, content in {
        "key": OWN.pem,
        "sig": bytes.fromhex(told["signature"]),
        "text": told["text"].encode(),
    }.items():
        (tmp_path / name).write_bytes(content)
    command = [program, "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "text", "-sigfile", "sig"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60).returncode == 0


# Letters and files


def test_a_file_that_is_not_as_the_journal_says_is_named(office: Office) -> None:
    case_id = office.start().case_id
    _give(office, case_id)
    forger = _forger(office)
    for change, undo, sentence in CHANGES:
        assert verify(office.uow, office.machine, case_id=case_id).holds
        with forger.at_work() as run:
            run(change)
        difference = verify(office.uow, office.machine, case_id=case_id).difference
        assert difference is not None, change
        assert (difference.seq, difference.sentence) == (2, sentence)
        with forger.at_work() as run:
            run(undo)
    with forger.at_work() as run:
        run("UPDATE artefacts SET content = ? WHERE content = ?", b"Words", b"words")
    difference = verify(office.uow, office.machine, case_id=case_id).difference
    assert difference is not None
    assert (difference.seq, difference.what) == (2, "paper")
    assert difference.sentence == "Entry 2: 'a.txt' holds other bytes than it did then."


def _give(office: Office, case_id: str) -> None:
    """A file that somebody gives to a case."""
    about = {"filename": "a.txt", "media_type": "text/plain", "content": b"words", "now": office.now}
    keep_attachment(office.uow, actor=acting(WES), case_id=case_id, **about)  # type: ignore[arg-type]


#: What is changed, how it is changed back, and the sentence that names it.
CHANGES = (
    (
        "UPDATE attachments SET id = id + 90",
        "UPDATE attachments SET id = id - 90",
        "Entry 2: 'a.txt' is gone.",
    ),
    (
        "UPDATE attachments SET filename = 'b.txt'",
        "UPDATE attachments SET filename = 'a.txt'",
        "Entry 2: 'a.txt' is kept with another name than then.",
    ),
    (
        "UPDATE attachments SET added_by = 'eve'",
        "UPDATE attachments SET added_by = 'wes'",
        "Entry 2: 'a.txt' is kept with another added by than then.",
    ),
    (
        "INSERT INTO attachments (id, case_id, filename, media_type, digest, size, added_by, added_at) "
        "SELECT 99, case_id, 'c.txt', media_type, digest, size, added_by, added_at FROM attachments",
        "DELETE FROM attachments WHERE id = 99",
        "'c.txt' is kept with the case, but no entry has it.",
    ),
)


def test_a_version_whose_files_were_changed_is_named(office: Office) -> None:
    case_id = office.start().case_id
    with _forger(office).at_work() as run:
        run("UPDATE policy_files SET path = 'forms/other.form' WHERE path = 'forms/left.form'")
    difference = verify(office.uow, office.machine, case_id=case_id).difference
    assert difference is not None
    assert (difference.seq, difference.what) == (1, "version")


def test_history_beside_the_journal_is_append_only(office: Office) -> None:
    _give(office, office.start().case_id)
    with _forger(office).at_work() as run:
        run(
            "INSERT INTO documents (id, case_id, stable_key, letter, title, recipient, media_type, digest, size, "
            "made_at, meta, channel, reference) SELECT 1, case_id, 'k', '', '', '', '', digest, 0, added_at, '{}', '', "
            "'' FROM attachments"
        )
    for statement in (
        "UPDATE artefacts SET content = content",
        "DELETE FROM policy_files",
        "UPDATE attachments SET filename = ''",
        "UPDATE documents SET title = ''",
        "DELETE FROM documents",
        "UPDATE policy_versions SET digest = ''",
        "DELETE FROM policy_versions",
    ):
        refused = pytest.raises(Exception, match=r"append-only|never changed")
        with refused, _forger(office).connected() as run:
            run(statement)
    with _forger(office).connected() as run:
        run("UPDATE documents SET sent_at = made_at, channel = 'post', reference = 'r'")


def test_migrating_and_building_need_no_anchor(tmp_path: Path) -> None:
    settings = from_environment({"ALONGSIDE_VAR": str(tmp_path)})
    migrate(settings, queued=False)
    alongside = build(settings, queued=False)
    with alongside.uow.read() as tx:
        assert tx.anchors.last() is None
    alongside.close()
