"""What a job is given: the right people, the right wording, FEEL; and what the demo does with mail."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from engine.model.access import ALL, INVOLVED, TEAM, RoleRule, Rules
from engine.model.bundle import Bundle
from engine.model.person import Person
from engine.settings import from_environment
from engine.wiring import throwaway
from engine.wiring.errands import fill_at, in_words
from engine.wiring.people import to_tell
from engine.wiring.post import MailServerMissing, SmtpPost
from handlers.job import Mail
from tests.worker import small

RULES = Rules(
    roles={
        "clerk": RoleRule("clerk", "Clerk", TEAM),
        "legal": RoleRule("legal", "Legal", INVOLVED),
        "owner": RoleRule("owner", "Owner", ALL),
    }
)


def person(name: str, role: str, *teams: str) -> Person:
    return Person(name, name, frozenset({role}), frozenset(teams), f"{name}@example.org")


PEOPLE = (person("n", "clerk", "north"), person("s", "clerk", "south"), person("l", "legal", "law"))


@pytest.mark.parametrize(
    ("roles", "team", "holder", "told"),
    [
        (["clerk"], "north", None, "n"),
        (["clerk"], "south", None, "s"),
        (["clerk"], "east", None, "ns"),
        (["legal"], "north", None, "l"),
        (["clerk", "legal"], "north", None, "nl"),
        (["clerk"], "north", "s", "s"),
        (["clerk"], "north", "gone", ""),
        (["nobody"], "north", None, ""),
    ],
)
def test_who_is_told(roles, team, holder, told):
    found = to_tell(PEOPLE, RULES, roles=roles, team=team, holder=holder)
    assert "".join(each.username for each in found) == told


def test_feel_in_letters_knows_bank_holidays_and_today():
    fill = fill_at(small.NOW)
    assert fill("today()", {}) == date(2026, 3, 2)
    assert fill("a.b + 1", {"a": {"b": 2}}) == 3
    assert fill("unknown", {}) is None
    assert fill('add working days(date("2026-12-24"), 1)', {}) == date(2026, 12, 29)


def test_without_a_mail_server_nothing_vanishes_into_a_mailbox():
    post = SmtpPost(from_environment({}))
    with pytest.raises(MailServerMissing, match="ALONGSIDE_SMTP_HOST") as missing:
        post.send(Mail("k", ("a@example.org",), "s", "t"), {}, case_id="AL-1", now=small.NOW)
    assert in_words(missing.value).startswith("No mail server is set")


def test_a_job_done_twice_is_one_letter_and_one_mail(tmp_path):
    with throwaway(from_environment({"ALONGSIDE_VAR": str(tmp_path)}), small.NOW) as alongside:
        small.publish(alongside)
        case = small.start(alongside)
        with alongside.uow.read() as tx:
            job_id = tx.jobs.open()[0].id
        first = alongside.errands.make(job_id, alongside.now())
        second = alongside.errands.make(job_id, alongside.now())
        for made in (first, second):
            for key in made.mails:
                alongside.errands.send(made, key, alongside.now())
        alongside.errands.finish(first, alongside.now())
        alongside.errands.finish(second, alongside.now())
        assert alongside.errands.make(job_id, alongside.now()) is None
        assert small.kinds(alongside, case) == ["case_started", "letter_made", "letter_sent", "job_finished"]
        with alongside.uow.read() as tx:
            assert tx.mailbox.page(1, 10).total == 1


def test_an_earlier_run_of_a_retried_job_does_nothing(tmp_path):
    with throwaway(from_environment({"ALONGSIDE_VAR": str(tmp_path)}), small.NOW) as alongside:
        small.publish(alongside)
        small.start(alongside)
        with alongside.uow.write() as tx:
            job = tx.jobs.open()[0]
            tx.jobs.save(replace(job, run=2))
        assert alongside.errands.make(job.id, alongside.now(), run=1) is None
        assert alongside.errands.make(job.id, alongside.now(), run=2) is not None


def test_a_letter_is_previewed_with_its_gaps(tmp_path):
    wording = small.LETTER.replace(b"This is", b"Hello {{ who }}, this is")
    with throwaway(from_environment({"ALONGSIDE_VAR": str(tmp_path)}), small.NOW) as alongside:
        small.publish(alongside, small.bundle(wording=wording))
        with alongside.uow.read() as tx:
            head = tx.cases.find(small.start(alongside)).head
        page = alongside.preview_letter("letter", case=head, variables={})
        assert "Hello [not known yet: who]" in page
        assert "Hello &lt;you&gt;" in alongside.preview_letter("letter", case=head, variables={"who": "<you>"})
        assert alongside.preview_letter("unknown", case=head, variables={}) is None


def test_a_wording_being_written_shows_its_gaps_and_its_faults(tmp_path):
    with throwaway(from_environment({"ALONGSIDE_VAR": str(tmp_path)}), small.NOW) as alongside:
        pack = small.bundle()
        page = alongside.preview_wording("letter", small.LETTER.decode(), bundle=pack)
        assert "This is the letter of case [case]." in page
        assert "line 4" in alongside.preview_wording("letter", "---\ntitle: T\n---\n{{#if a}}", bundle=pack)
        broken = Bundle({**pack.files, "processes/policy.toml": b"= ="})
        assert "News" in alongside.preview_wording("letter", small.LETTER.decode(), bundle=broken)
