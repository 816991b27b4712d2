"""The frame of the attacks: what it counts, what it finds, and that it never calls a case survived that was not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from engine.cli.main import main
from engine.hostile import run as running
from engine.hostile.arena import Arena, Effect, opened
from engine.hostile.case import HostileCase, NoCases, chosen, read_cases
from engine.hostile.client import encoded
from engine.hostile.families import Family, NotThere
from engine.hostile.grounds import ground
from engine.hostile.invariants import Found, Watch, check
from engine.hostile.run import Plan, run
from engine.hostile.traps import traps
from engine.hostile.verdict import Control, Report, Verdict

GOOD = Control("TRY", True, "It did its harm.")


def case(number: int = 1) -> HostileCase:
    return HostileCase(f"TRY-{number:02}", "TRY", "", "", "", "1", (), Path("."))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two cases."""
    row = {"what": "an attack", "inject": "send it", "required": "refused", "count": "1", "files": ["a/b.bpmn"]}
    rows = [{**row, "id": "RCE-01", "family": "code in model"}, {**row, "id": "XML-07", "family": "hostile XML"}]
    (tmp_path / "index.json").write_text(json.dumps(rows))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.bpmn").write_bytes(b"<x>@@CANARY@@</x>")
    return tmp_path


def test_cases_are_read_with_their_files(folder: Path) -> None:
    first, second = read_cases(folder)
    assert (first.id, first.family, second.family) == ("RCE-01", "RCE", "XML")
    assert first.text(replaced={"@@CANARY@@": "/tmp/x"}) == b"<x>/tmp/x</x>"  # noqa: S108
    assert [each.id for each in chosen((first, second), families=("xml",))] == ["XML-07"]
    assert [each.id for each in chosen((first, second), ids=("rce-01",))] == ["RCE-01"]
    assert chosen((first, second)) == (first, second)


def test_what_is_no_folder_of_cases_is_said(folder: Path) -> None:
    with pytest.raises(NoCases, match="no family or case NONE"):
        chosen(read_cases(folder), families=("none",))
    with pytest.raises(NoCases, match=r"index\.json"):
        read_cases(folder / "a")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--family", "NONE"), "no family or case NONE"),
        (("--database", "mysql://x"), "--database must be sqlite, postgresql"),
    ],
)
def test_what_cannot_be_run_is_said_with_exit_code_two(
    folder: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], says: str
) -> None:
    assert main(["hostile", str(folder), *more]) == 2
    assert says in capsys.readouterr().err


def test_a_case_survives_only_if_it_did_on_every_database() -> None:
    both = {"sqlite": {"A-1": Verdict("A-1", True, "")}, "postgresql": {"A-1": Verdict("A-1", False, "no")}}
    report = Report(both, {"A": GOOD})
    assert not report.holds
    assert report.sentence == "0 of 1 survived; acknowledged lost 0; duplicated 0; unlogged 0"
    assert report.as_json()["databases"]["postgresql"]["A-1"]["why"] == "no"
    one = Report({"sqlite": both["sqlite"]}, {"A": GOOD})
    assert one.holds
    assert one.sentence.startswith("1 of 1 survived")


def test_a_run_does_not_hold_when_a_control_did_no_harm_or_something_was_lost() -> None:
    survived = {"sqlite": {"A-1": Verdict("A-1", True, "")}}
    assert not Report(survived, {"A": replace(GOOD, succeeded=False)}).holds
    assert not Report({"sqlite": {"A-1": Verdict("A-1", True, "", lost=1)}}, {"A": GOOD}).holds
    assert not Report({}, {}).holds


def test_what_is_found_afterwards_turns_a_verdict() -> None:
    verdict = Verdict("A-1", True, "Refused.").joined(lost=0, duplicated=0, unlogged=0, problems=["It is gone."])
    assert (verdict.survived, verdict.why) == (False, "Refused. Afterwards: It is gone.")


def test_forms_are_encoded_as_browsers_do() -> None:
    assert encoded({"a": "1", "b": ["x", "y"]})[0] == b"a=1&b=x&b=y"
    body, kind = encoded({"a": "1"}, [("files", "m.bpmn", b"<x/>")])
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="files"; filename="m.bpmn"' in body
    assert b"<x/>" in body


def _raises(*_: object) -> Verdict:
    raise ValueError("the trial is wrong")


def test_a_trial_that_falls_over_or_is_not_there_has_not_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    family = Family({"TRY-01": _raises, "TRY-02": lambda _, each: Verdict(each.id, True, "Fine.")}, lambda _: GOOD)
    monkeypatch.setattr(running, "load", lambda name: family if name == "TRY" else _none(name))
    monkeypatch.setattr(running, "opened", lambda *_, **__: nullcontext(SimpleNamespace(web=object(), processes=[])))
    monkeypatch.setattr(running, "Watch", lambda _: SimpleNamespace(look=Found))
    monkeypatch.setattr(running, "ground", lambda _: nullcontext())
    other = HostileCase("ELSE-01", "ELSE", "", "", "", "1", (), Path("."))
    told: list[str] = []
    plan = Plan((case(1), case(2), case(3), other), ("sqlite",), quick=True)
    report = run(plan, lambda database, verdict: told.append(f"{database} {verdict.case}"))
    found = report.databases["sqlite"]
    assert "ValueError: the trial is wrong" in found["TRY-01"].why
    assert found["TRY-02"].survived
    assert [found[each].why for each in ("TRY-03", "ELSE-01")] == [
        "Not run: the family has no trial of that id.",
        "Not run: nobody wrote it.",
    ]
    assert report.survived == ("TRY-02",)
    assert len(told) == 4


def _none(_name: str) -> Family:
    raise NotThere("nobody wrote it")


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    """The product, started for this module."""
    with ground("sqlite") as here, opened(here, quick=True) as found:
        yield found


def test_a_case_walks_through_the_arena_and_all_of_it_is_found_afterwards(arena: Arena) -> None:
    watch = Watch(arena)
    case_id = arena.start_case(title="A walk")
    assert arena.complete(arena.task(case_id, "write").id, {"note": "seen"}, key="one-key").status == 303
    assert arena.complete(arena.task(case_id, "check").id, {"note": "checked"}).status == 303
    assert arena.variables(case_id)["note"] == "checked"
    found = watch.look()
    assert (found.lost, found.duplicated, found.unlogged, found.problems) == (0, 0, 0, ())
    assert arena.client("opal").get("/incidents").status == 200


def test_what_was_acknowledged_and_is_not_there_is_lost(arena: Arena) -> None:
    case_id = arena.start_case(title="Lost")
    task = arena.task(case_id, "write")
    found = check(arena, [Effect("a-key-nobody-sent", "task_completed", case_id, task.id)], [case_id])
    assert found.lost == 1
    assert task.id in found.problems[0]


def test_what_is_done_and_not_in_the_journal_is_unlogged_unless_a_trial_spoilt_it(arena: Arena) -> None:
    case_id = arena.start_case(title="Tampered")
    with arena.alongside.uow.write() as tx:
        tx.connection.execute(text("UPDATE tasks SET closed = 'completed' WHERE case_id = :id"), {"id": case_id})
    found = check(arena, (), [case_id])
    assert found.unlogged == 1
    arena.spoilt.add(case_id)
    assert check(arena, (), [case_id]).problems == ()


def test_the_traps_see_a_secret_in_the_database_and_a_call(arena: Arena) -> None:
    with traps(arena.folder) as set_out:
        assert set_out.sprung("") + set_out.kept(arena) == []
        arena.start_case(title=set_out.marker)
        set_out.canary.write_text("ran")
        found = " ".join(set_out.sprung(set_out.marker) + set_out.kept(arena))
    for said in ("canary", "an answer", "the database"):
        assert said in found


def test_a_dead_process_is_found(arena: Arena) -> None:
    arena.workers[0].kill()
    arena.wait(lambda: arena.workers[0].poll() is not None, "the worker is dead")
    assert "A process ended by itself" in " ".join(check(arena, ()).problems)
