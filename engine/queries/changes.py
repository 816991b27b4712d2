"""What can be recorded of a case at any time ("Record a change"), and the page on which it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.forms import Form
from engine.model.case import CaseHead
from engine.model.errors import NobodyWaiting
from engine.model.person import Person
from engine.model.timer import Waiting
from engine.ports import Machine, UnitOfWork
from engine.queries.seen import seen_case


@dataclass(frozen=True)
class RecordableChange:
    """A message that the case can take now; `may_send_as` are this person's roles that may send it."""

    message: str
    label: str
    form_id: str
    roles: tuple[str, ...]
    wait_id: str
    may_send_as: tuple[str, ...]


@dataclass(frozen=True)
class MessagePage:
    """The page on which a change is recorded."""

    case: CaseHead
    change: RecordableChange
    form: Form | None
    variables: Mapping[str, object]
    seen_version: int
    functions: Mapping[str, Callable[..., object]]


def changes_of(waits: Sequence[Waiting], person: Person) -> tuple[RecordableChange, ...]:
    """One for each message that is offered, by label; the person's roles decide who may."""
    offered = {wait.message: _change(wait, person) for wait in reversed(waits) if wait.properties.get("recordable")}
    return tuple(sorted(offered.values(), key=lambda change: change.label))


def message_page(
    uow: UnitOfWork, machine: Machine, *, person: Person, case_id: str, message: str, now: datetime
) -> MessagePage:
    """Raises CaseNotFound, and NobodyWaiting when the case does not take the message at `now`."""
    with uow.read() as tx:
        case, guidance = seen_case(uow, tx, person, case_id)
        waits = tx.waits.of_case(case_id)
        change = next((each for each in changes_of(waits, person) if each.message == message), None)
        if change is None:
            raise NobodyWaiting(f"Nothing in case {case_id} waits for “{message}” on {now:%-d %B %Y}.")
        where = next(wait.where for wait in waits if wait.id == change.wait_id)
        variables = machine.variables(guidance.definitions, case.state, where=where)
        form, functions = guidance.form(change.form_id), guidance.definitions.functions
        return MessagePage(case.head, change, form, variables, case.head.version, functions)


def _change(wait: Waiting, person: Person) -> RecordableChange:
    about = wait.properties
    roles = tuple(part.strip() for part in about.get("recordableRoles", "").split(",") if part.strip())
    mine = tuple(role for role in roles if role in person.roles) if roles else tuple(sorted(person.roles))
    return RecordableChange(wait.message, about["recordable"], about.get("recordableForm", ""), roles, wait.id, mine)
