"""Hostile files on their way into the guidance, as an owner of the policy could send them, and what must come of it."""

from __future__ import annotations

import hashlib
import html
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from engine.hostile import processes
from engine.hostile.arena import Arena
from engine.hostile.client import Answer, Client
from engine.hostile.traps import Traps

#: What a hostile file may cost the server while it is refused, in seconds and megabytes, and how large it may ever be.
MOST_SECONDS, MOST_GROWN, MOST_MEMORY = 2.0, 100.0, 512.0
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Desk:
    """An owner's workbench in the hands of an attacker; `problems` gathers what must not be."""

    arena: Arena
    traps: Traps
    client: Client
    problems: list[str] = field(default_factory=list)
    attempts: int = 0
    slowest: float = 0.0

    # The ways in

    def upload(self, files: Mapping[str, bytes]) -> Answer:
        """Send files by the upload page."""
        seen = _hidden(self.client.get("/policy/edit/upload").text).get("seen", "0")
        sent = [("files", name, self.traps.replaced(content)) for name, content in files.items()]
        return self.client.post("/policy/edit/upload", {"seen": seen}, files=sent)

    def save(self, path: str, content: bytes) -> Answer:
        """Send one file as the editor in the browser does."""
        headers = {"X-Revision": str(self._revision(path)), "X-CSRFToken": self.client.token}
        return self.client.raw(
            "POST", f"/policy/edit/save/{path}", self.traps.replaced(content), "text/plain", headers=headers
        )

    def submit(self) -> Answer:
        """Submit the draft as the next version."""
        page = self.client.get("/policy/edit/publish").text
        today = self.arena.now()
        day = {f"effective_from-{part}": getattr(today, part) for part in ("day", "month", "year")}
        about = {
            "number": f"evil{self.attempts}",
            "change_note": "An attack",
            "digest": _hidden(page).get("digest", ""),
        }
        return self.client.post("/policy/edit/publish", {**about, **day})

    def put_back(self, path: str) -> None:
        """Take one file out of the draft again, or put it back as it was."""
        self.client.post(f"/policy/edit/restore/{path}", {"revision": self._revision(path)})

    def _revision(self, path: str) -> int:
        with self.arena.alongside.uow.read() as tx:
            draft = tx.policy_drafts.open_one(lock=False)
        return draft.revision(path) if draft else 0

    # The attacks

    def attack(self, files: Mapping[str, bytes], named: Collection[str] = ()) -> None:
        """Upload files that must be refused with 4xx, quickly, naming one of the elements; nothing of them is kept."""
        self.attempts += 1
        new = [each for each in map(self.traps.replaced, files.values()) if not _is_kept(self.arena, each)]
        before = _Before.of(self.arena)
        answer = self.upload(files)
        self._must_be_refused("The upload", answer, named)
        self.problems += before.since(self.arena, new)
        self.slowest = max(self.slowest, before.seconds)
        if "upload_refused" not in before.told(self.arena):
            self.problems.append("The refusal is not in the security log.")
        self.problems += self.traps.sprung(answer.text)
        self._must_answer("/policy/edit/upload", "/policy/edit")

    def attack_by_editor(self, path: str, content: bytes, named: Collection[str] = ()) -> None:
        """The same file by the browser's editor: unreadable it is refused at once, else when it is submitted.

        A draft that holds it must not run it, whatever page looks at it, and never becomes a version.
        """
        self.attempts += 1
        before = _Before.of(self.arena)
        saved = self.save(path, content)
        if saved.status != 200:
            self._must_be_refused("The editor's save", saved, ())
        else:
            pages = ("", "/checks", f"/faults/{path}", f"/file/{path}", "/changes", "/publish")
            self._must_answer(*(f"/policy/edit{page}" for page in pages))
            self.must_not_be_submitted(named)
            self.put_back(path)
        self.problems += before.since(self.arena, ())
        self.problems += self.traps.sprung(saved.text)

    def must_not_be_submitted(self, named: Collection[str]) -> None:
        """The draft with the attack in it is neither played nor kept as a version; the refusal names an element."""
        self.client.post("/policy/edit/rehearse")
        self._must_be_refused("Submitting it", self.submit(), named)
        if f"evil{self.attempts}" in self._versions():
            self.problems.append("The draft with the attack was kept as a version.")

    def must_be_taken(self, files: Mapping[str, bytes]) -> None:
        """The same files without the attack: if they were refused too, the refusals would prove nothing."""
        self.attempts += 1
        answer = self.upload(files)
        if answer.status != 303:
            self.problems.append(f"The same without the attack is refused too: {answer.status} {_sentences(answer)}")
        for name in files:
            folder = "forms" if name.endswith(".form") else "processes"
            self.put_back(f"{folder}/{name}")

    def _must_be_refused(self, what: str, answer: Answer, named: Collection[str]) -> None:
        if not 400 <= answer.status < 500:
            self.problems.append(f"{what} was answered {answer.status}.")
        elif named and not any(_names(answer, element) for element in named):
            self.problems.append(f"{what} was refused without naming {sorted(named)[:5]}: {_sentences(answer)}")

    def _must_answer(self, *paths: str) -> None:
        for path in paths:
            status = self.client.get(path).status
            if status != 200:
                self.problems.append(f"{path} answers {status} afterwards.")

    def _versions(self) -> set[str]:
        with self.arena.alongside.uow.read() as tx:
            return {version.number for version in tx.policies.all()}


@dataclass
class _Before:
    """The server before an attack."""

    began: float
    processor: float
    memory: float
    log: int
    seconds: float = 0.0

    @classmethod
    def of(cls, arena: Arena) -> _Before:
        """As it is now."""
        web = arena.web
        if web is None:
            return cls(time.monotonic(), 0.0, 0.0, len(arena.log()))
        processes.reset_peak(web)
        return cls(
            time.monotonic(), processes.processor_seconds(web), processes.resident_mb(web), len(_serve_log(arena))
        )

    def since(self, arena: Arena, contents: Collection[bytes]) -> list[str]:
        """What went wrong since: too slow (by the clock and by the processor, for the machine may be busy), too large,
        or kept."""
        web, found = arena.web, list[str]()
        if web is None or web.poll() is not None:
            return ["The server is gone."]
        self.seconds = min(time.monotonic() - self.began, processes.processor_seconds(web) - self.processor)
        peak = processes.resident_mb(web, "VmHWM")
        if self.seconds > MOST_SECONDS * max(1, len(contents)):
            found.append(f"It took the server {self.seconds:.1f} s.")
        if peak - self.memory > MOST_GROWN or peak > MOST_MEMORY:
            found.append(f"The server grew by {peak - self.memory:.0f} MB to {peak:.0f} MB.")
        if any(_is_kept(arena, content) for content in contents):
            found.append("A refused file is kept in the database.")
        return found

    def told(self, arena: Arena) -> str:
        """What the server has logged since."""
        return _serve_log(arena)[self.log :]


def _serve_log(arena: Arena) -> str:
    path = arena.folder / "serve.log"
    return path.read_text(errors="replace") if path.exists() else ""


def _is_kept(arena: Arena, content: bytes) -> bool:
    """Whether the store has this very content; an empty file is nothing to keep."""
    if not content:
        return False
    digest = hashlib.sha256(content).hexdigest()
    with arena.alongside.uow.read() as tx:
        found = tx.connection.exec_driver_sql(f"SELECT 1 FROM artefacts WHERE digest = '{digest}'")
        return found.first() is not None


def open_desk(arena: Arena, traps: Traps) -> Desk:
    """An owner with a draft begun."""
    client = arena.client("olive")
    client.post("/policy/edit/start")
    return Desk(arena, traps, client)


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return {html.unescape(name): html.unescape(value) for name, value in _HIDDEN.findall(page)}


def _names(answer: Answer, element: str) -> bool:
    """Whether the refusal says `path: element: sentence`, or on a page of checks `path, element ...: sentence`."""
    text = html.unescape(answer.text)
    return f": {element}: " in text or f", element {element}:" in text


def _sentences(answer: Answer) -> str:
    """What a refusal says, short."""
    text = re.sub(r"<[^>]+>", " ", html.unescape(answer.text.partition("<main")[2] or answer.text))
    return " ".join(text.split())[:300]


def told(problems: Sequence[str], otherwise: str) -> str:
    """Every problem once, or what happened instead."""
    return " ".join(dict.fromkeys(problems)) if problems else otherwise
