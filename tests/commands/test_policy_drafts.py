"""The draft of the next version: shared, never overwritten unseen, submitted by one person and approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from engine.commands import (
    approve_policy_draft,
    discard_policy_draft,
    publish_policy,
    save_policy_draft,
    start_policy_draft,
    submit_policy_draft,
    upload_policy_draft,
)
from engine.model.errors import ApprovalRefused, Fault, NotAllowed, PolicyRejected
from engine.model.person import Actor
from engine.model.policy_draft import DraftMovedOn, DraftNotFound, DraftRefused, Save
from engine.queries import draft_file, draft_save, draft_saves, policy_draft, policy_page
from tests.office import LEA, MAX, POLICY, WES, WIN, Office, acting, bundle

OWNED = POLICY.replace("[policy]", '[policy]\nowner_role = "manager"') + '\n[roles.helper]\nmay = ["approve-policy"]\n'
PATH = "processes/plain.json"


def readable(_path: str, content: bytes) -> Sequence[Fault]:
    """A reader that cannot read one word."""
    return [Fault(_path, "", "It cannot be read.")] if b"rubbish" in content else []


@pytest.fixture
def owned(office: Office) -> Office:
    """The office with a policy that managers own."""
    files = bundle(**{"processes/policy.toml": OWNED.encode()})
    by, also = acting(LEA), acting(MAX)
    publish_policy(
        office.uow, office.machine, bundle=files, number="2", effective_from=date(2026, 2, 1),
        updated_by=by, approved_by=also, now=office.now,
    )  # fmt: skip
    return office


MEG = acting(MAX.__class__("meg", "Meg", frozenset({"manager"}), frozenset()))
BOSS = acting(MAX)


def save(office: Office, content: bytes | None, revision: int, actor: Actor = BOSS, **more: Any) -> Save:
    """Save one file of the draft."""
    about = {"path": PATH, "unreadable": readable, "now": office.now, **more}
    return save_policy_draft(office.uow, actor=actor, content=content, revision=revision, **about)


def submit(office: Office, actor: Actor = BOSS, **more: Any) -> str:
    """Submit the draft as it is now."""
    page = policy_draft(office.uow)
    assert page is not None
    about = {"digest": page.bundle.digest, "number": "3", "effective_from": date(2026, 3, 2), **more}
    return submit_policy_draft(
        office.uow, office.machine, actor=actor, change_note="Shorter", review_date=None, now=office.now, **about
    ).digest


def test_only_the_owners_role_begins_and_saves(owned: Office) -> None:
    for actor in (acting(WES), acting(LEA), Actor(WES, "nobody")):
        with pytest.raises(NotAllowed):
            start_policy_draft(owned.uow, actor=actor, now=owned.now)
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    with pytest.raises(NotAllowed):
        save(owned, b"[]", 0, acting(WIN))


def test_a_policy_that_names_no_owner_is_changed_by_nobody_here(office: Office) -> None:
    with pytest.raises(NotAllowed):
        start_policy_draft(office.uow, actor=BOSS, now=office.now)


def test_there_is_one_draft_for_all_owners(owned: Office) -> None:
    first = start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    assert start_policy_draft(owned.uow, actor=MEG, now=owned.now) == first
    assert (first.base_number, first.begun_by) == ("2", "max")


def test_a_save_holds_in_the_draft_and_not_in_the_version(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    assert save(owned, b"[1]", 0).revision == 1
    assert save(owned, b"[2]", 1).revision == 2
    assert save(owned, b"[2]", 2).revision == 2
    page = policy_draft(owned.uow)
    assert page is not None
    assert page.bundle.files[PATH] == b"[2]"
    assert page.base.files[PATH] != b"[2]"
    assert draft_file(owned.uow, path=PATH) == (b"[2]", 2)
    assert [each.revision for each in draft_saves(owned.uow)] == [2, 1]


def test_the_text_of_the_version_itself_is_no_change(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    assert save(owned, bundle().files[PATH], 0).revision == 0
    assert draft_saves(owned.uow) == []


def test_two_editors_never_overwrite_each_other(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    save(owned, b"[1]", 0)
    with pytest.raises(DraftMovedOn, match="max saved") as told:
        save(owned, b"[2]", 0, MEG)
    assert draft_file(owned.uow, path=PATH) == (b"[1]", 1)
    assert draft_save(owned.uow, save_id=told.value.kept.id)[1] == b"[2]"
    assert (told.value.theirs.by, told.value.kept.how) == ("max", "aside")
    assert save(owned, b"[2]", 1, MEG).revision == 2


def test_a_text_that_cannot_be_read_is_refused(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    for content in (b"rubbish", b" " * 1_000_001):
        with pytest.raises(PolicyRejected):
            save(owned, content, 0)
    assert draft_saves(owned.uow) == []


@pytest.mark.parametrize(
    "path",
    ["../x.json", "processes/../x.json", "/etc/x.json", "processes/x.py", "processes/x", "handlers/letters/x.py",
     "processes/demo/people.yaml", "processes//x.json", "processes/.x.json", "forms/a/b.form", "forms/x.json",
     "processes/" + "x" * 300 + ".json", "processes/a\\b.json", "processes/x\n.json"],
)  # fmt: skip
def test_a_draft_holds_files_of_a_pack_only(owned: Office, path: str) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    with pytest.raises(DraftRefused):
        save(owned, b"[]", 0, path=path)


def test_a_removed_file_is_gone_from_the_draft_and_can_come_back(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    assert save(owned, None, 0).digest is None
    with pytest.raises(DraftNotFound):
        draft_file(owned.uow, path=PATH)
    save(owned, b"[7]", 1)
    assert draft_file(owned.uow, path=PATH) == (b"[7]", 2)


def test_an_upload_takes_all_or_nothing(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    files = {PATH: b"[1]", "processes/pair.json": b"rubbish"}
    with pytest.raises(PolicyRejected, match="pair"):
        upload_policy_draft(owned.uow, actor=BOSS, files=files, seen=0, unreadable=readable, now=owned.now)
    assert draft_saves(owned.uow) == []
    files["processes/pair.json"] = b"[]"
    done = upload_policy_draft(owned.uow, actor=BOSS, files=files, seen=0, unreadable=readable, now=owned.now)
    assert [each.path for each in done] == ["processes/pair.json", PATH]
    with pytest.raises(DraftRefused, match="saved by max"):
        upload_policy_draft(owned.uow, actor=MEG, files={PATH: b"[9]"}, seen=0, unreadable=readable, now=owned.now)


def test_submitted_by_one_person_and_approved_by_another(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    save(owned, b"[]", 0)
    old = owned.start()
    digest = submit(owned)
    with pytest.raises(ApprovalRefused, match="another person"):
        approve_policy_draft(owned.uow, actor=BOSS, number="3", digest=digest, now=owned.now)
    with pytest.raises(NotAllowed):
        approve_policy_draft(owned.uow, actor=acting(WES), number="3", digest=digest, now=owned.now)
    approve_policy_draft(owned.uow, actor=MEG, number="3", digest=digest, now=owned.now)
    assert policy_draft(owned.uow) is None
    in_force = policy_page(owned.uow, now=owned.now).in_force
    assert in_force is not None
    assert (in_force.number, in_force.updated_by, in_force.approved_by) == ("3", "max", "meg")
    with owned.uow.read() as tx:
        assert tx.cases.find(old.case_id).head.policy_number == "2"


def test_a_role_that_the_policy_names_approves_too(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    save(owned, b"[]", 0)
    digest = submit(owned)
    assert approve_policy_draft(owned.uow, actor=Actor(WES, "helper"), number="3", digest=digest, now=owned.now)


def test_a_draft_that_went_on_after_it_was_submitted_stays_open(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    save(owned, b"[]", 0)
    digest = submit(owned)
    save(owned, b"[ ]", 1)
    approve_policy_draft(owned.uow, actor=MEG, number="3", digest=digest, now=owned.now)
    page = policy_draft(owned.uow)
    assert page is not None
    assert page.bundle.files[PATH] == b"[ ]"


def test_what_is_submitted_is_what_was_looked_at(owned: Office) -> None:
    start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    with pytest.raises(DraftRefused, match="Nothing differs"):
        submit(owned)
    save(owned, b"[]", 0)
    with pytest.raises(DraftRefused, match="changed after"):
        submit(owned, digest="0" * 64)
    with pytest.raises(ApprovalRefused, match="today or later"):
        submit(owned, effective_from=date(2026, 3, 1))
    with pytest.raises(ApprovalRefused, match="number"):
        submit(owned, number="three!")
    with pytest.raises(ApprovalRefused, match="published"):
        submit(owned, number="2")


def test_a_discarded_draft_makes_room_for_another(owned: Office) -> None:
    first = start_policy_draft(owned.uow, actor=BOSS, now=owned.now)
    kept = save(owned, b"[]", 0)
    with pytest.raises(DraftRefused):
        discard_policy_draft(owned.uow, actor=MEG, seen=0, now=owned.now)
    discard_policy_draft(owned.uow, actor=MEG, seen=kept.id, now=owned.now)
    with pytest.raises(DraftNotFound):
        save(owned, b"[1]", 1)
    assert start_policy_draft(owned.uow, actor=BOSS, now=owned.now + timedelta(days=1)).id != first.id
    assert draft_save(owned.uow, save_id=kept.id)[1] == b"[]"
