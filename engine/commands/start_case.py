"""Start a case on the version of the guidance that is in force today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.commands.advance import Happening, begin
from engine.commands.answers import LONDON, accepted
from engine.commands.once import once
from engine.commands.trouble import incidents_of
from engine.model.access import Rules, is_system
from engine.model.case import OPEN, CaseHead, new_case_id
from engine.model.errors import NotAllowed
from engine.model.event import CaseStarted
from engine.model.person import Actor
from engine.model.version import Version
from engine.ports import Machine, Transaction, UnitOfWork


@dataclass(frozen=True)
class Started:
    """A case that began: its reference, version, first tasks, and whether it ended at once."""

    case_id: str
    version: int
    opened: tuple[str, ...]
    ended: bool


@dataclass(frozen=True)
class _Asked:
    """One request to start a case."""

    actor: Actor
    case_id: str
    now: datetime
    title: str
    team: str
    worker: str | None
    process_id: str
    answers: Mapping[str, object] = field(default_factory=dict)


def start_case(
    uow: UnitOfWork,
    machine: Machine,
    *,
    actor: Actor,
    title: str = "",
    team: str = "",
    worker: str | None = None,
    process_id: str | None = None,
    answers: Mapping[str, object] | None = None,
    key: str | None = None,
    case_id: str | None = None,
    now: datetime,
) -> Started:
    """Begin a case; its answers are those of the policy's start form, judged by it.

    Title, team and worker, where not given, are what the policy's `[case]` says over the answers, and at last the
    reference and the actor's own team. Raises VersionNotFound when nothing is in force, NotAllowed when the role may
    not start cases, AnswersRejected, KeyUsed; StepFailed after recording an incident.
    """
    reference = case_id or new_case_id()
    asked = _Asked(actor, reference, now, title, team, worker, process_id or "", answers or {})
    with incidents_of(uow, reference, {"start": process_id or ""}, now), uow.write() as tx:
        what = f"start_case {process_id or ''}".strip()
        return once(tx, key, what, actor, now, Started, lambda: _start(uow, machine, tx, asked))


def _start(uow: UnitOfWork, machine: Machine, tx: Transaction, asked: _Asked) -> Started:
    version = tx.policies.in_force(asked.now.astimezone(LONDON).date())
    guidance = uow.library.open(tx, version.digest)
    _must_be_starter(asked.actor, guidance.rules)
    process_id = asked.process_id or guidance.rules.start_process
    form_id = guidance.rules.start_form if process_id == guidance.rules.start_process else ""
    asks = guidance.form(form_id) is not None
    answers = accepted(guidance, form_id, asked.answers, {}, asked.now) if asks else dict(asked.answers)
    happening = Happening("case_started", asked.actor, asked.now, more={"form": form_id})
    done = begin(tx, machine, guidance, _head(asked, version), CaseStarted(process_id, answers), happening)
    return Started(done.case.id, done.case.head.version, done.opened, done.outcome.ended)


def _must_be_starter(actor: Actor, rules: Rules) -> None:
    if rules.start_roles and actor.role not in rules.start_roles and not is_system(actor):
        raise NotAllowed(f"{rules.name(actor.role)} may not start a case.")


def _head(asked: _Asked, version: Version) -> CaseHead:
    """The case before its first step; `begin` fills the texts that are empty."""
    return CaseHead(
        id=asked.case_id,
        title=asked.title,
        team=asked.team,
        worker=asked.worker,
        status=OPEN,
        version=0,
        policy_digest=version.digest,
        policy_number=version.number,
        opened_at=asked.now,
    )
