"""Requests that a role may not make: refused without a word about anybody, without effect, and not unnoticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import text

from engine.commands import add_person, publish_policy, start_case
from engine.hostile import packs
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Answer, Client
from engine.hostile.crowd import Tally
from engine.hostile.families import Family
from engine.hostile.packs import element, flow, user_task
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Control, Verdict
from engine.model.errors import CaseNotFound
from engine.model.person import Actor
from engine.queries import case_page
from engine.settings import from_environment
from engine.wiring import throwaway

#: Stands for whoever a case is about: no refusal may say it.
WHOSE = "Zebedee Unmistakable"
#: A placeholder in a line.
_NAME = re.compile(r"\{[^}]*\}")
_TABLES = ("cases", "journal", "tasks", "policy_versions", "policy_files", "policy_draft_saves")


@dataclass(frozen=True)
class Scene:
    """A case of the northern team with a task for a clerk and one for a manager, and the version in force."""

    arena: Arena
    case_id: str
    task: str
    managers: str
    digest: str


@dataclass(frozen=True)
class Try:
    """One line of the list at our own routes: who sends it, the statuses that refuse it, and its word in the log."""

    who: str
    send: Callable[[Scene, Client], Answer]
    statuses: frozenset[int]
    logged: str = "refused"


def refused(arena: Arena, case: HostileCase) -> Verdict:
    """Each line of the list, adapted to our routes."""
    scene, tally = _scene(arena), Tally()
    for line in case.text().decode().split("\n")[1:]:
        if not line.strip():
            continue
        tally.runs += 1
        found = _TRIES.get(_NAME.sub("{}", line.rpartition("|")[0]))
        if tally.expect(found is not None, f"Nobody has said what “{line}” is here.") and found is not None:
            _one(scene, tally, line, found)
    return tally.verdict(case.id, f"{tally.runs} refused as listed: no name told, nothing changed, all logged.")


def _scene(arena: Arena) -> Scene:
    steps = [user_task("write"), user_task("agree", role=packs.MANAGER)]
    ends = [element("startEvent", "start"), element("parallelGateway", "split")]
    ends += [element("parallelGateway", "join"), element("endEvent", "end")]
    flows = [flow("start", "split"), flow("join", "end")]
    flows += [flow("split", each) for each in ("write", "agree")] + [flow(each, "join") for each in ("write", "agree")]
    digest = arena.publish(packs.bundle({"guarded": packs.diagram("guarded", *ends, *steps, *flows)}))
    case_id = arena.start_case(title=WHOSE)
    arena.client("olive").post("/policy/edit/start")
    return Scene(arena, case_id, arena.task(case_id, "write").id, arena.task(case_id, "agree").id, digest)


def _one(scene: Scene, tally: Tally, line: str, tried: Try) -> None:
    arena = scene.arena
    client = arena.client(tried.who) if tried.who else Client(arena.url, "", "")
    before, logged = _everything(scene), arena.log().count(tried.logged)
    answer = tried.send(scene, client)
    tally.expect(answer.status in tried.statuses, f"{line}: answered {answer.status}.")
    tally.expect(WHOSE not in answer.text, f"{line}: the answer names the person.")
    tally.expect(_everything(scene) == before, f"{line}: something was changed.")
    try:
        arena.wait(lambda: arena.log().count(tried.logged) > logged, "the attempt is in the log", patience=10)
    except DidNotComeAbout:
        tally.expect(False, f"{line}: the attempt is not in the security log.")


def _everything(scene: Scene) -> object:
    """The case to the byte, and how many rows there are of whatever a request could add."""
    case = scene.arena.case(scene.case_id)
    with scene.arena.alongside.uow.engine.connect() as connection:
        counts = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in _TABLES]
    return (case, counts)


def _complete(task: Callable[[Scene], str]) -> Callable[[Scene, Client], Answer]:
    return lambda scene, client: client.post(f"/tasks/{task(scene)}", {"note": "mine"})


def _upload(scene: Scene, client: Client, **more: str) -> Answer:
    del scene
    files = [("files", "walk.bpmn", packs.line("walk", user_task("write")))]
    return client.post("/policy/edit/upload", {"seen": "0"}, files=files, **more)  # type: ignore[arg-type]


def _outside(scene: Scene, client: Client) -> Answer:
    """Every way out of a version's folder; the answer that refuses least."""
    ways = ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%2fetc%2fpasswd%00.bpmn")
    routes = (f"/policy/{scene.digest}/diagrams/", "/policy/edit/file/", "/policy/edit/content/", "/assets/")
    answers = [client.get(route + way) for route in routes for way in ways]
    return min(answers, key=lambda answer: (answer.status == 404, answer.status))


def _search(scene: Scene, client: Client) -> Answer:
    """The page of results without the words that were looked for, which stand in the box: no hit and no count."""
    del scene
    client.post("/cases", {"text": WHOSE})
    found = client.get("/cases")
    client.post("/cases", {"do": "clear"})
    shown = found.text.replace(f'value="{WHOSE}"', "").replace(f"0 cases for “{WHOSE}”", "")
    return Answer(found.status if "No case fits." in shown else 0, found.headers, shown)


_404, _403 = frozenset({404}), frozenset({403})
#: The lines of the list, placeholders emptied, without what they expect -> the same at our routes.
_TRIES: Mapping[str, Try] = {
    "GET|/cases/{}|practitioner": Try("nora", lambda s, c: c.get(f"/cases/{s.case_id}"), _404),
    "POST|/cases/{}/tasks/{}/complete|practitioner": Try("nora", _complete(lambda s: s.task), _404),
    "POST|/models|practitioner": Try("wes", _upload, _403, "refused"),
    "GET|/audit/{}|practitioner": Try("wes", lambda s, c: c.get(f"/cases/{s.case_id}/proof"), _403),
    "POST|/cases/{}/tasks/{}/complete|auditor": Try("ada", _complete(lambda s: s.task), _403),
    "GET|/cases/{}|anonymous": Try(
        "", lambda s, c: c.get(f"/cases/{s.case_id}"), frozenset({302, 303, 401}), "sign_in_asked"
    ),
    "POST|/models without CSRF token|policy_owner": Try(
        "olive", lambda s, c: _upload(s, c, token=""), frozenset({400, 403})
    ),
    "GET|/models/{}/../../etc/passwd|policy_owner": Try("olive", _outside, _404),
    "POST|/cases/{}/tasks/{}/complete by own supervisor-only lane|practitioner": Try(
        "wes", _complete(lambda s: s.managers), _403
    ),
    "GET|/search?q={}|practitioner": Try("nora", _search, frozenset({200}), "search_found_nothing"),
}


def given_to_anybody(scratch: Path) -> Control:
    """The store, asked without the queries that apply access, gives another team's case to whoever asks."""
    settings = from_environment({"ALONGSIDE_VAR": str(scratch)})
    with throwaway(settings, datetime(2026, 3, 2, 9, tzinfo=UTC)) as product:
        people = {person.username: person for person in packs.PEOPLE}
        for person in packs.PEOPLE:
            add_person(product.uow, person=person, password_hash="")
        olive, oscar = (Actor(people[name], packs.OWNER) for name in ("olive", "oscar"))
        about = {"number": "1", "effective_from": date(2020, 1, 1), "updated_by": olive, "approved_by": oscar}
        publish_policy(product.uow, product.machine, bundle=packs.bundle(), now=product.now(), **about)  # type: ignore[arg-type]
        wes = Actor(people["wes"], packs.CLERK)
        case_id = start_case(
            product.uow, product.machine, actor=wes, answers={"title": WHOSE}, now=product.now()
        ).case_id
        with product.uow.read() as tx:
            taken = tx.cases.find(case_id).head.title == WHOSE
        try:
            case_page(product.uow, product.machine, person=people["nora"], case_id=case_id, now=product.now())
        except CaseNotFound:
            return Control("AUTH", taken, "The store alone gave another team's case by name; its query refused it.")
    return Control("AUTH", False, "The query itself gave another team's case.")


AUTH = Family(trials={"AUTH-01": refused}, control=given_to_anybody)
