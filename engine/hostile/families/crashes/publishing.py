"""CRASH-06: the web process dies while a version is uploaded, submitted or approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from engine.hostile import packs
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client, new_key
from engine.hostile.families.crashes.stage import Stage, must_die
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict

POINTS = (
    "upload.before_commit",
    "upload.after_commit",
    "submit.before_commit",
    "submit.after_commit",
    "approve.before_commit",
    "approve.after_commit",
)
TIMES, QUICK = 20, ("approve.before_commit", "approve.after_commit")
_LONDON = ZoneInfo("Europe/London")


def crash_06(arena: Arena, case: HostileCase) -> Verdict:
    """Each version is published through the pages with one death on the way; the same is sent again afterwards.

    The arena is left in pieces, for versions of today stand before those that other trials publish for years ago.
    """
    stage = Stage(arena)
    points = QUICK if arena.quick else tuple(islice(cycle(POINTS), TIMES))
    arena.publish(packs.bundle())
    stage.serve()
    people = _People(arena.client("olive"), arena.client("oscar"))
    try:
        wrong = [each for number, point in enumerate(points, 1) for each in _published(stage, people, number, point)]
        arena.start_case()
    finally:
        arena.kill()
    why = f"{len(points)} versions, each with a death on its way: {len(wrong)} times the one in force was not whole."
    return Verdict(case.id, not wrong, " ".join((why, *wrong[:2])), runs=len(points))


@dataclass(frozen=True)
class _People:
    """Who writes, and who approves."""

    author: Client
    approver: Client


@dataclass(frozen=True)
class _Act:
    """One request on the way: its path, what is sent with it, and after which point the new version holds."""

    name: str
    send: Callable[[str], Answer]


def _published(stage: Stage, people: _People, number: int, point: str) -> list[str]:
    """One version from upload to approval, with one death; what was not as it must be."""
    version, wrong, old = f"c{number}", [], _in_force(stage.arena)
    stage.serve(point)
    people.author.post("/policy/edit/start", {})
    for act in _acts(stage.arena, people, version):
        key = new_key()
        if not point.startswith(act.name):
            _must_be_done(act.send(key), act.name)
            continue
        _dies(stage, act, key, point)
        expected = version if point == "approve.after_commit" else old
        wrong += _not_whole(stage.arena, expected, point)
        stage.serve()
        _must_be_done(act.send(key), act.name)
    return wrong + _not_whole(stage.arena, version, f"all of {version}")


def _acts(arena: Arena, people: _People, version: str) -> tuple[_Act, ...]:
    """Upload, submit, approve, as the pages send them; what a page holds is read from it at that moment."""
    today = arena.now().astimezone(_LONDON).date()
    drawn = packs.line("walk", packs.user_task("write", name=f"Write for {version}"), packs.user_task("check"))
    day = {f"effective_from-{part}": getattr(today, part) for part in ("year", "month", "day")}
    author, approver, held = people.author, people.approver, _Held()

    def upload(key: str) -> Answer:
        fields = held.once("upload", lambda: _hidden(author, "/policy/edit/upload", "seen"))
        return author.post("/policy/edit/upload", fields, files=[("files", "walk.bpmn", drawn)], key=key)

    def submit(key: str) -> Answer:
        fields = held.once("submit", lambda: _hidden(author, "/policy/edit/publish", "digest"))
        more = {"number": version, "change_note": "Another name for a task."}
        return author.post("/policy/edit/publish", {**fields, **day, **more}, key=key)

    def approve(key: str) -> Answer:
        path = f"/policy/edit/approve/{version}"
        return approver.post(path, held.once("approve", lambda: _hidden(approver, path, "digest")), key=key)

    return _Act("upload", upload), _Act("submit", submit), _Act("approve", approve)


class _Held:
    """What a page held when it was opened: the same again when its form is sent again."""

    def __init__(self) -> None:
        self._pages: dict[str, Mapping[str, str]] = {}

    def once(self, name: str, read: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        """As it was read the first time."""
        if name not in self._pages:
            self._pages[name] = read()
        return self._pages[name]


def _hidden(client: Client, path: str, name: str) -> Mapping[str, str]:
    """A hidden field of a page. Raises DidNotComeAbout."""
    found = re.search(rf'name="{name}" value="([^"]*)"', client.get(path).text)
    if found is None:
        raise DidNotComeAbout(f"The page {path} has no field {name}.")
    return {name: found[1]}


def _dies(stage: Stage, act: _Act, key: str, point: str) -> None:
    try:
        answer = act.send(key)
    except OSError:
        must_die(stage.arena.web, point)
        return
    raise DidNotComeAbout(f"{act.name} was answered {answer.status} although the process was to die at {point}.")


def _must_be_done(answer: Answer, what: str) -> None:
    if answer.status != 303:
        raise DidNotComeAbout(f"{what} was answered {answer.status}: {' '.join(answer.text.split())[-400:]}")


def _in_force(arena: Arena) -> str:
    """The number of the version that a case starting now would take."""
    with arena.alongside.uow.read() as tx:
        return tx.policies.in_force(arena.now().astimezone(_LONDON).date()).number


def _not_whole(arena: Arena, expected: str, point: str) -> list[str]:
    """What is wrong with the version in force: another than expected, or not all of its files."""
    with arena.alongside.uow.read() as tx:
        version = tx.policies.in_force(arena.now().astimezone(_LONDON).date())
        bundle = tx.policies.bundle(version.digest)
        arena.alongside.uow.library.open(tx, version.digest)
    wrong = [] if version.number == expected else [f"After {point} version {version.number} holds, not {expected}."]
    return wrong + (
        [] if bundle.digest == version.digest else [f"After {point} the files are not those of the version."]
    )
