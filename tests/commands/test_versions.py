"""Versions: written by one person, approved by another, bound to their content; open cases keep theirs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.commands import approve_version, publish_policy, submit_version
from engine.model.errors import ApprovalRefused, PolicyRejected, VersionNotFound
from engine.model.person import Actor
from engine.queries import policy_page
from tests.office import LEA, MAX, WES, Office, acting, bundle

NEXT = {"processes/next.json": b"[]"}


def _submit(office: Office, number: str = "2", actor: Actor = acting(LEA), **files: bytes) -> str:  # noqa: B008
    return submit_version(
        office.uow,
        office.machine,
        actor=actor,
        bundle=bundle(**{**NEXT, **files}),
        number=number,
        effective_from=date(2026, 3, 10),
        change_note="Two more steps",
        now=office.now,
    ).digest


def test_a_version_holds_from_its_day_and_open_cases_keep_theirs(office: Office) -> None:
    digest = _submit(office)
    approve_version(office.uow, actor=acting(MAX), number="2", digest=digest, now=office.now)
    before = office.start()
    after = office.at(office.now + timedelta(days=10)).start()
    office.at(office.now + timedelta(days=10)).complete(before.opened[0], {"finding": "yes"})
    with office.uow.read() as tx:
        assert tx.cases.find(before.case_id).head.policy_number == "1"
        assert tx.cases.find(after.case_id).head.policy_digest == digest


def test_nobody_approves_their_own(office: Office) -> None:
    digest = _submit(office)
    with pytest.raises(ApprovalRefused, match="another person"):
        approve_version(office.uow, actor=acting(LEA), number="2", digest=digest, now=office.now)


def test_an_approval_is_bound_to_what_was_looked_at(office: Office) -> None:
    digest = _submit(office)
    changed = _submit(office, **{"processes/more.json": b"[]"})
    with pytest.raises(ApprovalRefused, match="changed after you looked"):
        approve_version(office.uow, actor=acting(MAX), number="2", digest=digest, now=office.now)
    approve_version(office.uow, actor=acting(MAX), number="2", digest=changed, now=office.now)


def test_a_published_version_is_never_replaced(office: Office) -> None:
    with pytest.raises(ApprovalRefused, match="a number of its own"):
        _submit(office, number="1")


def test_publishing_the_same_again_changes_nothing(office: Office) -> None:
    for _ in range(2):
        publish_policy(
            office.uow,
            office.machine,
            bundle=bundle(),
            number="1",
            effective_from=date(2026, 1, 1),
            updated_by=acting(LEA),
            approved_by=acting(MAX),
            now=office.now + timedelta(days=1),
        )
    assert [row.updated_at for row in policy_page(office.uow, now=office.now).versions] == [office.now]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("processes/bad.json", b"{"),
        ("forms/bad.form", b"{}"),
        ("processes/policy.toml", b"[roles.x]\nsees = 'everything'"),
        ("processes/policy.toml", b"[case]\ntitle = '=1 +'"),
        ("processes/policy.toml", b"="),
    ],
)
def test_faulty_files_are_refused(office: Office, path: str, content: bytes) -> None:
    with pytest.raises(PolicyRejected):
        _submit(office, **{path: content})
    assert [row.number for row in policy_page(office.uow, now=office.now).versions] == ["1"]


def test_an_unknown_version_cannot_be_approved(office: Office) -> None:
    with pytest.raises(VersionNotFound):
        approve_version(office.uow, actor=acting(WES), number="9", digest="", now=office.now)
