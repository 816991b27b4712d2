"""What a forger with the whole database in hand does to a record, from a clumsy edit to a rewriting without a seam."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from engine.audit.replay import opened_in, run_again
from engine.hostile.families.tampering.scene import PAPER, WORDS, Scene
from engine.model.journal import Entry
from engine.model.outcome import Outcome
from engine.model.wire import outcome_json

LIE = "What was never said at all"


@dataclass(frozen=True)
class Forgery:
    """`do` forges and gives the first entry that is bad then; `is_seamless`: only the anchors can tell."""

    name: str
    do: Callable[[Scene], int]
    is_seamless: bool = False


def edit_row(scene: Scene) -> int:
    """The row in the middle says something else."""
    return _middle(scene, "UPDATE journal SET body = 'edited' WHERE case_id = ? AND seq = ?")


def edit_words(scene: Scene) -> int:
    """A person's answer is another, wherever the row has it."""
    seq = _seq(scene, "task_completed")
    change = "UPDATE journal SET body = REPLACE(body, ?, ?) WHERE case_id = ? AND seq = ?"
    with scene.forger.at_work() as run:
        run(change, WORDS, LIE, scene.case_id, seq)
    return seq


def delete_row(scene: Scene) -> int:
    """The row in the middle is gone."""
    return _middle(scene, "DELETE FROM journal WHERE case_id = ? AND seq = ?")


def delete_and_chain_anew(scene: Scene) -> int:
    """A row is gone, those after it have moved up, and every hash is anew."""
    entries = scene.forger.entries(scene.case_id)
    scene.forger.rewrite(scene.case_id, [*entries[:2], *entries[3:]])
    return 3


def swap_rows(scene: Scene) -> int:
    """Two neighbours change what they say."""
    seq = _seq(scene, "attachment_added")
    by_seq = {entry.seq: json.dumps(entry.body) for entry in scene.forger.entries(scene.case_id)}
    with scene.forger.at_work() as run:
        for one, other in ((seq, seq + 1), (seq + 1, seq)):
            change = "UPDATE journal SET body = ? WHERE case_id = ? AND seq = ?"
            run(change, by_seq[other], scene.case_id, one)
    return seq


def cut_tail(scene: Scene) -> int:
    """The rows from ten before the anchor on are gone."""
    first = _anchored(scene) - 10 + 1
    with scene.forger.at_work() as run:
        run("DELETE FROM journal WHERE case_id = ? AND seq >= ?", scene.case_id, first)
    return first


def cut_tail_and_rewind(scene: Scene) -> int:
    """The same, and the case put back to what it was then: its state, its tasks, its letters, its files."""
    first = _anchored(scene) - 10 + 1
    kept = scene.forger.entries(scene.case_id)[: first - 1]
    outcome = _outcomes(scene, kept)[-1]
    own = (scene.case_id,)
    opened = [f"{scene.case_id}.{task.task_id}" for task in outcome.opened]
    reopen = "UPDATE tasks SET closed_at = NULL, closed = '', completed_by = NULL WHERE id = ?"
    scene.forger.rewrite(
        scene.case_id,
        kept,
        *[(f"DELETE FROM {table} WHERE case_id = ?", own) for table in ("jobs", "documents", "attachments")],
        ("DELETE FROM offers WHERE case_id = ? AND task_id <> ?", (*own, *opened)),
        ("DELETE FROM tasks WHERE case_id = ? AND id <> ?", (*own, *opened)),
        (reopen, tuple(opened)),
        ("UPDATE offers SET is_open = TRUE WHERE case_id = ?", own),
        _state(scene, outcome, version=1),
    )
    return first


def rewrite_answer(scene: Scene) -> int:
    """A person's answer is another, with all that followed from it, and every hash anew."""
    seq = _seq(scene, "task_completed")
    entries = [_lying(entry) if entry.seq == seq else entry for entry in scene.forger.entries(scene.case_id)]
    outcomes = _outcomes(scene, entries)
    again = iter(outcomes)
    forged = [
        replace(entry, body={**entry.body, "outcome": _plain(next(again))}) if "event" in entry.body else entry
        for entry in entries
    ]
    scene.forger.rewrite(scene.case_id, forged, _state(scene, outcomes[-1], version=len(outcomes)))
    return seq


def slip_in(scene: Scene) -> int:
    """A row that says somebody had the task days before, and every hash anew."""
    entries = scene.forger.entries(scene.case_id)
    model = next(entry for entry in entries if entry.kind == "task_claimed")
    early = model.recorded_at - timedelta(days=9)
    slipped = replace(model, actor="win", done_at=early, recorded_at=early)
    scene.forger.rewrite(scene.case_id, [*entries[:3], slipped, *entries[3:]])
    return 4


def change_who(scene: Scene) -> int:
    """Somebody else completed the task, and every hash anew."""
    seq = _seq(scene, "task_completed")
    entries = scene.forger.entries(scene.case_id)
    scene.forger.rewrite(scene.case_id, [replace(e, actor="nora") if e.seq == seq else e for e in entries])
    return seq


def change_byte(scene: Scene) -> int:
    """One byte of a file is another."""
    other = PAPER.replace(b"somebody", b"Somebody")
    with scene.forger.at_work() as run:
        run("UPDATE artefacts SET content = ? WHERE content = ?", other, PAPER)
    return _seq(scene, "attachment_added")


def change_letter(scene: Scene) -> int:
    """One byte of a letter is another."""
    with scene.forger.at_work() as run:
        ((digest, content),) = run(
            "SELECT a.digest, a.content FROM artefacts a JOIN documents d ON d.digest = a.digest WHERE d.case_id = ?",
            scene.case_id,
        )
        other = bytes(content)[:-9] + bytes([bytes(content)[-9] ^ 1]) + bytes(content)[-8:]
        run("UPDATE artefacts SET content = ? WHERE digest = ?", other, digest)
    return _seq(scene, "letter_made")


def change_file_name(scene: Scene) -> int:
    """A file is kept under another name and another giver."""
    with scene.forger.at_work() as run:
        run("UPDATE attachments SET filename = 'other.txt', added_by = 'nora' WHERE case_id = ?", scene.case_id)
    return _seq(scene, "attachment_added")


FORGERIES: dict[str, tuple[Forgery, ...]] = {
    "AUD-01": (Forgery("edit a row", edit_row), Forgery("edit an answer", edit_words)),
    "AUD-02": (
        Forgery("delete a row", delete_row),
        Forgery("delete a row and chain the rest anew", delete_and_chain_anew, is_seamless=True),
    ),
    "AUD-03": (Forgery("swap two rows", swap_rows),),
    "AUD-04": (
        Forgery("cut the tail", cut_tail),
        Forgery("cut the tail and rewind the case", cut_tail_and_rewind, is_seamless=True),
    ),
    "AUD-05": (Forgery("rewrite an answer and all that followed", rewrite_answer, is_seamless=True),),
    "AUD-06": (Forgery("slip a back-dated row in", slip_in, is_seamless=True),),
    "AUD-07": (Forgery("change who did it", change_who, is_seamless=True),),
    "AUD-08": (
        Forgery("change a byte of a file", change_byte),
        Forgery("change a byte of a letter", change_letter),
        Forgery("change a file's name and giver", change_file_name),
    ),
}


def _middle(scene: Scene, change: str) -> int:
    """Change the row in the middle of the journal."""
    seq = scene.forger.entries(scene.case_id)[-1].seq // 2
    with scene.forger.at_work() as run:
        run(change, scene.case_id, seq)
    return seq


def _seq(scene: Scene, kind: str) -> int:
    return next(entry.seq for entry in scene.forger.entries(scene.case_id) if entry.kind == kind)


def _anchored(scene: Scene) -> int:
    """How far the last anchor has seen the case."""
    with scene.forger.connected() as run:
        return int(run("SELECT seq FROM anchored WHERE case_id = ?", scene.case_id)[0][0])


def _lying(entry: Entry) -> Entry:
    """The entry with another answer in its event."""
    return replace(entry, body=json.loads(json.dumps(entry.body).replace(WORDS, LIE)))


def _outcomes(scene: Scene, entries: list[Entry]) -> list[Outcome]:
    """What the machine does on these entries' events, whatever they say that it did."""
    alongside = scene.arena.alongside
    with alongside.uow.read() as tx:
        steps = list(run_again(alongside.machine, entries, opened_in(alongside.uow, tx)))
    return [step.outcome for step in steps if step.outcome is not None]


def _plain(outcome: Outcome) -> Any:
    return json.loads(json.dumps(outcome_json(outcome)))


def _state(scene: Scene, outcome: Outcome, *, version: int) -> tuple[str, tuple[Any, ...]]:
    """The statement that gives the case the state of an outcome."""
    tokens = msgspec.json.encode(outcome.tokens).decode()
    change = "UPDATE cases SET state = ?, tokens = ?, version = ? WHERE id = ?"
    return change, (outcome.state, tokens, version, scene.case_id)
