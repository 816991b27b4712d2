"""The case after each entry: what the fold says is what the machine had, step by step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import asdict

from engine.audit import replay, verify
from engine.audit.scopes import is_live, outwards, parent
from engine.audit.timeline import timeline
from engine.commands import claim_task, postpone_task, reassign_task, release_task, withdraw_case
from engine.model.journal import Entry
from engine.model.outcome import Token
from tests.audit.played import Example, example
from tests.office import LEA, WES, WIN, Office, acting


@pytest.fixture(scope="module")
def finished() -> Iterator[Example]:
    """The demo's finished case."""
    with example("demo/12-finished") as played:
        yield played


@pytest.mark.parametrize("path", ["demo/12-finished", "scenarios/both-plans-alongside", "demo/15-unborn"])
def test_values_at_every_place_are_what_the_machine_had(path: str) -> None:
    with example(path) as played:
        product = played.alongside
        compared = 0
        for moment, again in zip(
            played.moments, replay(product.uow, product.machine, case_id=played.case_id), strict=True
        ):
            if again.outcome is None:
                continue
            with product.uow.read() as tx:
                definitions = product.uow.library.open(tx, moment.entry.policy_digest).definitions
            for where in {"", *(token.where for token in moment.tokens)}:
                had = dict(product.machine.variables(definitions, again.outcome.state, where=where))
                told: dict[str, object] = {}
                for scope in outwards(where):
                    told = {n: v.value for (s, n), v in moment.values.items() if s == scope} | told
                assert told == {name: value for name, value in had.items() if name not in ("case_id", "now")}
                compared += 1
        assert compared > 10


@pytest.mark.parametrize(
    "path", ["demo/07-manager-decides-lpm", "scenarios/carm-refuses", "demo/13-emergency-protection"]
)
def test_worked_examples_hold(path: str) -> None:
    with example(path) as played:
        verdict = verify(played.alongside.uow, played.alongside.machine, case_id=played.case_id)
        assert (verdict.holds, verdict.difference) == (True, None)
        with played.alongside.uow.read() as tx:
            assert {task.local_id for task in tx.tasks.of_case(played.case_id)} == set(played.moments[-1].tasks)


def test_each_value_names_who_gave_it_and_when(finished: Example) -> None:
    value = finished.moments[-1].values["", "strategy_summary"]
    assert (value.entry.actor, value.entry.role, value.was_given) == ("sarah.social", "social-worker", True)
    assert value.value == "Bruises seen at school; two earlier calls"


def test_what_the_process_worked_out_is_not_put_in_anybodys_mouth(finished: Example) -> None:
    moment = finished.after("section-47-enquiry")
    assert not moment.touched["", "route_advice"].was_given


def test_who_says_again_what_was_so_already_has_said_it(finished: Example) -> None:
    first, again = (finished.moments[number - 1] for number in (13, 60))
    for moment, old in ((first, None), (again, "no")):
        said = moment.touched["", "risk_reducing"]
        assert (said.entry is moment.entry, said.was_given, said.old, said.value) == (True, True, old, "no")


def test_open_tasks_have_their_due_dates_with_the_sum(finished: Example) -> None:
    task = next(iter(finished.after("strategy-discussion").tasks.values()))
    assert (task.name, task.due_sentence) == ("Make the section 47 enquiry", "15 working days after 5 March 2026")
    assert task.due is not None


def test_advice_keeps_its_trace(finished: Example) -> None:
    (made,) = finished.after("section-47-enquiry").made_advice
    assert (made.decision_id, made.trace["hits"]) == ("substantiation", [2])


def test_letters_are_made_and_then_sent(finished: Example) -> None:
    sent = [moment for moment in finished.moments if moment.entry.kind == "letter_sent"]
    assert len(sent) == 18
    assert all(letter.sent for letter in finished.moments[-1].letters.values())
    first = next(moment for moment in finished.moments if moment.entry.kind == "letter_made")
    assert [letter.sent for letter in first.letters.values()] == [None]


def test_a_finished_case_has_ended_with_nothing_open(finished: Example) -> None:
    last = finished.moments[-1]
    assert (last.status, dict(last.tasks), last.tokens) == ("ended", {}, ())


def test_a_departure_stands_beside_the_advice_it_departs_from(office: Office) -> None:
    first = office.complete(office.start(answers={"child": "A"}).opened[0], {"finding": "yes"})
    office.complete(first.opened[0], {"route": "court", "why": "Danger"}, acting(LEA))
    with office.uow.read() as tx:
        moments = timeline(tx.journal.entries(first.case_id))
    (made,) = moments[1].made_advice
    assert made.departed is None
    (later,) = moments[2].advice.values()
    assert later.departed is moments[2].entry


def test_claims_plans_and_handovers_are_seen(office: Office) -> None:
    case = office.start()
    task, about = case.opened[0], {"uow": office.uow, "now": office.now}
    claim_task(**about, actor=acting(WES), task_id=task)  # type: ignore[arg-type]
    release_task(**about, actor=acting(WES), task_id=task)  # type: ignore[arg-type]
    later = {"planned_for": office.now.date(), "reason": "Ill", "authorised_by": "Lea"}
    postpone_task(**about, actor=acting(WES), task_id=task, **later)  # type: ignore[arg-type]
    reassign_task(**about, actor=acting(LEA), task_id=task, to=WIN.username, reason="Busy")  # type: ignore[arg-type]
    withdraw_case(**about, actor=acting(LEA), case_id=case.case_id, reason="In error")  # type: ignore[arg-type]
    with office.uow.read() as tx:
        moments = timeline(tx.journal.entries(case.case_id))
    seen = [next(iter(moment.tasks.values()), None) for moment in moments]
    assert [each and (each.claimed_by, each.assignee, each.planned_for) for each in seen] == [
        (None, None, None),
        ("wes", None, None),
        (None, None, None),
        (None, None, office.now.date()),
        (None, "win", office.now.date()),
        None,
    ]
    assert moments[-1].status == "withdrawn"


def test_an_entry_that_cannot_be_read_changes_nothing(finished: Example) -> None:
    first, second = finished.entries[:2]
    spoiled = Entry(**{**asdict(second), "body": {"unreadable": "x"}})
    before, after = timeline([first, spoiled])
    assert (after.tasks, after.values) == (before.tasks, before.values)


def test_a_scope_lives_while_something_in_it_waits() -> None:
    token = Token("ask", "p", "a/b#2", "task")
    assert [is_live(scope, [token]) for scope in ("", "a", "a/b#2", "a/b#2/ask", "a/b", "a/b#1", "c")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert parent("a/b#2") == ("b", "a")
