"""The command line as people and machines call it: one object, one sentence, one exit code."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.cli import main
from engine.cli.arguments import parser
from engine.settings import from_environment
from engine.wiring import build
from tests.worker import small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The small pack in a folder."""
    for path, content in small.bundle().files.items():
        (tmp_path / "pack" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / path).write_bytes(content)
    return tmp_path / "pack"


@pytest.fixture
def alongside(pack: Path, tmp_path: Path, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Run a command on a database of its own: exit code, standard output, standard error."""
    monkeypatch.setenv("ALONGSIDE_HOME", str(pack))
    monkeypatch.setenv("ALONGSIDE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("ALONGSIDE_DATABASE", f"sqlite:///{tmp_path / 'alongside.db'}")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_publishing_takes_two_people(alongside, pack, monkeypatch):
    assert alongside("migrate")[0] == 0
    assert alongside("migrate")[0] == 0
    monkeypatch.setattr("sys.stdin", PasswordTyped())
    for name, role in (("mary", "clerk"), ("olive", "owner")):
        assert alongside("people", "add", name, "--name", name.title(), "--role", role, "--team", "north")[0] == 0
    code, out, _ = alongside("people", "--json")
    assert code == 0
    assert [person["username"] for person in json.loads(out)["people"]] == ["mary", "olive"]
    both = ("publish", "--number", "1", "--by", "olive", "--approved-by")
    code, _, err = alongside(*both, "olive")
    assert code == 2
    assert err
    code, out, _ = alongside(*both, "mary", "--json")
    assert code == 0
    assert json.loads(out)["number"] == "1"
    assert alongside("pack", "diff", "1", pack)[1] == "Nothing that matters differs.\n"
    assert alongside("pack", "diff", "7", pack)[0] == 2


class PasswordTyped:
    """Standard input with a password on every line."""

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return "a long enough password\n"


def test_a_short_password_is_refused(alongside, monkeypatch):
    alongside("migrate")
    monkeypatch.setattr("sys.stdin", PasswordTyped())
    monkeypatch.setattr(PasswordTyped, "readline", lambda _: "short\n")
    code, _, err = alongside("people", "add", "eve", "--name", "Eve")
    assert (code, err) == (2, "A password has at least 12 characters.\n")


def test_serving_an_old_database_is_refused(alongside):
    code, _, err = alongside("worker")
    assert code == 2
    assert "alongside migrate" in err


def test_a_wrong_setting_is_one_sentence(alongside, monkeypatch):
    monkeypatch.setenv("ALONGSIDE_PORT", "many")
    code, out, err = alongside("people", "--json")
    assert code == 2
    assert "ALONGSIDE_PORT" in json.loads(out)["error"]
    assert not err


@pytest.mark.parametrize("verb", [("people",), ("verify", "--all"), ("export", "AL-1"), ("anchor",)])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nowhere.db", "there is no file"),
        ("", "is not a file"),
        ("letter.txt", "file is not a database"),
        ("empty.db", "alongside migrate"),
    ],
)
def test_a_file_that_is_no_database_of_ours_is_said_in_a_sentence(alongside, tmp_path, verb, what, words):
    (tmp_path / "letter.txt").write_text("Dear all, " * 100)
    (tmp_path / "empty.db").touch()
    code, _, err = alongside(*verb, "--database", f"sqlite:///{tmp_path / what}")
    assert (code, words in err, len(err.splitlines())) == (2, True, 1), err
    assert not (tmp_path / "nowhere.db").exists()


def test_migrate_says_which_folder_is_lacking(alongside, tmp_path):
    code, _, err = alongside("migrate", "--database", f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}")
    assert (code, f"no folder {tmp_path / 'nowhere'}" in err) == (2, True)


@pytest.mark.parametrize("verb", [("people",), ("migrate",), ("worker",), ("doctor",), ("verify", "--all")])
def test_a_server_that_is_not_there_is_said_without_its_password(alongside, verb):
    url = f"postgresql+psycopg://anybody:hush@127.0.0.1:{small.free_port()}/x"
    code, out, err = alongside(*verb, "--database", url)
    assert code == (1 if verb == ("doctor",) else 2)
    assert "failed: Connection refused" in out + err
    assert "hush" not in out + err


def test_a_fault_of_ours_keeps_its_trace(alongside, monkeypatch):
    def broken(*_):
        raise ValueError("a fault")

    monkeypatch.setattr("engine.cli.people.listed", broken)
    with pytest.raises(ValueError, match="a fault"):
        alongside("people")


def test_a_pack_is_checked_and_covered(alongside, pack):
    code, out, _ = alongside("pack", "check", "--json")
    assert code == 0
    assert json.loads(out)["accepted"]
    (pack / "handlers/letters/letter.md").write_text("---\ntitle: x\n---\nhello {{ a\n")
    code, out, _ = alongside("pack", "check", "--json")
    assert code == 1
    assert json.loads(out)["faults"]
    assert alongside("pack", "check", pack / "nowhere")[0] == 2


def test_coverage_holds_only_when_nothing_is_uncovered(alongside, pack):
    code, out, _ = alongside("coverage", "--json")
    assert code == 0, out
    guidance = pack / "processes/guidance.md"
    guidance.write_text(guidance.read_text() + "- **A-2** Nobody carries this.\n")
    code, out, _ = alongside("coverage", "--json")
    assert code == 1
    assert json.loads(out)["uncovered"] == ["A-2"]
    assert "Nothing carries A-2." in alongside("coverage")[1]


def test_lint_accepts_and_refuses_with_a_sentence(alongside, pack, tmp_path):
    code, out, _ = alongside("lint", pack / "processes/one-letter.bpmn", "--json")
    assert code == 0
    assert json.loads(out) == {"file": str(pack / "processes/one-letter.bpmn"), "accepted": True, "faults": []}
    bad = tmp_path / "bad.bpmn"
    bad.write_text((pack / "processes/one-letter.bpmn").read_text().replace("serviceTask", "scriptTask"))
    code, out, _ = alongside("lint", bad, "--json")
    assert code == 1
    fault = json.loads(out)["faults"][0]
    assert fault["element"] == "send"
    assert fault["sentence"]
    assert "send" in alongside("lint", bad)[1]


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"<a", b"[" * 100_000, b"{}", b'{"components": 3}', b"<!DOCTYPE a>"]
)
def test_no_file_fells_lint(alongside, tmp_path, content):
    file = tmp_path / "odd.form"
    file.write_bytes(content)
    code, out, err = alongside("lint", file, "--json", "--unguarded")
    assert code == 1
    assert json.loads(out)["faults"]
    assert not err


def test_a_file_that_takes_too_long_is_refused(alongside, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.cli.lint.PATIENCE", 0.01)
    file = tmp_path / "slow.form"
    file.write_bytes(b"{}")
    code, out, _ = alongside("lint", file, "--json")
    assert code == 1
    assert "longer than" in json.loads(out)["faults"][0]["sentence"]


def test_lint_of_nothing_is_no_refusal(alongside, tmp_path):
    assert alongside("lint", tmp_path / "none.bpmn")[0] == 2


def test_help_starts_fast_and_imports_nothing_heavy():
    code = "import sys; from engine.cli.arguments import parser; parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"sqlalchemy", "SpiffWorkflow", "dbos", "flask", "lxml", "alembic"} & set(loaded.split())


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and all below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _parsers(each)


def test_every_command_says_what_it_does_and_every_argument_what_it_is():
    for each in _parsers(parser()):
        assert each.description, each.prog
        assert each.description.endswith("."), each.prog
        assert each.format_help()
        for action in each._actions:
            is_group = isinstance(action, argparse._SubParsersAction)
            assert is_group or action.help, f"{each.prog} {action.dest}"


@pytest.mark.parametrize("port", ["0", "70000", "-1", "many"])
def test_a_port_that_is_none_is_refused(alongside, port, capsys):
    with pytest.raises(SystemExit) as ended:
        alongside("serve", "--port", port)
    assert ended.value.code == 2
    assert "1 to 65535" in capsys.readouterr().err


def test_what_is_said_before_the_second_word_counts(alongside, tmp_path, monkeypatch):
    alongside("migrate")
    monkeypatch.setattr("sys.stdin", PasswordTyped())
    nowhere = f"sqlite:///{tmp_path / 'nowhere.db'}"
    code, out, err = alongside("people", "--json", "--database", nowhere, "add", "mary", "--name", "Mary")
    assert code == 2, out
    assert "nowhere.db" in json.loads(out)["error"]
    assert not err


def test_incidents_are_told_and_retried(alongside):
    alongside("migrate")
    product = build(from_environment(), queued=False)
    small.publish(product, small.bundle(job_type="teleport"))
    case = small.start(product)
    product.do_jobs(product.now())
    code, out, _ = alongside("incidents", "--json")
    assert code == 1
    found = json.loads(out)["incidents"]
    assert [(each["case_id"], each["element_id"]) for each in found] == [(case, "send")]
    assert alongside("incidents", "--retry", str(found[0]["id"]))[0] == 2
    code, out, _ = alongside("incidents", "--retry", str(found[0]["id"]), "--as", "olive", "--json")
    assert (code, json.loads(out)["retried"]) == (0, "job")
    product.do_jobs(product.now())
    found = json.loads(alongside("incidents", "--json")[1])["incidents"]
    assert alongside("incidents", "--alike")[0] == 2
    code, out, _ = alongside("incidents", "--retry", str(found[0]["id"]), "--alike", "--as", "olive", "--json")
    assert (code, json.loads(out)["retried"]) == (0, ["job"])
    product.close()


def test_a_case_is_proved_and_written_out(alongside, tmp_path):
    alongside("migrate")
    product = build(from_environment(), queued=False)
    small.publish(product)
    case = small.start(product)
    product.do_jobs(product.now())
    product.close()
    code, out, _ = alongside("verify", case, "--json")
    assert code == 0, out
    assert json.loads(out)["broken"] == 0
    assert alongside("verify", "--all")[0] == 0
    for form in ("json", "csv", "xes"):
        target = tmp_path / f"case.{form}"
        assert alongside("export", case, "--form", form, "--out", target)[0] == 0
        assert case in target.read_text()


def test_tables_are_analysed_and_the_kit_is_run(alongside, tmp_path):
    tables = sorted((ROOT / "processes").glob("*.dmn"))
    code, out, _ = alongside("dmn", "analyse", "--json", *tables)
    assert code in (0, 1)
    assert len(json.loads(out)["tables"]) >= len(tables)
    assert alongside("dmn", "test", tables[0])[0] in (0, 1, 2)
    assert alongside("tck", tmp_path / "none")[0] == 2
    (tmp_path / "kit").mkdir()
    assert alongside("tck", tmp_path / "kit", "--json")[0] == 1, "no case at all proves nothing"


def test_no_scenario_at_all_proves_nothing(alongside, tmp_path):
    (tmp_path / "none").mkdir()
    people = ROOT / "processes" / "demo" / "people.yaml"
    target = tmp_path / "pack" / "processes" / "demo" / "people.yaml"
    target.parent.mkdir(parents=True)
    target.write_bytes(people.read_bytes())
    code, out, _ = alongside("scenarios", tmp_path / "none", "--json")
    assert code == 1
    assert json.loads(out)["total"] == 0


def test_the_lint_of_a_small_file_takes_seconds_at_most(alongside, pack):
    began = time.monotonic()
    alongside("lint", pack / "forms/start.form")
    assert time.monotonic() - began < 10
