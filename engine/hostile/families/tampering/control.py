"""The same edits where there is no chain, and where there is no anchor: there nobody notices."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from engine.audit import verify
from engine.commands import add_person, claim_task, publish_policy, start_case
from engine.hostile import packs
from engine.hostile.forger import Forger
from engine.hostile.verdict import Control
from engine.model.person import Actor, Person
from engine.settings import from_environment
from engine.wiring import Alongside, build, migrate

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def without_chain_and_without_anchors(scratch: Path) -> Control:
    """Edit a row of a table that has no chain; change who did something in one that has, and chain it anew."""
    settings = from_environment({"ALONGSIDE_VAR": str(scratch)})
    migrate(settings, queued=False)
    with closing(build(settings, queued=False)) as alongside:
        case_id = _case(alongside)
        forger = Forger(settings.database)
        with forger.at_work() as run:
            run("UPDATE people SET name = 'Somebody Else' WHERE username = 'wes'")
        unchained = _holds(alongside, case_id)
        forged = [replace(entry, actor="nora") for entry in forger.entries(case_id)]
        forger.rewrite(case_id, forged)
        unanchored = _holds(alongside, case_id)
    told = "an edit of a table without a chain, and of a chain written anew without anchors, passed unnoticed"
    if unchained and unanchored:
        return Control("AUD", True, told)
    return Control("AUD", False, f"Something noticed: {unchained=}, {unanchored=}")


def _case(alongside: Alongside) -> str:
    """A case with an entry of each kind: a step, and something that is none."""
    people = {name: _person(name) for name in ("wes", "olive", "oscar")}
    for person in people.values():
        add_person(alongside.uow, person=person, password_hash="")
    publish_policy(
        alongside.uow,
        alongside.machine,
        bundle=packs.bundle(),
        number="1",
        effective_from=NOW.date(),
        updated_by=_acting(people["olive"]),
        approved_by=_acting(people["oscar"]),
        now=NOW,
    )
    wes = _acting(people["wes"])
    started = start_case(alongside.uow, alongside.machine, actor=wes, answers={"title": "A"}, now=NOW)
    claim_task(alongside.uow, actor=wes, task_id=started.opened[0], now=NOW)
    return started.case_id


def _person(username: str) -> Person:
    return next(person for person in packs.PEOPLE if person.username == username)


def _acting(person: Person) -> Actor:
    return Actor(person, min(person.roles))


def _holds(alongside: Alongside, case_id: str) -> bool:
    return verify(alongside.uow, alongside.machine, case_id=case_id).holds
