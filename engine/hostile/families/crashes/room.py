"""CRASH-04: the disk is full: the answer is in words, nothing is done by halves, and with room again all goes on."""

from __future__ import annotations

import http.client
from collections import Counter
from dataclasses import dataclass, field

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.families.crashes.disk import full_disk
from engine.hostile.families.crashes.load import round_pack
from engine.hostile.verdict import Verdict

#: Requests sent in vain while there is no room.
IN_VAIN = 10
#: At most so many requests before a disk must have been full.
_MOST = 400
_AGAIN = "send it again"


@dataclass
class Tried:
    """Requests and what came of them; those that were refused are sent again when there is room."""

    arena: Arena
    client: Client
    case_id: str
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def send(self, decision: str = "") -> bool:
        """Complete the case's open task; whether that was refused for want of room."""
        task_id, key = self.arena.tasks(self.case_id)[0].id, new_key()
        answer = self._complete(task_id, key, decision)
        if answer is None:
            return False
        self.statuses[answer.status] += 1
        if answer.status == 503 and _AGAIN in answer.text.lower():
            self.refused.append((task_id, key, decision))
            return True
        if answer.status != 303:
            self.odd.append(f"A request was answered {answer.status}: {' '.join(answer.text.split())[-200:]}")
        return False

    def send_again(self) -> None:
        """The first that was refused, under the same key; the others were for the same task."""
        for task_id, key, decision in self.refused[:1]:
            answer = self._complete(task_id, key, decision)
            if answer is not None and answer.status != 303:
                self.odd.append(f"With room again a request was answered {answer.status}.")

    def _complete(self, task_id: str, key: str, decision: str) -> Answer | None:
        try:
            fields = {"note": "x" * 2000, "decision": decision}
            return self.arena.complete(task_id, fields, key=key, client=self.client)
        except (OSError, http.client.HTTPException) as problem:
            self.odd.append(f"A request had no answer: {type(problem).__name__}.")
            return None


def crash_04(arena: Arena, case: HostileCase) -> Verdict:
    """Fill the disk, ask ten times in vain, make room, and ask again."""
    arena.publish(round_pack())
    with full_disk(arena) as disk:
        if disk is None:
            return Verdict(case.id, False, "Nothing can be mounted here: run it as root.", runs=0)
        tried = Tried(arena, arena.new_client("wes"), arena.start_case())
        tried.send()
        disk.fill()
        before = 0
        while not tried.refused and before < _MOST and not tried.odd:
            tried.send()
            before += 1
        in_vain = sum(tried.send() for _ in range(IN_VAIN) if not tried.odd)
        version = arena.case(tried.case_id).head.version
        disk.free()
        unchanged = arena.case(tried.case_id).head.version == version
        tried.send_again()
        served = not tried.send() and not tried.odd
    good = bool(tried.refused) and in_vain == IN_VAIN and unchanged and served and not tried.odd
    why = (
        f"{disk.what}; after {before} more requests {in_vain} of {IN_VAIN} were answered 503 in words and changed "
        f"nothing; with room again the same was done: {'yes' if served else 'no'}. {' '.join(tried.odd[:2])}"
    )
    return Verdict(case.id, good, why.strip())
