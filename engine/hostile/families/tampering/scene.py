"""A case with a long record, pinned by an anchor that was carried away: what forgers work on, and how it is proved."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine
from engine.audit import verify
from engine.audit.anchored import check_anchors
from engine.audit.signing import public_from
from engine.hostile import packs
from engine.hostile.arena import Arena, NotAcknowledged
from engine.hostile.forger import Forger
from engine.model.bundle import Bundle
from engine.wiring.anchor_files import KEY_FILE, read_copies
from engine.wiring.anchors import anchor_now, hand_out

PAPER = b"What somebody handed in, word for word."
WORDS = "What was really said"
_HOME = Path(engine.__file__).parents[1]
#: What one case's rows are: table -> the column that names the case.
_ROWS = {
    "journal": "case_id",
    "cases": "id",
    "tasks": "case_id",
    "offers": "case_id",
    "jobs": "case_id",
    "documents": "case_id",
    "attachments": "case_id",
}


@dataclass(frozen=True)
class Proof:
    """What the verifier said: its exit code, the first bad entry of the case, and whether it holds without anchors."""

    code: int
    first: int | None
    holds_without: bool
    told: str


@dataclass(frozen=True)
class Scene:
    """The case, and where the anchors lie that nobody in the database can reach."""

    arena: Arena
    forger: Forger
    case_id: str
    elsewhere: Path

    def saved(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that a forger may touch."""
        with self.forger.connected() as run:
            rows = {
                table: run(f"SELECT * FROM {table} WHERE {column} = ?", self.case_id) for table, column in _ROWS.items()
            }
            rows["artefacts"] = run(f"SELECT * FROM artefacts WHERE digest IN ({_DIGESTS})", *[self.case_id] * 2)
        return rows

    def put_back(self, saved: Mapping[str, list[tuple[Any, ...]]]) -> None:
        """As it was."""
        with self.forger.at_work() as run:
            for table, column in _ROWS.items():
                run(f"DELETE FROM {table} WHERE {column} = ?", self.case_id)
            for digest, content in saved["artefacts"]:
                run("DELETE FROM artefacts WHERE digest = ?", digest)
                run("INSERT INTO artefacts (digest, content) VALUES (?, ?)", digest, content)
            for table in _ROWS:
                for row in saved[table]:
                    run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)

    def proof(self, *, by_command: bool) -> Proof:
        """Prove the case by its chain, its replay, its papers, and the anchors elsewhere."""
        return self._by_command() if by_command else self._here()

    def _here(self) -> Proof:
        """By the verifier's own functions, in this process."""
        alongside = self.arena.alongside
        verdict = verify(alongside.uow, alongside.machine, case_id=self.case_id)
        key = public_from((self.elsewhere / KEY_FILE).read_bytes())
        anchors = check_anchors(alongside.uow, read_copies(self.elsewhere), [key], case_id=self.case_id)
        bad = [verdict.difference.seq] if verdict.difference else []
        bad += [fault.seq for fault in anchors.faults if fault.case_id == self.case_id]
        said = [verdict.difference.sentence] if verdict.difference else []
        said += [fault.sentence for fault in anchors.faults]
        code = 0 if verdict.holds and anchors.holds else 1
        return Proof(code, min(bad, default=None), verdict.holds, " ".join(said))

    def _by_command(self) -> Proof:
        """By `alongside verify`, as an auditor would."""
        told = {**self.arena.environment(), "PYTHONPATH": str(_HOME)}
        asked = ["verify", self.case_id, "--anchors", self.elsewhere, "--key", self.elsewhere / KEY_FILE, "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", *map(str, asked)],
            cwd=_HOME,
            env=told,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        try:
            report = json.loads(done.stdout)
        except ValueError:
            return Proof(done.returncode, None, False, done.stderr[-500:])
        return Proof(done.returncode, report["first_bad"].get(self.case_id), not report["broken"], done.stdout[-500:])


_DIGESTS = "SELECT digest FROM attachments WHERE case_id = ? UNION SELECT digest FROM documents WHERE case_id = ?"


def pack() -> Bundle:
    """A task with a file, a letter, a task."""
    return packs.bundle(
        {"record": packs.model("tampering", "record.bpmn")},
        forms={"evidence": packs.model("tampering", "evidence.form")},
        letters={"letter": packs.model("tampering", "letter.md")},
    )


def written(arena: Arena, *, claims: int = 3) -> str:
    """A case of which much has been written: claims and releases, a file, a completion, a letter, a claim more."""
    arena.publish(pack())
    case_id = arena.start_case(title="A record that is kept")
    wes, write = arena.client("wes"), arena.task(case_id, "write").id
    for _ in range(claims):
        for do in ("claim", "release"):
            wes.post(f"/tasks/{write}/{do}")
    answers = {"note": WORDS, "decision": "ann@example.org"}
    answer = wes.post(f"/tasks/{write}", answers, files=[("_file.paper", "paper.txt", PAPER)])
    if answer.status != 303:
        raise NotAcknowledged(f"The task was not completed: {answer.status} {answer.text[:300]}")
    arena.wait(lambda: any(task.element_id == "check" for task in arena.tasks(case_id)), "the letter is sent")
    wes.post(f"/tasks/{arena.task(case_id, 'check').id}/claim")
    return case_id


def scene(arena: Arena) -> Scene:
    """Such a case, anchored, and the anchors carried away; then a word more, which no anchor has seen."""
    case_id = written(arena)
    carry_away(arena)
    arena.client("wes").post(f"/tasks/{arena.task(case_id, 'check').id}/release")
    return Scene(arena, Forger(arena.database), case_id, arena.folder / "elsewhere")


def carry_away(arena: Arena) -> None:
    """Make an anchor now, and copy all of them to where the machine cannot reach."""
    while anchor_now(arena.alongside) is None:
        pass  # a worker made one in the same instant, perhaps before the case was written
    hand_out(arena.alongside)
    shutil.copytree(arena.alongside.settings.anchors, arena.folder / "elsewhere", dirs_exist_ok=True)
