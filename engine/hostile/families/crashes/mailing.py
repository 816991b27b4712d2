"""CRASH-08: a mail server that is busy, falls silent, falls over, or refuses somebody for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.families.crashes.stage import Stage, letter_pack, mailed
from engine.hostile.mail import ACCEPTED, ADDRESS, ARRIVED, GREETING, HangUp, Inbox, Script, Silent, mail_server
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict

LETTERS, QUICK_LETTERS = 10, 2
NOBODY = "nobody@example.org"


@dataclass
class Once:
    """Breaks something once for each that it meets, at most so often."""

    most: int = 10_000
    met: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, what: str) -> bool:
        """Whether to break it now."""
        with self._lock:
            is_new = what not in self.met and len(self.met) < self.most
            self.met.add(what)
            return is_new


def busy(letters: int) -> Script:
    """421 to the first connections."""
    count, once = iter(range(1_000_000)), Once(most=letters)
    return lambda point, _what: "421 too busy" if point == GREETING and once(str(next(count))) else ""


def silent(_letters: int) -> Script:
    """No word after the mail, the first time that it comes."""
    once = Once()

    def script(point: str, what: str) -> str:
        if point == ARRIVED and once(what):
            raise Silent
        return ""

    return script


def falling_over(_letters: int) -> Script:
    """250, and gone before the goodbye, the first time that a mail comes."""
    once = Once()

    def script(point: str, what: str) -> str:
        if point == ACCEPTED and once(what):
            raise HangUp
        return ""

    return script


def refusing(_letters: int) -> Script:
    """550 for one address."""
    return lambda point, what: "550 no such person" if point == ADDRESS and what == NOBODY else ""


SERVERS: Mapping[str, Callable[[int], Script]] = {
    "421 at first": busy,
    "silence after the mail": silent,
    "250 and gone": falling_over,
    "550 for one address": refusing,
}


def crash_08(arena: Arena, case: HostileCase) -> Verdict:
    """Letters to each server: each leaves at least once, under one Message-ID; who is refused is an incident."""
    letters = QUICK_LETTERS if arena.quick else LETTERS
    with mail_server() as (inbox, port):
        stage = Stage(arena, {**mailed(port), "ALONGSIDE_SMTP_PATIENCE_SECONDS": "1"})
        try:
            arena.publish(letter_pack())
            stage.serve()
            stage.work()
            said = [_sent(stage, inbox, name, script, letters) for name, script in SERVERS.items()]
        finally:
            stage.restore()
    wrong = [sentence for _, of_one in said for sentence in of_one]
    why = "; ".join(text for text, _ in said) + "."
    return Verdict(case.id, not wrong, " ".join((why, *wrong[:3])), runs=letters * len(SERVERS), lost=len(wrong))


def _sent(
    stage: Stage, inbox: Inbox, name: str, script: Callable[[int], Script], letters: int
) -> tuple[str, list[str]]:
    """So many letters to one of the servers: a sentence, and what was wrong."""
    arena, inbox.script = stage.arena, lambda _point, _what: ""
    cases = [arena.start_case() for _ in range(letters)]
    stage.quiet()
    inbox.script = script(letters)
    refused = cases[0] if script is refusing else ""
    for case_id in cases:
        to = NOBODY if case_id == refused else f"{case_id.lower()}@example.org"
        answer = arena.complete(arena.task(case_id, "write").id, {"note": name, "decision": to})
        if answer.status != 303:
            raise DidNotComeAbout(f"A task was answered {answer.status}.")
    arena.wait(lambda: all(_is_settled(arena, case_id) for case_id in cases), f"every letter is settled: {name}")
    wrong = [sentence for case_id in cases for sentence in _wrong(arena, inbox, case_id, refused=case_id == refused)]
    again = sum(len(_mails(inbox, case_id)) for case_id in cases) - (letters - bool(refused))
    return f"{name}: {letters} letters, {again} sent again under the same key", wrong


def _mails(inbox: Inbox, case_id: str) -> list[str]:
    """The Message-IDs of the case's letter, each as often as it was taken."""
    return [mail.message_id for mail in inbox.of(f"A letter about case {case_id}")]


def _is_settled(arena: Arena, case_id: str) -> bool:
    """Past its letter, or stopped by an incident."""
    return any(task.element_id == "check" for task in arena.tasks(case_id)) or bool(arena.incidents(case_id))


def _wrong(arena: Arena, inbox: Inbox, case_id: str, *, refused: bool) -> list[str]:
    """What is not as it must be with one letter."""
    taken, incidents = _mails(inbox, case_id), arena.incidents(case_id)
    if refused:
        named = len(incidents) == 1 and NOBODY in incidents[0].reason
        return [] if named and not taken else [f"The address refused in {case_id} is no incident that names it."]
    if incidents:
        return [f"The letter of {case_id} became an incident: {incidents[0].reason}."]
    return [] if len(set(taken)) == 1 else [f"The letter of {case_id} left under {len(set(taken))} keys."]
