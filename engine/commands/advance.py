"""One step of a case: the machine's outcome becomes rows, jobs and a journal entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from engine.commands.journalled import journal
from engine.commands.overtaken import overtaken
from engine.commands.spread import spread
from engine.model.case import ENDED, Case, CaseHead, public_id
from engine.model.errors import CaseEnded
from engine.model.event import Event
from engine.model.outcome import Outcome
from engine.model.person import Actor
from engine.model.wire import event_from, outcome_json, told
from engine.ports import Guidance, Machine, Transaction
from engine.ports.crash_points import crash_point


@dataclass(frozen=True)
class Happening:
    """What the journal says of a step besides the event itself; `done_at` when it happened in the world."""

    kind: str
    actor: Actor
    now: datetime
    done_at: datetime | None = None
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Advanced:
    """A case after a step, with what the step did."""

    case: Case
    outcome: Outcome

    @property
    def opened(self) -> tuple[str, ...]:
        """Public ids of the tasks that opened."""
        return tuple(public_id(self.case.id, task.task_id) for task in self.outcome.opened)


def advance(
    tx: Transaction, machine: Machine, guidance: Guidance, case: Case, event: Event, happening: Happening
) -> Advanced:
    """Step a locked case and save all that follows. Raises what `Machine.step` raises, and CaseEnded."""
    if not case.is_open:
        raise CaseEnded(f"Case {case.id} has ended.")
    given = told(event)
    now = happening.now
    outcome = machine.step(guidance.definitions, case.state, event_from(given), case_id=case.id, now=now)
    crash_point("advance.after_step")
    after = _after(machine, guidance, case, outcome, now)
    body = {"event": given, "now": moment(now), "outcome": outcome_json(outcome), **happening.more}
    if missed := overtaken(tx, case, outcome, now):
        body["overtaken"] = missed
    after = journal(tx, after, happening.kind, happening.actor, now, body, done_at=happening.done_at)
    crash_point("advance.after_journal")
    tx.cases.save(case, after)
    crash_point("advance.after_save")
    if after.head.team != case.head.team:
        tx.tasks.move(case.id, after.head.team)
    spread(tx, after, outcome, happening.actor, now)
    crash_point("advance.after_enqueue")
    return Advanced(after, outcome)


def begin(
    tx: Transaction, machine: Machine, guidance: Guidance, head: CaseHead, event: Event, happening: Happening
) -> Advanced:
    """Start a new case and save all that follows.

    Texts that the head lacks come from the policy's naming, else the reference is the title and the starter's team
    (if it is their only one) the team.
    """
    given = told(event)
    now = happening.now
    outcome = machine.step(guidance.definitions, None, event_from(given), case_id=head.id, now=now)
    new = _after(machine, guidance, Case(head, b""), outcome, now)
    new = replace(new, head=_filled(new.head, head, happening.actor))
    tx.cases.add(new)
    started = {**happening.more, "title": new.head.title, "team": new.head.team, "worker": new.head.worker}
    body = {"event": given, "now": moment(now), "outcome": outcome_json(outcome), **started}
    after = journal(tx, new, happening.kind, happening.actor, now, body, done_at=happening.done_at)
    tx.cases.save(new, after)
    spread(tx, after, outcome, happening.actor, now)
    return Advanced(after, outcome)


def _filled(named: CaseHead, given: CaseHead, starter: Actor) -> CaseHead:
    """What was given stands before what the policy's naming found."""
    teams = sorted(starter.person.teams)
    return replace(
        named,
        title=given.title or named.title or named.id,
        team=given.team or named.team or (teams[0] if len(teams) == 1 else ""),
        worker=given.worker or named.worker,
    )


def moment(at: datetime) -> str:
    """A moment as the journal writes it."""
    return at.astimezone(UTC).isoformat()


def _after(machine: Machine, guidance: Guidance, case: Case, outcome: Outcome, now: datetime) -> Case:
    """The case as the step left it."""
    head = replace(case.head, version=case.head.version + 1, **_called(machine, guidance, case, outcome))
    if outcome.ended:
        word = guidance.definitions.ending(outcome.end[-1]) if outcome.end else ""
        head = replace(head, status=ENDED, ended_at=now, outcome=word)
    return replace(case, head=head, state=outcome.state, tokens=outcome.tokens)


def _called(machine: Machine, guidance: Guidance, case: Case, outcome: Outcome) -> dict[str, Any]:
    """Title, team and worker, where the step touched what the policy names them by."""
    naming = guidance.rules.naming
    touched = None if not case.state else frozenset(each.name for each in outcome.changes if not each.scope)
    if not naming.names or (touched is not None and not touched & naming.names):
        return {}
    return dict(naming.applied(machine.variables(guidance.definitions, outcome.state), touched))
