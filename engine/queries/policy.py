"""The versions of the guidance: which is in force, who approved each, which is due for review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.forms import Form
from engine.model.bundle import Bundle
from engine.model.errors import VersionNotFound
from engine.model.version import Version, in_force
from engine.ports import UnitOfWork
from engine.queries.seen import LONDON


@dataclass(frozen=True)
class PolicyRow:
    """One version, judged today."""

    number: str
    digest: str
    status: str
    effective_from: date
    review_date: date | None
    review_overdue: bool
    updated_by: str
    updated_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    change_note: str


@dataclass(frozen=True)
class PolicyPage:
    """All versions, latest to take effect first; none may be in force yet."""

    in_force: PolicyRow | None
    versions: tuple[PolicyRow, ...]


@dataclass(frozen=True)
class StartPage:
    """What a person needs to start a case."""

    process_id: str
    form: Form | None
    policy: PolicyRow
    roles: tuple[str, ...]
    functions: Mapping[str, Callable[..., object]]


def policy_page(uow: UnitOfWork, *, now: datetime) -> PolicyPage:
    """One statement."""
    today = now.astimezone(LONDON).date()
    with uow.read() as tx:
        versions = tuple(tx.policies.all())
    held = in_force(versions, today)
    return PolicyPage(_row(held, today) if held else None, tuple(_row(each, today) for each in versions))


def start_page(uow: UnitOfWork, *, now: datetime) -> StartPage:
    """The start form of the version in force. Raises VersionNotFound when none is."""
    today = now.astimezone(LONDON).date()
    with uow.read() as tx:
        version = tx.policies.in_force(today)
        guidance = uow.library.open(tx, version.digest)
    rules, functions = guidance.rules, guidance.definitions.functions
    form = guidance.form(rules.start_form)
    return StartPage(rules.start_process, form, _row(version, today), rules.start_roles, functions)


def policy_files(uow: UnitOfWork, *, digest: str) -> Bundle:
    """A version's files. Raises VersionNotFound."""
    with uow.read() as tx:
        return tx.policies.bundle(digest)


def policy_form(uow: UnitOfWork, *, digest: str, form_id: str) -> Form | None:
    """A form of a version, None when it has none of that id. Raises VersionNotFound."""
    with uow.read() as tx:
        return uow.library.open(tx, digest).form(form_id)


def policy_version(uow: UnitOfWork, *, number: str) -> Version:
    """One version. Raises VersionNotFound."""
    with uow.read() as tx:
        found = tx.policies.find(number)
    if found is None:
        raise VersionNotFound(f"There is no version {number}.")
    return found


def _row(version: Version, today: date) -> PolicyRow:
    return PolicyRow(
        number=version.number,
        digest=version.digest,
        status=version.status,
        effective_from=version.effective_from,
        review_date=version.review_date,
        review_overdue=version.is_review_overdue(today),
        updated_by=version.updated_by,
        updated_at=version.updated_at,
        approved_by=version.approved_by,
        approved_at=version.approved_at,
        change_note=version.change_note,
    )
